import logging

import pytest

from frigate_ext.errors import StoreError
from frigate_ext.runtime.health import PartHealth, PartState

OK, STARTING = PartHealth(PartState.OK), PartHealth(PartState.STARTING)
DEGRADED, FAILED = PartHealth(PartState.DEGRADED, "yard is offline"), PartHealth(PartState.FAILED, "gone")


@pytest.mark.parametrize(
    "parts,code,status",
    [
        ({"bus": OK}, 200, "ok"),
        ({"bus": OK, "yard": DEGRADED}, 200, "degraded"),
        ({"bus": STARTING, "yard": DEGRADED}, 503, "starting"),
        ({"bus": FAILED, "store": STARTING, "yard": DEGRADED}, 503, "failed"),
    ],
)
def test_health_is_that_of_the_worst_part(house, parts, code, status):
    house.parts = parts
    reply = house.client().get("/api/health")
    assert (reply.status_code, reply.json["status"]) == (code, status)
    assert set(reply.json["parts"]) == set(parts)


def test_health_says_what_is_wrong_with_which_part(house):
    house.parts = {"yard": DEGRADED}
    assert house.client().get("/api/health").json["parts"] == {
        "yard": {"state": "degraded", "detail": "yard is offline"}
    }


def test_alive_means_answering_whatever_the_parts_say(house):
    house.parts = {"bus": FAILED}
    assert house.client().get("/api/health/live").status_code == 200


def test_the_version_satisfies_who_expects_frigate(client):
    reply = client.get("/api/version")
    assert reply.mimetype == "text/plain"
    assert reply.text.split("-")[0] == "0.18.0"


def test_metrics_come_as_prometheus_reads_them(client):
    reply = client.get("/api/metrics")
    assert reply.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert reply.text.startswith("# TYPE frigate_ext_info")


def test_stats_and_config_are_json_as_they_come(client):
    assert client.get("/api/stats").json["service"] == {"version": "0.18.0"}
    assert client.get("/api/config").json["version"] == "0.18-0"
    assert client.get("/api/").text == "Frigate is running. Alive and healthy!"


@pytest.mark.parametrize("method,path,status", [("get", "/api/nowhere", 404), ("put", "/api/jobs", 405)])
def test_what_flask_itself_refuses_is_a_problem_document_too(client, method, path, status):
    reply = getattr(client, method)(path)
    assert reply.content_type == "application/problem+json"
    assert reply.json["status"] == reply.status_code == status
    assert set(reply.json) == {"type", "title", "status", "detail", "code", "errors"}


def test_a_refused_method_names_those_that_are_allowed(client):
    assert "POST" in client.put("/api/jobs").headers["Allow"]


def test_an_unexpected_error_is_logged_and_tells_the_client_nothing(house, caplog):
    house.frame_error = RuntimeError("secret inside")
    with caplog.at_level(logging.ERROR):
        reply = house.client().get("/api/porch/latest.jpg")
    assert (reply.status_code, reply.json["code"]) == (500, "internal_error")
    assert b"secret" not in reply.data
    assert "secret inside" in caplog.text


def test_a_database_that_is_away_is_503(house):
    house.frame_error = StoreError("/data/db: disk is full")
    reply = house.client().get("/api/porch/latest.jpg")
    assert (reply.status_code, reply.json["code"]) == (503, "store_unavailable")
    assert b"/data" not in reply.data
