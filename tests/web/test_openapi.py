import re

import pytest
from pydantic import BaseModel

from jobs.request import CHANGEABLE, FIELDS
from web.app import create_app
from web.bodies import ChangeBody, WatchBody
from web.declare import table

ASKED = {"camera": "porch", "condition": "a parcel is on the porch"}


def names(model: type[BaseModel]):
    return [field.alias or name for name, field in model.model_fields.items()]


@pytest.fixture
def api(client):
    return client.get("/api/openapi.json").json


def test_the_description_is_sent_once_to_who_keeps_it(client):
    reply = client.get("/api/openapi.json")
    assert (reply.status_code, reply.json["openapi"]) == (200, "3.1.0")
    assert reply.headers["Cache-Control"] == "no-cache"
    again = client.get("/api/openapi.json", headers={"If-None-Match": reply.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_route_of_the_api_is_described_with_a_role(house, api):
    declared = {
        (route.method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path))
        for route in table(create_app(house.services())).values()
        if route.described
    }
    described = {
        (method, path)
        for path, methods in api["paths"].items()
        for method in methods
        if methods[method]["x-role"]
    }
    assert described == declared


def test_every_reference_leads_to_a_shape(api):
    schemas = api["components"]["schemas"]
    assert set(re.findall(r"'#/components/schemas/(\w+)'", str(api))) <= schemas.keys()


def test_a_watch_is_described_with_the_fields_that_are_checked():
    assert set(names(WatchBody)) == set(FIELDS)
    assert set(names(ChangeBody)) == set(CHANGEABLE)


def test_the_page_shows_every_route(client, api):
    page = client.get("/api/docs").text
    for path, methods in api["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert not re.search(r"<script|<style|\bstyle=|\bon\w+=", page)
    anchors = set(re.findall(r'href="api/docs#([^"]+)"', page))
    assert anchors
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))


def test_a_document_has_no_field_that_is_not_described(client, house, api):
    """Add the field to the module of `web.documents` that it belongs to."""
    house.add_alert()
    house.add_look()
    client.post("/api/jobs", json=ASKED)
    for path, model in (
        ("jobs/job0", "JobDocument"),
        ("alerts/a0", "AlertDocument"),
        ("looks/1", "LookDocument"),
    ):
        document, described = client.get(f"/api/{path}").json, api["components"]["schemas"][model]
        assert set(document) == set(described["properties"])
        if document.get("verdict") and model == "LookDocument":
            verdict = api["components"]["schemas"]["VerdictDocument"]
            assert set(document["verdict"]) == set(verdict["properties"])
