import cv2
import numpy as np
import pytest

from frigate_ext.domain.camera import CameraState


def test_a_camera_is_listed_with_what_it_sees_now(client):
    porch, yard = client.get("/api/cameras").json["items"]
    assert (porch["name"], porch["state"], porch["size"]) == (
        "porch",
        "online",
        {"width": 1280, "height": 720},
    )
    assert porch["objects"][0]["box"] == [100, 200, 300, 600]
    assert porch["zones"][0]["polygon"][0] == [0.1, 0.5]
    assert (yard["state"], yard["size"], yard["objects"]) == ("starting", None, [])


def test_a_camera_that_is_away_says_why(client, house):
    house.see("yard", state=CameraState.OFFLINE, detail="connection refused", objects=())
    yard = client.get("/api/cameras").json["items"][1]
    assert (yard["state"], yard["detail"]) == ("offline", "connection refused")


def test_a_camera_whose_process_is_silent_shows_nothing_of_what_it_saw(client, house):
    house.silent.add("porch")
    porch = client.get("/api/cameras").json["items"][0]
    assert (porch["state"], porch["objects"]) == ("offline", [])


def test_the_newest_picture_is_asked_for_as_wished_and_passed_on_untouched(client, house):
    reply = client.get("/api/porch/latest.jpg?height=200&quality=55")
    assert reply.status_code == 200
    assert reply.content_type == "image/jpeg"
    assert reply.headers["Cache-Control"] == "no-store"
    assert house.frames_asked == [("porch", 200, 55)]


def test_a_picture_of_a_camera_that_is_away_says_that_it_is_old(client, house):
    assert "X-Frigate-Offline" not in client.get("/api/porch/latest.jpg").headers
    house.see("porch", state=CameraState.STALLED)
    assert client.get("/api/porch/latest.jpg").headers["X-Frigate-Offline"] == "true"


def test_boxes_are_drawn_at_the_scale_of_the_picture(client):
    plain = pixels(client.get("/api/porch/latest.jpg"))
    drawn = pixels(client.get("/api/porch/latest.jpg?bbox=1"))
    changed = np.abs(drawn.astype(int) - plain).sum(axis=2) > 60
    # The box (100, 200, 300, 600) of a 1280x720 frame in a 640x360 picture: its left edge is at x 50.
    assert changed[150:290, 50].all()
    assert not changed[150:290, 70:130].any()


@pytest.mark.parametrize("switch", ["zones", "timestamp"])
def test_zones_and_the_time_are_drawn_where_asked_for(client, switch):
    plain, drawn = (pixels(client.get(f"/api/porch/latest.jpg?{switch}={n}")) for n in (0, 1))
    assert plain.shape == drawn.shape
    assert (np.abs(drawn.astype(int) - plain) > 60).any()


@pytest.mark.parametrize("query", ["height=0", "height=99999", "quality=101", "quality=0", "bbox=maybe"])
def test_a_picture_that_can_not_be_made_is_refused(client, query):
    reply = client.get(f"/api/porch/latest.jpg?{query}")
    assert (reply.status_code, reply.json["code"]) == (422, "bad_query")


def test_the_newest_picture_is_there_as_webp_too(client):
    reply = client.get("/api/porch/latest.webp?bbox=1&quality=50")
    assert (reply.mimetype, reply.data[8:12]) == ("image/webp", b"WEBP")
    assert pixels(reply).shape == (360, 640, 3)


def test_the_newest_picture_is_there_as_png_too(client):
    reply = client.get("/api/porch/latest.png?bbox=1&quality=50")
    assert (reply.mimetype, reply.data[:4]) == ("image/png", b"\x89PNG")
    assert pixels(reply).shape == (360, 640, 3)


def test_labels_are_those_that_may_be_detected(client):
    assert client.get("/api/labels").json == ["car", "dog", "person"]
    assert client.get("/api/labels?camera=porch").json == ["dog", "person"]
    assert client.get("/api/sub_labels").json == []


def test_an_unknown_camera_has_no_picture(client):
    reply = client.get("/api/attic/latest.jpg")
    assert (reply.status_code, reply.json["code"]) == (404, "unknown_camera")


def test_without_a_frame_the_picture_is_unavailable_not_an_error(house, no_frame):
    house.frame_error = no_frame
    reply = house.client().get("/api/porch/latest.jpg")
    assert (reply.status_code, reply.json["code"]) == (503, "frame_unavailable")
    assert reply.json["detail"] == "porch sent no picture within 2 s"


@pytest.mark.parametrize("name", ["jobs", "alerts", "vlm", "cameras", "health"])
def test_a_camera_may_be_called_like_one_of_our_routes(house, name):
    house.cameras[name] = house.cameras["yard"]
    assert house.client().get(f"/api/{name}/latest.jpg").status_code == 200


def pixels(reply):
    return cv2.imdecode(np.frombuffer(reply.data, np.uint8), cv2.IMREAD_COLOR)
