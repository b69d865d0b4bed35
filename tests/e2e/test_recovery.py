"""What goes away and comes back: the detection process, the camera, the broker, the program itself."""

import os
import signal
import time

import psutil
import pytest

from tests.e2e.conftest import PREFIX
from tests.e2e.mqtt import retain
from tests.e2e.product import alive
from tests.e2e.stage import shows_visitor
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

BACK_WITHIN = 5.0
"""Seconds that a crash may cost the cameras of a process."""
HUNG_WITHIN = 12.0
"""Seconds until a process that hangs has been replaced."""


@pytest.fixture(scope="module")
def standing(product, model):
    """A watch that runs through everything here."""
    job = product.watch("somebody stays for good", mode="standing")
    model.wait_for("somebody stays for good")
    return job["id"]


def watch_in_vain(product, model, condition: str, **more):
    """Start a job whose first look finds nothing, whatever is on the stage."""
    with model.saying(met=False):
        job = product.watch(condition, **more)
        model.wait_for(condition)
        product.wait_for_job(job["id"], looks=1)
    return job


def frame_time(product) -> float:
    """Of the newest picture; 0 while there is none."""
    response = product.request("GET", "/api/stage/latest.jpg?height=64")
    return float(response.headers["X-Frame-Time"]) if response.ok else 0.0


def seconds_until_frames(product, since: float, patience: float) -> float:
    """From `since` (epoch) to the first picture decoded after it by a process that started after it."""
    until(lambda: frame_time(product) > since + 0.3, patience, "new frames")
    return time.time() - since


def replaced(product, old: int) -> bool:
    return product.detection_pid not in (None, old)


def test_a_detection_process_that_is_killed_costs_five_seconds_at_most(product, standing, record_property):
    old = product.detection_pid
    killed_at = time.time()
    os.kill(old, signal.SIGKILL)
    until(lambda: replaced(product, old), BACK_WITHIN, "another detection process")
    took = seconds_until_frames(product, killed_at, 2 * BACK_WITHIN)
    record_property("seconds_until_frames_after_kill", round(took, 2))
    assert took <= BACK_WITHIN
    assert not psutil.pid_exists(old)


def test_one_that_hangs_is_replaced(product, standing, record_property):
    old = product.detection_pid
    stopped_at = time.time()
    os.kill(old, signal.SIGSTOP)
    until(lambda: replaced(product, old), HUNG_WITHIN, "another detection process")
    took = seconds_until_frames(product, stopped_at, HUNG_WITHIN)
    record_property("seconds_until_frames_after_hang", round(took, 2))
    until(lambda: not psutil.pid_exists(old), 2, "the hung process is gone")


def test_jobs_go_on_across_it(product, standing, model, witness):
    product.wait_for_camera("stage")
    assert product.wait_for_job(standing, state="running", phase="watching")["error"] is None
    until(lambda: witness.alerts(standing), 25, "the visitor is noticed by the new process")


def test_a_camera_that_is_cut_off_is_offline_its_jobs_blind_and_health_still_200(product, rtsp, model):
    with model.saying(met=False):  # whoever walks by before the camera is cut off
        quiet = watch_in_vain(product, model, "somebody comes along later")
        rtsp.kill()
        try:
            product.wait_for_camera("stage", "degraded")
            blind = product.wait_for_job(quiet["id"], state="running", phase="blind")
            assert blind["error"]
            health = product.request("GET", "/api/health")
            assert (health.status_code, health.json()["status"]) == (200, "degraded")
            assert product.get("/api/cameras")["items"][0]["state"] == "offline"
        finally:
            rtsp.start()
        product.wait_for_camera("stage", "ok", 30)
        assert product.wait_for_job(quiet["id"], phase="watching")["error"] is None
        until(lambda: product.health()["status"] == "ok", 20, "everything is well")
        product.post(f"/api/jobs/{quiet['id']}/stop")


def test_an_alert_committed_without_a_broker_is_delivered_when_it_returns(product, mqtt, model, witness):
    mqtt.stop()
    until(lambda: product.health()["parts"]["mqtt"]["state"] == "degraded", 10, "the broker is missed")
    with model.saying(met=True):
        jobs = [product.watch(f"told later {n}")["id"] for n in range(3)]
        for job in jobs:
            product.wait_for_job(job, state="met")
    committed = {alert["id"] for job in jobs for alert in product.alerts(job)}
    assert len(committed) == 3
    assert product.request("GET", "/api/health").status_code == 200
    mqtt.start()

    def heard() -> set[str]:
        return {alert["alert_id"] for job in jobs for alert in witness.alerts(job)}

    until(lambda: heard() == committed, 60, "every alert arrives")
    for job in jobs:
        assert witness.wait(f"watch/{job}/state", b"met")
        assert witness.wait(f"watch/{job}/image")
    until(lambda: product.health()["parts"]["outbox"]["state"] == "ok", 10, "nothing waits any more")


def test_a_model_that_fails_is_asked_again_about_the_very_picture(product, model, witness):
    condition = "asked about until it answers"
    with model.failing():
        job = product.watch(condition, labels=["person"])["id"]
        model.wait_for(condition)
        down = product.wait_for_job(job, state="running", phase="model_down")
        assert "500" in down["error"]
        health = product.request("GET", "/api/health")
        assert (health.status_code, health.json()["parts"]["judge"]["state"]) == (200, "degraded")
        until(lambda: shows_visitor(model.about(condition)[-1].number), 40, "it is asked about the visitor")
        asked = model.about(condition)[-1].number
    until(lambda: witness.alerts(job), 60, "the alert arrives")
    assert model.about(condition)[-1].number == asked
    assert {look["state"] for look in product.looks(job)} == {"failed", "done"}
    assert product.job(job)["error"] is None


def test_a_job_that_is_stopped_during_a_call_of_the_model_tells_nobody(product, model, witness):
    with model.saying(met=True), model.holding():
        job = product.watch("stopped while the model thinks")
        model.wait_for("stopped while the model thinks")
        stopped = product.post(f"/api/jobs/{job['id']}/stop")
        assert (stopped["state"], stopped["phase"]) == ("cancelled", None)
    until(lambda: [look["state"] for look in product.looks(job["id"])] == ["abandoned"], 10, "abandoned")
    assert product.job(job["id"])["state"] == "cancelled"
    assert product.alerts(job["id"]) == []
    assert witness.alerts(job["id"]) == []
    again = product.request("POST", f"/api/jobs/{job['id']}/stop")
    assert (again.status_code, again.json()["code"]) == (409, "job_final")


def test_a_deleted_job_leaves_no_retained_topic_and_no_row(product, model, witness):
    with model.saying(met=True):
        job = product.watch("soon deleted")["id"]
        product.wait_for_job(job, state="met")
    alert = product.alerts(job)[0]["id"]
    witness.wait(f"watch/{job}/image")
    assert product.request("DELETE", f"/api/jobs/{job}").ok
    assert witness.wait(f"watch/{job}/image", b"")
    assert witness.wait(f"watch/{job}/state", b"")
    alert_url = f"/api/alerts/{alert}"
    gone = [f"/api/jobs/{job}", f"/api/jobs/{job}/looks", alert_url, f"{alert_url}/evidence/0.jpg"]
    assert [product.request("GET", path).status_code for path in gone] == [404] * 4
    assert not (product.data_dir / "evidence" / alert).exists()


def test_a_running_job_is_not_deleted(product, standing):
    refused = product.request("DELETE", f"/api/jobs/{standing}")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_running")


def test_a_killed_program_leaves_no_process_and_goes_on_where_it_was(
    product, mqtt, model, witness, record_property
):
    """Its jobs, their time, the alert that nobody has heard of, and the retained topics.

    A broker that remembers has topics of a job that was deleted while it was away: they are cleared.
    """
    timed = watch_in_vain(product, model, "resumed with the time that is left", duration=600, labels=["dog"])
    with model.saying(met=False):
        deleted = watch_in_vain(product, model, "deleted while the broker is away")["id"]
        product.post(f"/api/jobs/{deleted}/stop")
    unheard, born = _kill_with_an_alert_that_waits(product, mqtt, model, deleted)
    mqtt.start()
    retain(mqtt.port, f"{PREFIX}/watch/{deleted}/state", b"cancelled")
    witness.wait(f"watch/{deleted}/state", b"cancelled", 20)
    product.start()
    record_property("seconds_until_healthy", round(product.wait_until_healthy(), 2))
    resumed = product.job(timed["id"])
    assert (resumed["state"], resumed["expires_at"]) == ("running", timed["expires_at"])
    until(lambda: [a["alert_id"] for a in witness.alerts(unheard)] == [born], 40, "the alert arrives")
    assert witness.wait(f"watch/{deleted}/state", b"")
    model.wait_for("resumed with the time that is left", 2)


def _kill_with_an_alert_that_waits(product, mqtt, model, deleted) -> tuple[str, str]:
    """Ids of a job and of its alert, which was committed and never sent; another job is deleted meanwhile."""
    mqtt.stop()
    until(lambda: product.health()["parts"]["mqtt"]["state"] == "degraded", 10, "the broker is missed")
    with model.saying(met=True):
        job = product.watch("never heard of")["id"]
        product.wait_for_job(job, state="met")
    (alert,) = product.alerts(job)
    assert product.request("DELETE", f"/api/jobs/{deleted}").ok
    family = product.family()
    product.kill()
    until(lambda: not alive(family), 3, "no process is left")
    return job, alert["id"]
