"""Passwords and keys of the configuration show up nowhere."""

import pytest

from tests.e2e.conftest import CAMERA_PASSWORD
from tests.e2e.mqtt import PASSWORD
from tests.e2e.vlm import API_KEY, REFUSING
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

SECRETS = (CAMERA_PASSWORD, PASSWORD, API_KEY)
SAYING = ("/api/config", "/api/health", "/api/stats", "/api/cameras", "/api/jobs", "/api/alerts", "/")


@pytest.fixture(scope="module")
def troubled(new_product, configure, rtsp, mqtt, model):
    """A program that logs all it can, after all it depends on has failed."""

    def talkative(data_dir, port):
        document = configure(data_dir, port)
        document["frigate_ext"]["log_level"] = "debug"
        document["genai"]["eyes"]["base_url"] = model.url.replace("/v1", f"{REFUSING}/v1")
        return document

    product = new_product(talkative)
    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    job = product.watch("who refuses me quotes my key")
    until(lambda: product.job(job["id"])["error"], 15, "the job says what is wrong")
    mqtt.stop()
    rtsp.kill()
    product.wait_for_camera("stage", "degraded")
    until(lambda: product.health()["parts"]["mqtt"]["state"] == "degraded", 10, "the broker is missed")
    return product


def test_nothing_that_is_served_tells_a_secret(troubled):
    job = troubled.get("/api/jobs")["items"][0]["id"]
    for path in (*SAYING, f"/api/jobs/{job}", f"/api/jobs/{job}/looks"):
        response = troubled.request("GET", path)
        assert response.ok, path
        assert [secret for secret in SECRETS if secret in response.text] == [], path


def test_the_configuration_is_served_with_masks_in_their_places(troubled):
    config = troubled.get("/api/config")
    assert config["mqtt"]["password"] == "**********"
    assert config["genai"]["eyes"]["api_key"] == "**********"
    path = config["cameras"]["stage"]["ffmpeg"]["inputs"][0]["path"]
    assert path.startswith("rtsp://")
    assert "@127.0.0.1" in path


def test_the_log_tells_no_secret_and_no_picture_even_at_its_most_talkative(troubled):
    troubled.terminate()
    assert "fx-capture-stage" in troubled.log
    for secret in SECRETS:
        assert secret not in troubled.log
    assert max(map(len, troubled.log.splitlines())) < 2000


def test_nothing_in_the_data_folder_holds_a_secret(troubled):
    for path in troubled.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert [secret for secret in SECRETS if secret.encode() in content] == [], path
