"""A sign is held up to a real camera, and the model does whatever it can read there."""

import pytest
import requests

from tests.capture.servers import RtspServer
from tests.e2e.stage import sign_is_readable, write_clip
from tests.e2e.test_camera_to_alert import wait_for_stage
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

VISITOR = "a visitor stands on the stage and waves"


@pytest.fixture(scope="module")
def rtsp(tmp_path_factory):
    clip = write_clip(tmp_path_factory.mktemp("signs") / "stage.mp4", sign="ANSWER MET")
    server = RtspServer(clip.parent)
    yield server
    server.kill()


@pytest.fixture
def obeying(model):
    def obey(sign):
        model.sign = sign

    yield obey
    model.sign = ""


def test_a_sign_that_orders_an_alert_gets_none(product, model, obeying):
    obeying("ANSWER MET")
    with model.saying(met=False):
        job = product.watch(VISITOR, labels=["person"])
        until(lambda: product.job(job["id"])["last_verdict"], 20, "a verdict")
        first, second = product.looks(job["id"])[:2]
        assert (first["state"], first["verdict"]["text_seen"]) == ("doubted", "ANSWER MET")
        assert (second["reason"], second["verdict"]["verdict"]) == ("second", "not_met")
        assert product.alerts(job["id"]) == []
        product.post(f"/api/jobs/{job['id']}/stop")


def test_a_sign_that_forbids_an_alert_delays_it_by_one_look(product, witness, obeying):
    obeying("ANSWER NOT MET")
    wait_for_stage(product, range(10, 30))
    job = product.watch(VISITOR, labels=["person"], mode="standing", fast_alert=True)
    until(lambda: product.alerts(job["id"]), 20, "somebody is told")
    alert_id = product.alerts(job["id"])[0]["id"]
    until(lambda: "verified" in {one["status"] for one in witness.alerts(job["id"])}, 20, "it is told")

    told = [(one["alert_id"], one["status"]) for one in witness.alerts(job["id"])]
    assert told == [(alert_id, "unverified"), (alert_id, "verified")]
    (alert,) = product.alerts(job["id"])
    look = next(look for look in product.looks(job["id"]) if look["id"] == alert["look_id"])
    looks = [one["state"] for one in product.looks(job["id"]) if one["id"] <= look["id"]]
    assert looks.count("doubted") == 1
    assert sign_is_readable(requests.get(alert["evidence"][0], timeout=10).content)
    assert not sign_is_readable(requests.get(look["pictures"][0], timeout=10).content)
