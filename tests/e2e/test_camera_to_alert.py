"""From camera to alert, with a model that checks what it is shown."""

import pytest
import requests
import simplejpeg

from tests.e2e.stage import FRAMES, VISIT, number_of
from tests.e2e.vlm import API_KEY
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

BECOMES_REAL = range(VISIT.start + 4, VISIT.start + 16)
"""The third frame that shows the visitor at 5 of 10 frames a second, and what a busy machine may skip."""


def stage_now(product) -> int | None:
    """The number of the picture the camera sees now."""
    response = product.request("GET", "/api/stage/latest.jpg?quality=95")
    assert response.ok, response.text
    return number_of(response.content)


def wait_for_stage(product, numbers: range) -> None:
    until(lambda: stage_now(product) in numbers, 30, f"the stage is at {numbers}")


@pytest.fixture(scope="module")
def visited(product, witness, model):
    """A standing watch, started on an empty stage, through one visit: job, alert over MQTT, questions."""
    wait_for_stage(product, range(10, 30))
    job = product.watch("a visitor stands on the stage", labels=["person"], mode="standing")
    until(lambda: witness.alerts(job["id"]), 20, "the alert arrives")
    return product.job(job["id"]), witness.alerts(job["id"])[0], model.about("a visitor stands on the stage")


def test_the_model_is_shown_the_very_frame_in_which_the_visitor_became_real(visited):
    _, _, questions = visited
    assert questions[0].number < VISIT.start  # the initial look, at an empty stage
    assert questions[1].number in BECOMES_REAL


def test_every_picture_is_small_marked_and_few(visited):
    _, _, questions = visited
    assert [shown.faults() for shown in questions] == [[] for _ in questions]
    assert {shown.key for shown in questions} == {f"Bearer {API_KEY}"}
    assert simplejpeg.decode_jpeg_header(questions[1].jpegs[-1])[:2] == (480, 640)


def test_the_evidence_is_byte_for_byte_what_the_model_saw(visited):
    _, alert, questions = visited
    evidence = [requests.get(url, timeout=10) for url in alert["evidence"]]
    assert {response.headers["Content-Type"] for response in evidence} == {"image/jpeg"}
    assert tuple(response.content for response in evidence) == questions[1].jpegs


def test_the_message_has_frigates_keys_and_ours(product, visited):
    _, alert, _ = visited
    frigates = {"camera", "condition", "message", "reasoning", "job_id"}
    ours = {"alert_id", "kind", "status", "time", "frame_time", "judged_by", "confidence", "evidence"}
    assert set(alert) == frigates | ours
    assert (alert["camera"], alert["kind"], alert["judged_by"]) == ("stage", "condition", "eyes")
    assert (alert["message"], alert["confidence"]) == ("A visitor!", 0.9)
    assert alert["evidence"] == [f"{product.url}/api/alerts/{alert['alert_id']}/evidence/0.jpg"]
    over_http = product.get(f"/api/alerts/{alert['alert_id']}")
    assert {**over_http, **alert, "id": alert["alert_id"]} == {**over_http, "alert_id": alert["alert_id"]}


def test_the_alert_is_told_once_with_qos_1_and_not_retained(witness, visited):
    job, _, _ = visited
    messages = [m for m in witness.on("camera_monitoring") if m.document["job_id"] == job["id"]]
    assert [(message.qos, message.retained) for message in messages] == [(1, False)]


def test_looks_and_job_tell_the_same_story(product, visited):
    job, alert, _ = visited
    initial, triggered = product.looks(job["id"])[:2]
    assert (initial["reason"], initial["trigger"], initial["state"]) == ("initial", None, "done")
    assert (triggered["reason"], triggered["trigger"]) == ("trigger", "person appeared")
    assert (triggered["state"], triggered["frame_time"]) == ("done", alert["frame_time"])
    assert 0 < alert["time"] - alert["frame_time"] < 2
    assert (job["state"], job["alerts"], job["last_verdict"]["verdict"]) == ("running", 1, "met")


def test_retained_topics_say_state_and_show_the_evidence(witness, visited):
    job, _, questions = visited
    assert witness.wait(f"watch/{job['id']}/state", b"running")
    assert witness.wait(f"watch/{job['id']}/image").payload == questions[1].jpegs[-1]
    assert witness.wait("available").payload == b"online"

    def phases() -> list[str]:
        told = [message.document["vlm_watch"] for message in witness.on("job_state")]
        return [document["phase"] for document in told if document["id"] == job["id"]]

    until(lambda: "cooldown" in phases(), 5, "what came of it is told")
    assert phases()[0] == "watching"


def test_a_slow_model_still_judges_the_visitor_and_not_the_empty_stage_after(product, model, witness):
    """The visitor comes and goes while the model ponders the empty stage; the next look is at the visit."""
    condition = "a visitor came while you thought"
    wait_for_stage(product, range(30, VISIT.start - 5))
    with model.holding():
        job = product.watch(condition, labels=["person"])
        assert model.wait_for(condition).number < VISIT.start
        product.wait_for_job(job["id"], seconds=3, state="running", phase="looking")
        wait_for_stage(product, VISIT)
        wait_for_stage(product, range(VISIT.stop + 5, FRAMES))
    assert model.wait_for(condition, 2).number in BECOMES_REAL
    ended = product.wait_for_job(job["id"], state="met")
    assert (ended["phase"], ended["looks"]) == (None, 2)
    until(lambda: len(witness.alerts(job["id"])) == 1, 10, "its alert arrives")


def test_frames_and_their_times_belong_together(product, model, visited):
    """Frame times of all looks and the numbers in their pictures advance in step, at 10 a second."""
    job, _, _ = visited
    looks = product.looks(job["id"])
    questions = model.about("a visitor stands on the stage")
    first_time, first_number = looks[0]["frame_time"], questions[0].number
    for look, shown in zip(looks[1:], questions[1:], strict=False):
        expected = first_number + 10 * (look["frame_time"] - first_time)
        error = (shown.number - expected + FRAMES / 2) % FRAMES - FRAMES / 2
        assert abs(error) < 5


def test_frigates_own_route_sees_its_job(product, model):
    condition = "a visitor for frigate"
    started = product.post("/api/vlm/monitor", {"camera": "stage", "condition": condition})
    assert started["success"]
    model.wait_for(condition)
    monitor = product.get("/api/vlm/monitor")
    assert (monitor["active"], monitor["id"], monitor["status"]) == (True, started["job_id"], "running")
    assert product.request("DELETE", "/api/vlm/monitor").json()["success"]
    assert product.get("/api/vlm/monitor")["status"] == "cancelled"


def test_stats_count_what_happened_and_no_error(product, visited):
    totals = product.get("/api/stats")["frigate_ext"]
    assert totals["frames"] > 0
    assert totals["tracked_objects"] >= 1
    assert totals["looks"] >= 2
    assert totals["alerts"] >= 1
    assert (totals["errors"], totals["bus_lost"]) == (0, 0)
