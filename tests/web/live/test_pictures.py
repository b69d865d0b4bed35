import threading

import cv2
import numpy as np
import pytest

from frigate_ext.domain.account import Role
from frigate_ext.domain.frame import FrameKey
from tests.web.live.clients import PATIENCE, closed
from web.identity import Identity
from web.live import reel


def pictures(text):
    """The JPEGs of the parts that have come whole."""
    parts = text.split(b"\r\n--frame\r\n")[1:]
    return [part.split(b"\r\n\r\n", 1)[1] for part in parts[:-1]]


def a_picture(stream):
    """The newest whole picture after one more has come."""
    seen = stream.read.count(b"--frame")
    while stream.read.count(b"--frame") < max(2, seen + 1):
        grow(stream)
    return pictures(stream.read)[-1]


def grow(stream):
    chunk = stream.connection.recv(65536)
    assert chunk, stream.read[:300]
    stream.read += chunk


def test_motion_jpeg_shows_each_frame_once(house, served):
    stream = served.get("/api/porch/mjpeg?fps=30")
    first = a_picture(stream)
    assert b"content-type: multipart/x-mixed-replace; boundary=frame" in stream.read.lower()
    assert cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_COLOR).shape == (360, 640, 3)
    house.see("porch", seq=2)
    a_picture(stream)
    assert house.frames_shot == [FrameKey("porch", 1, 1), FrameKey("porch", 1, 2)]


@pytest.mark.parametrize("query", ["", "?bbox=1&zones=1&timestamp=1"])
def test_a_picture_is_made_once_however_many_watch(house, served, query, monkeypatch):
    drawn = []
    monkeypatch.setattr("web.live.live.draw", lambda frame, *_: drawn.append(frame.seq) or b"drawn")
    streams = [served.get(f"/api/porch/mjpeg{query}") for _ in range(20)]
    sockets = [served.socket(f"/live/jpeg/porch{query}") for _ in range(5)]
    for seq in (2, 3):
        for stream in streams:
            a_picture(stream)
        for client in sockets:
            client.recv(timeout=PATIENCE)
        house.see("porch", seq=seq)
    for stream in streams:
        a_picture(stream)
    assert sorted(house.frames_shot) == [FrameKey("porch", 1, n) for n in (1, 2, 3)]
    assert drawn == ([1, 2, 3] if query else [])


def test_boxes_and_zones_are_drawn_where_they_are_asked_for(served):
    plain = served.socket("/live/jpeg/porch").recv(timeout=PATIENCE)
    drawn = served.socket("/live/jpeg/porch?bbox=1&zones=1").recv(timeout=PATIENCE)
    assert plain[:2] == drawn[:2] == b"\xff\xd8"
    assert len(drawn) > len(plain)


def test_frigates_address_and_words_work(served):
    stream = served.get("/api/porch?fps=3&h=300&bbox=1&mask=1&motion=0")
    assert cv2.imdecode(np.frombuffer(a_picture(stream), np.uint8), cv2.IMREAD_COLOR).shape == (360, 640, 3)


def test_nothing_is_made_while_nobody_watches(house, served):
    stream = served.get("/api/porch/mjpeg?fps=30")
    a_picture(stream)
    stream.close()
    other = served.get("/api/yard/mjpeg?fps=30")
    while viewers(house, "porch"):
        threading.Event().wait(0.01)
    house.see("porch", seq=2)
    house.see("yard", seq=9)
    a_picture(other)
    assert FrameKey("porch", 1, 2) not in house.frames_shot


def viewers(house, camera="porch"):
    reels = house.live._reels._reels
    return sum(len(reel.seats) for view, (reel, _) in reels.items() if view.camera == camera)


def test_a_camera_that_comes_back_is_shown_again(house, served, no_frame, monkeypatch):
    monkeypatch.setattr(reel, "_RETRY", 0.01)
    house.frame_error = no_frame
    stream = served.get("/api/porch/mjpeg")
    while len(house.frames_shot) < 2:
        threading.Event().wait(0.01)
    house.frame_error = None
    assert a_picture(stream)


def test_a_failure_of_ours_ends_it_and_the_next_attempt_begins_anew(house, served, caplog):
    house.frame_error = RuntimeError("a bug")
    client = served.socket("/live/jpeg/porch")
    assert closed(client) == 1011
    assert "porch is not shown any more" in caplog.text
    house.frame_error = None
    assert served.socket("/live/jpeg/porch").recv(timeout=PATIENCE)


def test_the_last_picture_is_sent_again_while_nothing_new_comes(house, served, monkeypatch):
    monkeypatch.setattr("web.live.pictures.REPEAT", 0.05)
    stream = served.get("/api/porch/mjpeg?fps=30")
    a_picture(stream)
    a_picture(stream)
    assert len(house.frames_shot) == 1


def test_a_viewer_that_does_not_read_misses_pictures_and_holds_up_nobody(house, served, monkeypatch):
    monkeypatch.setattr("web.live.pictures.STALLED", 0.5)
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8)
    monkeypatch.setattr("tests.web.conftest.make_jpeg", lambda *_: cv2.imencode(".jpg", noise)[1].tobytes())
    stuck = served.get("/api/porch/mjpeg?fps=30", buffer=4096)
    stuck.until(b"--frame")
    watching = served.socket("/live/jpeg/porch?fps=30")
    seq = 1
    while viewers(house) > 1 or seq < 10:
        seq += 1
        house.see("porch", seq=seq)
        watching.recv(timeout=PATIENCE)
    assert viewers(house) == 1


def test_no_more_views_of_a_camera_are_made_than_a_machine_can_bear(served, monkeypatch):
    monkeypatch.setattr(reel, "MAX_VIEWS", 2)
    for height in (180, 240, 200):  # 200 is shown as 240
        a_picture(served.get(f"/api/porch/mjpeg?height={height}"))
    refused = served.get("/api/porch/mjpeg?height=480").until(b"\r\n\r\n")
    assert b"503" in refused
    assert b"200" in served.get("/api/yard/mjpeg?height=480").until(b"\r\n\r\n")


def test_one_person_does_not_take_all_views_of_a_camera(served, doorman, monkeypatch):
    monkeypatch.setattr(reel, "MAX_VIEWS_OF_ONE", 1)
    a_picture(served.get("/api/porch/mjpeg?height=180"))
    assert b"503" in served.get("/api/porch/mjpeg?height=480").until(b"\r\n\r\n")
    doorman.identity = Identity("granny", Role.VIEWER)
    a_picture(served.get("/api/porch/mjpeg?height=480"))


@pytest.mark.parametrize(
    "path,status",
    [("/api/attic/mjpeg", b"404"), ("/api/porch/mjpeg?fps=31", b"422"), ("/api/porch?h=1", b"422")],
)
def test_pictures_that_can_not_be_had_are_refused(served, path, status):
    assert status in served.get(path).until(b"\r\n\r\n")


def test_what_is_said_to_a_picture_socket_ends_it(served):
    client = served.socket("/live/jpeg/porch")
    client.send("more")
    assert closed(client) == 1008
