"""Cameras of every kind side by side, one of them dead, and one that brings the detection process down."""

import os
import signal
from http.server import BaseHTTPRequestHandler

import av
import pytest
import simplejpeg

from tests.capture.servers import WebCamera, send
from tests.e2e.stage import FPS, number_of
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

BOUNDARY = "next"


@pytest.fixture(scope="module")
def pictures(stage_folder) -> list[bytes]:
    """JPEGs of the stage, every fifth."""
    with av.open(str(stage_folder / "stage.mp4")) as clip:
        frames = list(clip.decode(video=0))[::5]
    return [simplejpeg.encode_jpeg(frame.to_ndarray(format="rgb24")) for frame in frames]


@pytest.fixture(scope="module")
def web_cameras(pictures):
    """One that answers with a JPEG, one that never ends."""

    def one_picture(handler: BaseHTTPRequestHandler) -> None:
        send(handler, pictures[0])

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        handler.end_headers()
        while not streaming.closing.wait(1 / FPS):
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(pictures[2])}\r\n\r\n"
            handler.wfile.write(head.encode() + pictures[2] + b"\r\n")

    snapshot, streaming = WebCamera(one_picture), WebCamera(endless)
    yield snapshot, streaming
    snapshot.close()
    streaming.close()


@pytest.fixture(scope="module")
def street(new_product, configure, stage_folder, web_cameras):
    """Six cameras; `dead` is an address where nobody answers, `twin` has the stream of `stage`."""
    snapshot, streaming = web_cameras
    streams = {
        "file": str(stage_folder / "stage.mp4"),
        "snapshot": f"http://{snapshot.host}/now.jpg",
        "mjpeg": f"http://{streaming.host}/live",
        "dead": "rtsp://127.0.0.1:9/nobody",
    }

    def six(data_dir, port):
        document = configure(data_dir, port)
        cameras = document["cameras"]
        cameras["twin"] = cameras["stage"]
        for name, path in streams.items():
            cameras[name] = {**cameras["stage"], "ffmpeg": {"inputs": [{"path": path, "roles": ["detect"]}]}}
        document["frigate_ext"]["streams"] = {"snapshot": {"snapshot_interval": 0.5}}
        return document

    product = new_product(six)
    product.start()
    product.wait_until_healthy()
    return product


@pytest.mark.parametrize("camera", ["stage", "twin", "file", "snapshot", "mjpeg"])
def test_every_kind_of_camera_shows_the_stage(street, camera):
    street.wait_for_camera(camera)

    def picture() -> bytes | None:
        response = street.request("GET", f"/api/{camera}/latest.jpg?quality=95")
        return response.content if response.ok else None

    assert number_of(until(picture, 10, "a picture")) is not None


def test_a_dead_camera_is_offline_and_disturbs_nobody(street):
    street.wait_for_camera("dead", "degraded")
    health = street.request("GET", "/api/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    states = {camera["name"]: camera["state"] for camera in street.get("/api/cameras")["items"]}
    assert states.pop("dead") == "offline"
    assert set(states.values()) == {"online"}
    assert street.request("GET", "/api/dead/latest.jpg").status_code == 503


def test_cameras_with_the_same_address_share_one_connection(street):
    assert street.log.count("stage.mp4?play_count=0 is online") == 1


def test_a_dead_camera_does_not_hold_up_the_end(street):
    ended = street.terminate()
    assert (ended.exit_code, ended.seconds <= 5) == (0, True), ended


@pytest.fixture(scope="module")
def crashing(new_product, configure):
    product = new_product(configure)
    product.start()
    product.wait_until_healthy()
    return product


def test_a_camera_active_in_three_crashes_is_quarantined_for_all_to_see(crashing):
    for _ in range(3):
        crashing.wait_for_camera("stage")
        until(lambda: crashing.request("GET", "/api/stage/latest.jpg").ok, 10, "a picture")
        pid = crashing.detection_pid
        os.kill(pid, signal.SIGSEGV)
        until(lambda pid=pid: crashing.detection_pid not in {None, pid}, 15, "another process")
    until(lambda: crashing.get("/api/cameras")["items"][0]["state"] == "quarantined", 10, "quarantine")
    crashing.wait_until_healthy()
    health = crashing.health()
    assert health["parts"]["camera stage"]["state"] == "degraded"
    assert "stage" in health["parts"]["detection"]["detail"]
    job = crashing.watch("nobody can see this")["id"]
    assert "crash" in crashing.wait_for_job(job, phase="blind")["error"]
