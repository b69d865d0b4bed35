"""An alert of a camera with a small and a large stream gets the large picture of its very moment."""

import pytest
import simplejpeg

from tests.capture.twin import TwinCamera
from tests.e2e.stage import FRAMES, number_of
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

CONDITION = "a visitor whom I want to recognize"
LARGE = 960, 720


@pytest.fixture(scope="module")
def twin(stage_folder, tmp_path_factory):
    twin = TwinCamera(
        stage_folder / "stage.mp4", tmp_path_factory.mktemp("twin"), small=(480, 360), large=LARGE
    )
    yield twin
    twin.close()


@pytest.fixture(scope="module")
def product(new_product, configure, twin):
    def two_streams(data_dir, port):
        document = configure(data_dir, port)
        document["cameras"]["stage"]["ffmpeg"]["inputs"] = [
            {"path": twin.small, "roles": ["detect"]},
            {"path": twin.large, "roles": ["record"]},
        ]
        return document

    product = new_product(two_streams)
    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    return product


@pytest.fixture(scope="module")
def alert(product, model, witness):
    """Told while another watch has had the main stream kept; as it is once it has its full picture."""
    with model.saying(met=False):
        product.watch("nothing at all", labels=["person"])
        until(lambda: "is kept for full pictures" in product.log, 15, "the main stream is open")
    with model.saying(met=True):
        job = product.watch(CONDITION, mode="standing")
        until(lambda: witness.alerts(job["id"]), 15, "the alert arrives")
    until(lambda: product.alerts(job["id"])[0]["full"], 15, "the full picture comes")
    return product.alerts(job["id"])[0]


def picture(product, alert, name):
    response = product.request("GET", f"/api/alerts/{alert['id']}/{name}")
    assert response.ok, response.text
    return response.content


def test_the_full_picture_is_large_and_shows_the_moment_that_was_judged(product, alert):
    judged, full = picture(product, alert, "evidence/0.jpg"), picture(product, alert, "full.jpg")
    assert simplejpeg.decode_jpeg_header(judged)[:2] == (360, 480)
    assert simplejpeg.decode_jpeg_header(full)[:2] == (LARGE[1], LARGE[0])
    assert (number_of(full) - number_of(judged)) % FRAMES in {FRAMES - 1, 0, 1}
    assert alert["full_time"] == pytest.approx(alert["frame_time"], abs=0.15)


def test_neither_the_model_nor_mqtt_is_given_it(product, alert, model, witness):
    assert {fault for shown in model.about(CONDITION) for fault in shown.faults()} == set()
    (told,) = witness.alerts(alert["job_id"])[:1]
    assert told["evidence"] == alert["evidence"]
    assert "full" not in told


def test_a_main_stream_that_is_cut_is_shown_and_blinds_nobody(product, alert, twin):
    twin.is_cut.set()
    product.wait_for_camera("stage", "degraded")
    assert "alerts show the detect stream's pictures" in product.health()["parts"]["camera stage"]["detail"]
    assert product.job(alert["job_id"])["phase"] != "blind"
    away = 'frigate_ext_main_stream_away{camera="stage"} 1'
    until(lambda: away in product.request("GET", "/api/metrics").text, 5, "the metrics say so")
    twin.is_cut.clear()
    product.wait_for_camera("stage")
