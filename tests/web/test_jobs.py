import pytest

from frigate_ext.domain.look import Feedback
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import JobState, Mode, Origin, Watch

ASKED = {"camera": "porch", "condition": "a parcel is on the porch"}


def codes(reply):
    assert reply.content_type == "application/problem+json"
    return reply.status_code, reply.json["code"]


def test_a_job_is_started_and_comes_back_whole(client, house):
    asked = {**ASKED, "labels": ["person"], "zones": ["steps"], "mode": "standing", "duration": 90}
    reply = client.post("/api/jobs", json=asked)
    assert reply.status_code == 201
    assert {key: reply.json[key] for key in asked} == asked
    expected = {"id", "name", "state", "phase", "created_at", "started_at", "ended_at", "looks", "alerts"}
    assert expected | {"last_verdict", "error"} <= set(reply.json)
    assert house.jobs.rows[0].watch.mode is Mode.STANDING


def test_a_zone_may_be_called_by_its_friendly_name(client):
    assert client.post("/api/jobs", json={**ASKED, "zones": ["Front steps"]}).json["zones"] == ["steps"]


def test_the_last_verdict_reads_as_promised(client, house):
    client.post("/api/jobs", json=ASKED)
    verdict = Verdict(
        answer=Answer.NOT_MET, confidence=0.75, reasoning="no box", frame_time=12.5, judged_by="detector"
    )
    house.jobs.change("job0", last_verdict=verdict, looks=1)
    assert client.get("/api/jobs/job0").json["last_verdict"] == {
        "verdict": "not_met",
        "confidence": 0.75,
        "reasoning": "no box",
        "text_seen": "",
        "frame_time": 12.5,
        "judged_by": "detector",
    }


@pytest.mark.parametrize(
    "change,code,field",
    [
        ({"camera": "attic"}, "unknown_camera", "camera"),
        ({"zones": ["pond"]}, "unknown_zone", "zones"),
        ({"labels": ["unicorn"]}, "unknown_label", "labels"),
        ({"condition": "  "}, "bad_condition", "condition"),
        ({"condition": "x" * 5000}, "bad_condition", "condition"),
        ({"condition": 7}, "bad_condition", "condition"),
        ({"duration": -1}, "bad_duration", "duration"),
        ({"duration": "an hour"}, "bad_duration", "duration"),
        ({"duration": True}, "bad_duration", "duration"),
        ({"duration": 10**300}, "bad_duration", "duration"),
        ({"mode": "sometimes"}, "bad_mode", "mode"),
        ({"mode": {}}, "bad_mode", "mode"),
        ({"labels": "person"}, "bad_labels", "labels"),
        ({"zones": [1]}, "bad_zones", "zones"),
        ({"zoness": []}, "unknown_field", "zoness"),
    ],
)
def test_a_watch_that_can_not_work_is_refused_naming_the_field(client, house, change, code, field):
    reply = client.post("/api/jobs", json={**ASKED, **change})
    assert codes(reply) == (422, code)
    assert reply.json["errors"][0]["field"] == field
    assert reply.json["status"] == 422
    assert house.jobs.rows == []


def test_an_unknown_camera_is_answered_with_those_there_are(client):
    message = client.post("/api/jobs", json={**ASKED, "camera": "proch"}).json["errors"][0]["message"]
    assert "porch" in message
    assert "yard" in message


def test_a_misspelt_field_is_answered_with_the_one_that_was_meant(client):
    errors = client.post("/api/jobs", json={**ASKED, "conditon": "x"}).json["errors"]
    assert errors == [{"field": "conditon", "message": "unknown field; did you mean condition?"}]


def test_all_that_is_wrong_is_said_at_once(client):
    reply = client.post("/api/jobs", json={"camera": "attic", "condition": "", "duration": 0})
    assert {error["field"] for error in reply.json["errors"]} == {"camera", "condition", "duration"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"camera": NaN}',
        b'{"condition": "\\ud800"}',
        b"\xff",
        b"[" * 60_000,
    ],
)
def test_what_is_no_json_object_is_malformed(client, body):
    assert codes(client.post("/api/jobs", data=body, content_type="application/json")) == (400, "malformed")


def test_a_body_must_say_that_it_is_json(client):
    reply = client.post("/api/jobs", data={"camera": "porch"})
    assert codes(reply) == (415, "unsupported_media_type")


def test_an_oversized_body_is_refused(client):
    reply = client.post("/api/jobs", json={**ASKED, "name": "x" * 70_000})
    assert codes(reply) == (413, "too_large")


def test_a_job_is_stopped_once(client):
    client.post("/api/jobs", json=ASKED)
    stopped = client.post("/api/jobs/job0/stop")
    assert (stopped.status_code, stopped.json["state"]) == (200, "cancelled")
    assert codes(client.post("/api/jobs/job0/stop")) == (409, "job_final")


def test_only_an_ended_job_is_forgotten(client):
    client.post("/api/jobs", json=ASKED)
    assert codes(client.delete("/api/jobs/job0")) == (409, "job_running")
    client.post("/api/jobs/job0/stop")
    assert client.delete("/api/jobs/job0").status_code == 204
    assert codes(client.get("/api/jobs/job0")) == (404, "not_found")


@pytest.mark.parametrize(
    "method,path",
    [
        ("get", "/x"),
        ("post", "/x/stop"),
        ("post", "/x/pause"),
        ("post", "/x/resume"),
        ("post", "/x/look"),
        ("delete", "/x"),
        ("get", "/x/looks"),
    ],
)
def test_a_job_that_never_was_is_not_found(client, method, path):
    assert codes(getattr(client, method)(f"/api/jobs{path}")) == (404, "not_found")


def test_a_list_is_read_page_by_page(client):
    for _ in range(5):
        client.post("/api/jobs", json=ASKED)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/jobs?limit=2&cursor={cursor}").json
        assert set(page) == {"items", "next"}
        seen += [job["id"] for job in page["items"]]
        cursor = page["next"]
    assert seen == ["job4", "job3", "job2", "job1", "job0"]


def test_jobs_are_filtered_by_state_and_camera(client, house):
    for camera in ("porch", "yard", "porch"):
        client.post("/api/jobs", json={**ASKED, "camera": camera})
    house.jobs.change("job0", state=JobState.MET)

    def listed(query):
        return [job["id"] for job in client.get(f"/api/jobs?{query}").json["items"]]

    assert listed("state=met") == ["job0"]
    assert listed("state=running,queued&camera=porch") == ["job2"]
    assert listed("state=met&state=running") == ["job2", "job1", "job0"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "limit=-1", "limit=٣", "state=asleep"])
def test_a_query_that_makes_no_sense_is_refused(client, query):
    assert codes(client.get(f"/api/jobs?{query}")) == (422, "bad_query")


def test_looks_of_a_job_are_listed_newest_first(client, house):
    client.post("/api/jobs", json=ASKED)
    house.add_look()
    house.add_look(job_id="other")
    house.add_look()
    items = client.get("/api/jobs/job0/looks").json["items"]
    assert [look["id"] for look in items] == [3, 1]
    assert items[0]["trigger"] == "person entered steps"


def test_a_get_with_a_json_body_is_answered_as_home_assistant_needs_it(client):
    for path in (
        "/api/jobs",
        "/api/stats",
        "/api/config",
        "/api/version",
        "/api/vlm/monitor",
        "/api/cameras",
    ):
        assert client.get(path, json={}).status_code == 200


def test_a_job_tells_how_often_its_alerts_were_wrong(client, house):
    house.jobs.start_job(Watch(name="w", camera="porch", condition="c"), Origin.API)
    house.jobs.start_job(Watch(name="v", camera="porch", condition="c"), Origin.API)
    for feedback in (Feedback.RIGHT, Feedback.WRONG, Feedback.RIGHT, Feedback.RIGHT, None):
        house.add_alert(job_id="job0", feedback=feedback)
    said = {"right": 3, "wrong": 1, "false_alarm_rate": 0.25}
    nothing = {"right": 0, "wrong": 0, "false_alarm_rate": None}
    assert client.get("/api/jobs/job0").json["feedback"] == said
    assert [job["feedback"] for job in client.get("/api/jobs").json["items"]] == [nothing, said]
