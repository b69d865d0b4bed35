import logging

import pytest

from frigate_ext.store.activity import Service, Spell
from tests.web.conftest import KEY, NOW

LOGGER = logging.getLogger("frigate_ext.test_insight")


@pytest.fixture
def said(house):
    LOGGER.addHandler(house.tail)
    yield LOGGER.warning
    LOGGER.removeHandler(house.tail)


@pytest.mark.parametrize("span, step, points", [("hour", 60, 60), ("day", 900, 96), ("week", 3600, 168)])
def test_history_has_a_number_for_each_step_up_to_now(client, span, step, points):
    told = client.get(f"/api/history?span={span}").json
    assert told["step"] == step
    assert told["start"] + points * step > NOW >= told["start"] + (points - 1) * step
    assert {len(values) for values in (*told["counts"].values(), *told["loads"].values())} == {points}


def test_history_puts_what_happened_where_it_happened(house):
    slot = int(NOW // 60)
    house.spells = lambda cameras: {slot - 1: Spell(slot - 1, looks=3, failed=1, tokens=500, alerts=2)}
    counts = house.client().get("/api/history").json["counts"]
    assert [values[-3:] for values in counts.values()] == [[0, 3, 0], [0, 1, 0], [0, 500, 0], [0, 2, 0]]


def test_a_viewers_history_is_that_of_their_cameras(guarded):
    asked = []
    guarded.spells = lambda cameras: asked.append(cameras) or {}
    client = guarded.client()
    client.get("/api/history", headers={"Authorization": f"Bearer {KEY}"})
    token = guarded.accounts().sign_in.enter("granny", "in plain sight", {}, "127.0.0.1")
    client.get("/api/history", headers={"Authorization": f"Bearer {token}"})
    assert asked == [None, ("porch",)]


def test_a_judge_is_shown_with_how_its_models_served(house):
    service = Service("detector", "rules", looks=4, failed=1, tokens=0, latency=0.01, slowest=0.02)
    house.served = [service]
    told = house.client().get("/api/system").json
    detector = told["judges"][1]
    assert (detector["name"], detector["abilities"]) == ("detector", [])
    assert detector["served"][0]["failed"] == 1
    assert (told["waiting"], told["used_bytes"]) == ({"mqtt": 2}, 1024)


def test_a_model_is_shown_with_what_it_can_do_and_how_that_is_known(client):
    vision, schema, images, thinking = client.get("/api/system").json["judges"][0]["abilities"]
    assert vision == {"name": "vision", "answer": "yes", "value": None, "learned": "tried", "at": NOW}
    assert images == {"name": "images", "answer": "yes", "value": 4, "learned": "tried", "at": NOW}
    unknown = {"answer": "unknown", "value": None, "learned": None, "at": None}
    assert (schema, thinking) == ({"name": "schema", **unknown}, {"name": "thinking", **unknown})


def test_the_log_is_told_from_where_one_knows_it(client, said):
    said("one")
    said("two")
    items = client.get("/api/logs").json["items"]
    assert [line["text"] for line in items] == ["one", "two"]
    later = client.get(f"/api/logs?after={items[0]['id']}").json["items"]
    assert [line["text"] for line in later] == ["two"]


def test_the_log_holds_no_password(client, said):
    said("can't open rtsp://admin:hush@cam/1")
    assert "hush" not in client.get("/api/logs").text


@pytest.mark.parametrize("path", ["/api/logs", "/api/system"])
def test_what_admins_see_is_not_for_viewers(guarded, path):
    token = guarded.accounts().sign_in.enter("granny", "in plain sight", {}, "127.0.0.1")
    reply = guarded.client().get(path, headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 403
