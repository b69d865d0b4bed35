"""The page about the API says what the API's own description says."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest

import web
from web.app import create_app
from web.declare import table

API = (Path(web.__file__).parents[1] / "docs" / "api.md").read_text()
SECTIONS = re.findall(r"^### `([A-Z]+) (\S+)`\n(.*?)(?=^##|\Z)", API, re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"<(?:int:|string:)?(?:job_|alert_|look_|event_)?(\w+)>")


@pytest.fixture
def routes(house):
    """By method and path, in the page's spelling: what is declared."""
    declared = table(create_app(house.services())).values()
    return {
        (route.method, VALUE.sub(r"<\1>", route.path)): route
        for route in declared
        if route.path.startswith("/api/")
    }


@pytest.fixture
def check(client, routes):
    """Hold a value against what a route is described to take (`body`) or to answer."""
    api = client.get("/api/openapi.json").json
    for schema in api["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)

    def check(method, path, value, *, body):
        template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", routes[method, path].path)
        operation = api["paths"][template][method.lower()]
        place = operation["requestBody"] if body else operation["responses"][str(routes[method, path].status)]
        schema = place["content"]["application/json"]["schema"] | {"components": api["components"]}
        jsonschema_rs.validate(schema, value)

    return check


def test_every_route_is_described_and_nothing_else_is(routes):
    assert {(method, path) for method, path, _ in SECTIONS} == set(routes)


def examples(language, pattern):
    for method, path, text in SECTIONS:
        for code in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL):
            found = re.search(pattern, code, re.DOTALL)
            if found and '"..."' not in code:
                yield pytest.param(method, path, found[1], id=f"{method} {path}")


@pytest.mark.parametrize("method,path,text", list(examples("json", r"(.*)")))
def test_an_example_of_a_reply_has_the_fields_that_are_described(check, method, path, text):
    check(method, path, json.loads(text), body=False)


@pytest.mark.parametrize("method,path,text", list(examples("sh", r"-d '(.*?)'")))
def test_an_example_of_a_body_has_the_fields_that_are_described(check, method, path, text):
    check(method, path, json.loads(text), body=True)
