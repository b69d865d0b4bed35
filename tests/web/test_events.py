from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np
import pytest

from frigate_ext.domain.account import Role, User
from frigate_ext.domain.event import Event
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.store.events import Daytime, Order

NOW = 1_700_000_000.0


@pytest.fixture
def event(house):
    event = Event(
        id="1700000000.0-abc123",
        camera="porch",
        label="person",
        start_time=NOW,
        top_score=0.9,
        zones=("steps",),
        snapshot_time=NOW + 1,
        snapshot_box=Box(320, 180, 640, 540),
        frame_size=Size(1280, 720),
    )
    house.store.events.rows.append(event)
    picture = np.zeros((360, 640, 3), np.uint8)
    picture[90:270, 160:320] = 255
    house.store.events.pictures[event.id] = cv2.imencode(".jpg", picture)[1].tobytes()
    return event


def pixels(reply):
    return cv2.imdecode(np.frombuffer(reply.data, np.uint8), cv2.IMREAD_COLOR)


def test_an_event_reads_as_in_frigate(client, event):
    (shown,) = client.get("/api/events").json
    assert shown == client.get(f"/api/events/{event.id}").json
    assert (shown["id"], shown["camera"], shown["label"]) == (event.id, "porch", "person")
    assert (shown["start_time"], shown["end_time"], shown["zones"]) == (NOW, None, ["steps"])
    assert (shown["has_snapshot"], shown["has_clip"]) == (True, False)
    assert shown["data"]["box"] == [0.25, 0.25, 0.25, 0.5]


def test_frigates_parameters_narrow_the_list(client, house):
    query = "cameras=porch,yard&label=person&labels=all&zones=steps&after=5&before=9.5"
    more = "has_snapshot=1&in_progress=0&min_score=0.5&timezone=utc&limit=3"
    assert client.get(f"/api/events?{query}&{more}").json == []
    (asked,) = house.store.events.asked
    assert (asked.cameras, asked.labels, asked.zones) == (("porch", "yard"), ("person",), ("steps",))
    assert (asked.span.after, asked.span.before, asked.min_score) == (5.0, 9.5, 0.5)
    assert (asked.has_snapshot, asked.in_progress) == (True, False)


@pytest.mark.parametrize("query", ["has_clip=1", "favorites=1", "sub_label=ada", "event_id=other"])
def test_what_we_do_not_keep_is_not_found(client, event, query):
    assert client.get(f"/api/events?{query}").json == []


def test_the_page_after_is_a_link(client, house, event):
    house.store.events.rows.append(Event(id="e2", camera="yard", label="cat", start_time=NOW, top_score=0.5))
    first = client.get("/api/events?limit=1&label=person")
    assert first.headers["Link"].endswith('/api/events?limit=1&label=person&cursor=1>; rel="next"')
    second = client.get("/api/events?limit=1&cursor=1")
    assert [one["id"] for one in first.json + second.json] == ["e2", event.id]
    assert "Link" not in second.headers


def test_the_link_to_the_page_after_asks_for_the_same(client, house, event):
    house.store.events.rows.append(replace(event, id="e2"))
    link = client.get("/api/events?limit=1&label=a%26b%3Ec,d%0d%0a&zone=%C3%BC").headers["Link"]
    followed = urlsplit(link[1 : link.index(">")])
    assert parse_qs(followed.query) == {
        "limit": ["1"], "label": ["a&b>c,d\r\n"], "zone": ["ü"], "cursor": ["1"]
    }  # fmt: skip


def test_times_of_day_and_order_are_frigates(client, house):
    client.get("/api/events?time_range=20:00,06:00&timezone=Asia/Kolkata&sort=score_asc")
    client.get("/api/events?time_range=00:00,24:00")
    night, whole = house.store.events.asked
    assert night.daytime == Daytime("20:00", "06:00", 5.5 * 3600)
    assert (night.order, whole.order) == (Order.WORST, Order.NEWEST)
    assert whole.daytime is None


def test_a_summary_is_that_of_frigate(client, house, event):
    assert client.get("/api/events/summary?timezone=utc&has_clip=0").json == [
        {
            "camera": "porch",
            "label": "person",
            "sub_label": None,
            "day": "2023-11-14",
            "zones": ["steps"],
            "count": 1,
        }
    ]
    assert client.get("/api/events/summary?has_clip=1").json == []


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "Europe", "%00", "", "/etc/localtime"])
def test_days_need_a_time_zone_that_there_is(client, zone):
    assert client.get(f"/api/events/summary?timezone={zone}").status_code == 422


@pytest.mark.parametrize("times", ["20:00", "8:00,9:00", "aa:bb,cc:dd", "25:99,00:00", "1,2,3"])
def test_times_of_day_that_make_no_sense_are_refused(client, times):
    assert client.get(f"/api/events?time_range={times}").status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "after=yesterday", "after=nan", "min_score=2", "sort=speed", "cursor="]
)
def test_a_list_that_makes_no_sense_is_refused(client, query):
    assert client.get(f"/api/events?{query}").status_code == (200 if query == "cursor=" else 422)


def test_too_many_combinations_are_refused(client):
    many = ",".join(f"c{n}" for n in range(11))
    reply = client.get(f"/api/events?cameras={many}&labels={many}")
    assert (reply.status_code, reply.json["code"]) == (422, "bad_query")


def test_who_may_see_many_cameras_has_not_asked_for_them(guarded):
    many = tuple(f"camera{n}" for n in range(60))
    guarded.account_store.users.add(User(0, "guard", Role.VIEWER, many, NOW), "")
    headers = guarded.bearer("guard", Role.VIEWER)
    assert guarded.client().get("/api/events?labels=person,car", headers=headers).status_code == 200


def test_a_snapshot_is_passed_on_untouched_unless_something_is_wished(client, house, event):
    path = f"/api/events/{event.id}/snapshot.jpg"
    plain = client.get(path)
    assert (plain.data, plain.content_type) == (house.store.events.pictures[event.id], "image/jpeg")
    assert pixels(client.get(f"{path}?height=90")).shape == (90, 160, 3)
    drawn = pixels(client.get(f"{path}?bbox=1&quality=95"))
    assert (np.abs(drawn[100:260, 160].astype(int) - pixels(plain)[100:260, 160]).sum(axis=1) > 60).all()
    assert (pixels(client.get(f"{path}?timestamp=1"))[330:] > 200).any()


def test_a_crop_is_the_object_with_a_little_around_it(client, event):
    # The box is 160 x 180 of a 640 x 360 picture; a square of 198 around its middle (240, 180).
    crop = pixels(client.get(f"/api/events/{event.id}/snapshot.jpg?crop=1"))
    assert crop.shape == (198, 198, 3)
    assert crop[99, 99].min() > 200
    assert crop[99, 5].max() < 50


@pytest.mark.parametrize("kind", ["jpg", "webp"])
def test_a_thumbnail_is_small(client, event, kind):
    reply = client.get(f"/api/events/{event.id}/thumbnail.{kind}")
    assert reply.mimetype in {"image/jpeg", "image/webp"}
    assert pixels(reply).shape == (175, 175, 3)


def test_a_picture_that_is_known_is_not_sent_again_and_parts_can_be_asked_for(client, event):
    path = f"/api/events/{event.id}/snapshot.jpg"
    whole = client.get(path)
    known = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    part = client.get(path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, whole.data[2:6])
    assert client.get(path, headers={"Range": "bytes=999999-"}).status_code == 416


def test_an_event_without_a_snapshot_has_no_picture(client, house):
    house.store.events.rows.append(Event(id="e2", camera="yard", label="cat", start_time=NOW, top_score=0.5))
    for name in ("snapshot.jpg", "thumbnail.jpg"):
        assert client.get(f"/api/events/e2/{name}").json["code"] == "not_found"
        assert client.get(f"/api/events/e9/{name}").status_code == 404


@pytest.mark.parametrize("path", ["events/e/clip.mp4", "events/e/preview.gif", "review", "porch/recordings"])
def test_what_we_do_not_have_of_frigate_is_a_clear_404(client, path):
    reply = client.get(f"/api/{path}")
    assert (reply.status_code, reply.content_type) == (404, "application/problem+json")
