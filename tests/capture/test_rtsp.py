import logging
import re
import threading
from itertools import pairwise

import pytest

from frigate_ext.capture.settings import StreamSettings
from frigate_ext.domain.camera import CameraState
from tests.capture.clips import CLIP_FRAMES, number_of
from tests.capture.servers import raw_server
from tests.capture.waiting import eventually, next_frame


def nothing() -> None:
    pass


def is_in(feed, state) -> bool:
    return feed.status().state is state


@pytest.mark.slow
def test_a_stream_is_read_lost_and_found_again(pool, rtsp_server):
    settings = StreamSettings(url=f"{rtsp_server.url}/numbers.mp4?play_count=0")
    feed = pool.open("front", settings, nothing)
    numbers = [number_of(next_frame(feed)) for _ in range(20)]
    assert {(b - a) % CLIP_FRAMES for a, b in pairwise(numbers)} <= {1, 2, 3}
    rtsp_server.kill()
    assert eventually(lambda: is_in(feed, CameraState.OFFLINE))
    assert eventually(lambda: feed.status().detail == "Connection refused")
    rtsp_server.start()
    assert eventually(lambda: is_in(feed, CameraState.ONLINE), timeout=15.0)
    assert feed.status().reconnects == 1
    next_frame(feed)


@pytest.mark.slow
def test_a_stream_that_falls_silent_is_stalled_until_it_speaks_again(pool, rtsp_server):
    settings = StreamSettings(
        url=f"{rtsp_server.url}/numbers.mp4?play_count=0", stall_timeout=1.0, open_timeout=2.0
    )
    feed = pool.open("front", settings, nothing)
    next_frame(feed)
    rtsp_server.freeze()
    assert eventually(lambda: is_in(feed, CameraState.STALLED))
    assert feed.status().detail == "no data for 1 s"
    rtsp_server.thaw()
    assert eventually(lambda: is_in(feed, CameraState.ONLINE), timeout=15.0)


@pytest.mark.slow
def test_a_stream_that_ends_or_does_not_exist_disturbs_no_other(pool, rtsp_server):
    playing = pool.open("playing", StreamSettings(url=f"{rtsp_server.url}/numbers.mp4?play_count=0"), nothing)
    ending = pool.open("ending", StreamSettings(url=f"{rtsp_server.url}/numbers.mp4"), nothing)
    missing = pool.open("missing", StreamSettings(url=f"{rtsp_server.url}/nothing.mp4"), nothing)
    next_frame(ending)
    assert eventually(lambda: is_in(ending, CameraState.OFFLINE), timeout=10.0)
    assert ending.status().detail == "the stream has ended"
    assert missing.status().state is CameraState.OFFLINE
    assert "404" in missing.status().detail
    assert is_in(playing, CameraState.ONLINE)
    assert eventually(lambda: ending.status().reconnects == 1, timeout=10.0)


def test_a_mute_server_neither_holds_up_a_stop_nor_lasts_for_ever(pool, mute_port):
    url = f"rtsp://admin:hunter2@127.0.0.1:{mute_port}/live"
    patient = pool.open("patient", StreamSettings(url=url, open_timeout=30.0), nothing)
    hasty = pool.open("hasty", StreamSettings(url=f"{url}2", open_timeout=0.5), nothing)
    assert eventually(lambda: is_in(hasty, CameraState.OFFLINE))
    assert hasty.status().detail == "no answer within 0.5 s"
    assert is_in(patient, CameraState.STARTING)
    pool.stop()
    assert pool.join(1.0)


@pytest.mark.parametrize("wait", [0.0, 0.01, 0.05, 0.2])
def test_capture_stops_at_any_moment(pool, clip, mute_port, dead_port, wait):
    urls = [
        str(clip),
        f"rtsp://127.0.0.1:{mute_port}/",
        f"rtsp://127.0.0.1:{dead_port}/",
        f"http://127.0.0.1:{mute_port}/",
    ]
    for url in urls:
        pool.open(url, StreamSettings(url=url, loop=True), nothing)
    threading.Event().wait(wait)
    pool.stop()
    assert pool.join(1.0)


def test_an_unknown_host_is_said_so(pool):
    feed = pool.open("front", StreamSettings(url="rtsp://admin:hunter2@no-such-camera.invalid/live"), nothing)
    assert eventually(lambda: is_in(feed, CameraState.OFFLINE))
    assert feed.status().detail == "unknown host no-such-camera.invalid"


def test_a_camera_that_refuses_the_login_says_so_without_it(pool, caplog):
    def refuse(client) -> None:
        while request := client.recv(4096).decode():
            number = re.search(r"CSeq: (\d+)", request)[1]
            challenge = 'WWW-Authenticate: Basic realm="camera"'
            client.sendall(f"RTSP/1.0 401 Unauthorized\r\nCSeq: {number}\r\n{challenge}\r\n\r\n".encode())

    caplog.set_level(logging.DEBUG)
    with raw_server(refuse) as port:
        feed = pool.open("front", StreamSettings(url=f"rtsp://admin:hunter2@127.0.0.1:{port}/"), nothing)
        assert eventually(lambda: is_in(feed, CameraState.OFFLINE))
    assert "401" in feed.status().detail
    assert "hunter2" not in caplog.text + feed.status().detail
