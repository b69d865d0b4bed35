import base64
import logging
import ssl
import threading
from pathlib import Path

import pytest

from frigate_ext.capture.settings import StreamKind, StreamSettings
from frigate_ext.domain.camera import CameraState
from tests.capture.clips import number_of, numbered_jpeg, write_clip
from tests.capture.servers import send
from tests.capture.waiting import eventually, next_frame


def nothing() -> None:
    pass


def endless_mjpeg(handler, *, pause: float = 0.02) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", 'multipart/x-mixed-replace; boundary="cam"')
    handler.end_headers()
    number = 0
    while True:
        jpeg = numbered_jpeg(number % 64)
        handler.wfile.write(b"--cam\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg))
        handler.wfile.write(jpeg + b"\r\n")
        number += 1
        threading.Event().wait(pause)


def drip(handler, *, content_type: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while True:
        handler.wfile.write(b"\xff")
        threading.Event().wait(0.05)


def snapshots(web, **settings) -> StreamSettings:
    return StreamSettings(url=f"http://{web.host}/snap.jpg", snapshot_interval=0.1, **settings)


def test_mjpeg_is_recognised_and_decoded_in_order(pool, web_camera):
    web = web_camera(endless_mjpeg)
    feed = pool.open("front", StreamSettings(url=f"http://{web.host}/video"), nothing)
    first, second = next_frame(feed), next_frame(feed)
    assert number_of(first) < number_of(second)
    assert first.full_range
    assert web.requests == 1


def test_a_snapshot_address_is_asked_again_and_again(pool, web_camera):
    web = web_camera(lambda handler: send(handler, numbered_jpeg(web.requests)))
    feed = pool.open("front", snapshots(web), nothing)
    assert number_of(next_frame(feed)) == 1
    assert number_of(next_frame(feed)) == 2
    assert feed.status().state is CameraState.ONLINE


def test_two_cameras_of_one_address_are_one_connection(pool, web_camera):
    web = web_camera(endless_mjpeg)
    feeds = [pool.open(name, StreamSettings(url=f"http://{web.host}/v"), nothing) for name in ("a", "b")]
    assert [next_frame(feed).camera for feed in feeds] == ["a", "b"]
    assert web.requests == 1


def test_a_login_in_the_address_is_used_but_never_shown(pool, web_camera, caplog):
    expected = "Basic " + base64.b64encode(b"admin:p@ss").decode()

    def answer(handler) -> None:
        if handler.headers.get("Authorization") == expected:
            send(handler, numbered_jpeg(5))
        else:
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Basic realm="camera"')
            handler.end_headers()

    caplog.set_level(logging.DEBUG)
    web = web_camera(answer)
    good = pool.open("good", StreamSettings(url=f"http://admin:p%40ss@{web.host}/snap.jpg"), nothing)
    bad = pool.open("bad", StreamSettings(url=f"http://admin:hunter2@{web.host}/snap.jpg"), nothing)
    assert number_of(next_frame(good)) == 5
    assert eventually(lambda: bad.status().state is CameraState.OFFLINE)
    assert bad.status().detail.startswith("401")
    assert "hunter2" not in caplog.text + bad.status().detail
    assert "p%40ss" not in caplog.text


@pytest.mark.parametrize("right", [True, False])
def test_a_digest_login_is_offered_once(pool, web_camera, right):
    def answer(handler) -> None:
        if right and handler.headers.get("Authorization", "").startswith('Digest username="admin"'):
            send(handler, numbered_jpeg(9))
        else:
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Digest realm="camera", nonce="abc", qop="auth"')
            handler.end_headers()

    web = web_camera(answer)
    url = f"http://admin:pw@{web.host}/snap.jpg"
    feed = pool.open("front", StreamSettings(url=url, snapshot_interval=60), nothing)
    expected = CameraState.ONLINE if right else CameraState.OFFLINE
    assert eventually(lambda: feed.status().state is expected)
    assert web.requests == 2


@pytest.mark.parametrize(
    "answer, reason",
    [
        (lambda handler: send(handler, b"", status=404), "404 Not Found"),
        (
            lambda handler: send(handler, b"<html>", content_type="text/html"),
            "neither JPEG nor video",
        ),
        (lambda handler: send(handler, b""), "the answer is empty"),
        (lambda handler: send(handler, bytes(17 * 2**20)), "larger than 16 MiB"),
        (
            lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"),
            "not a proper HTTP answer",
        ),
        (lambda handler: send(handler, b"", content_type="multipart/x-mixed-replace"), "names no boundary"),
        (
            lambda handler: send(handler, b"x" * 9000, content_type="multipart/x-mixed-replace;boundary=b"),
            "can't be told apart",
        ),
    ],
)
def test_a_useless_answer_makes_the_camera_offline_with_the_reason(pool, web_camera, answer, reason):
    feed = pool.open("front", snapshots(web_camera(answer)), nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert reason in feed.status().detail


def test_garbage_instead_of_pictures_is_undecodable(pool, web_camera):
    web = web_camera(lambda handler: send(handler, b"\xff\xd8garbage" * 50))
    feed = pool.open("front", snapshots(web, stall_timeout=0.3), nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert "undecodable" in feed.status().detail


def test_one_broken_picture_among_good_ones_does_not_matter(pool, web_camera):
    web = web_camera(
        lambda handler: send(handler, b"?" if web.requests == 2 else numbered_jpeg(web.requests))
    )
    feed = pool.open("front", snapshots(web), nothing)
    assert number_of(next_frame(feed)) == 1
    assert number_of(next_frame(feed)) == 3
    assert feed.status().reconnects == 0


def test_a_jpeg_bomb_is_not_decoded(pool, web_camera):
    jpeg = numbered_jpeg(1)
    start = jpeg.index(b"\xff\xc0") + 5
    bomb = jpeg[:start] + b"\xff\xff\xff\xff" + jpeg[start + 4 :]
    web = web_camera(lambda handler: send(handler, bomb))
    feed = pool.open("front", snapshots(web, stall_timeout=0.3), nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert feed.take() is None


@pytest.mark.parametrize("content_type", ["image/jpeg", "multipart/x-mixed-replace; boundary=b"])
def test_a_camera_that_drips_byte_by_byte_is_stalled(pool, web_camera, content_type):
    web = web_camera(lambda handler: drip(handler, content_type=content_type))
    feed = pool.open("front", snapshots(web, stall_timeout=0.5), nothing)
    assert eventually(lambda: feed.status().state is CameraState.STALLED)
    assert feed.status().detail == "no complete picture for 0.5 s"


def test_an_mjpeg_stream_that_stops_is_stalled_then_comes_back(pool, web_camera):
    def answer(handler) -> None:
        endless_mjpeg(handler, pause=30.0 if web.requests == 1 else 0.02)

    web = web_camera(answer)
    feed = pool.open("front", StreamSettings(url=f"http://{web.host}/v", stall_timeout=0.5), nothing)
    next_frame(feed)
    assert eventually(lambda: feed.status().state is CameraState.STALLED)
    assert eventually(lambda: feed.status().state is CameraState.ONLINE)
    assert feed.status().reconnects == 1


def test_video_over_http_is_recognised_and_its_standing_time_noticed(pool, web_camera, tmp_path):
    """The same FLV packet again and again: data arrives, pictures decode, but time stands still."""
    options = {"flvflags": "no_duration_filesize+no_sequence_end"}
    flv = write_clip(tmp_path / "numbers.flv", options=options).read_bytes()
    last_tag = flv[len(flv) - 4 - int.from_bytes(flv[-4:], "big") :]

    def answer(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "video/x-flv")
        handler.end_headers()
        handler.wfile.write(flv)
        while True:
            handler.wfile.write(last_tag)
            threading.Event().wait(0.02)

    web = web_camera(answer)
    feed = pool.open("front", StreamSettings(url=f"http://{web.host}/v.flv", stall_timeout=1.0), nothing)
    next_frame(feed)
    assert eventually(lambda: feed.status().state is CameraState.STALLED)
    assert feed.status().detail == "the stream's time has stood still for 1 s"


def test_a_camera_may_sign_its_own_certificate(pool, web_camera):
    web = web_camera(lambda handler: send(handler, numbered_jpeg(3)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    web.server.socket = context.wrap_socket(web.server.socket, server_side=True)
    feed = pool.open("front", StreamSettings(url=f"https://{web.host}/snap.jpg"), nothing)
    assert number_of(next_frame(feed)) == 3


def test_a_camera_that_does_not_speak_tls_is_offline(pool, web_camera):
    web = web_camera(lambda handler: send(handler, numbered_jpeg(3)))
    feed = pool.open("front", StreamSettings(url=f"https://{web.host}/snap.jpg"), nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)


def redirect(handler, target: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", target)
    handler.end_headers()


def test_a_redirect_is_followed(pool, web_camera):
    def answer(handler) -> None:
        if handler.path == "/snap.jpg":
            redirect(handler, "/moved.jpg")
        else:
            send(handler, numbered_jpeg(7))

    feed = pool.open("front", snapshots(web_camera(answer)), nothing)
    assert number_of(next_frame(feed)) == 7


def test_a_redirect_leads_only_to_http(pool, web_camera):
    web = web_camera(lambda handler: redirect(handler, "file:///etc/passwd"))
    feed = pool.open("front", snapshots(web), nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert feed.status().detail.startswith("302")


@pytest.mark.parametrize("kind", [StreamKind.AUTO, StreamKind.VIDEO])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_mute_server_does_not_hold_up_a_stop(pool, mute_port, scheme, kind):
    pool.open("front", StreamSettings(url=f"{scheme}://127.0.0.1:{mute_port}/", kind=kind), nothing)
    threading.Event().wait(0.3)
    pool.stop()
    assert pool.join(1.0)


def test_a_mute_server_is_given_up_after_the_open_timeout(pool, mute_port):
    settings = StreamSettings(url=f"http://127.0.0.1:{mute_port}/", open_timeout=0.4)
    feed = pool.open("front", settings, nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert feed.status().detail == "no answer within 0.4 s"


def test_nobody_listening_is_said_so(pool, dead_port):
    feed = pool.open("front", StreamSettings(url=f"http://127.0.0.1:{dead_port}/"), nothing)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert feed.status().detail == "Connection refused"
