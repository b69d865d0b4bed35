"""Changing, pausing, resuming and snoozing jobs over HTTP, and asking for a look."""

import pytest

from frigate_ext.domain.watch import JobState

ASKED = {
    "camera": "porch",
    "condition": "a parcel is on the porch",
    "labels": ["person"],
    "mode": "standing",
    "limits": {"looks_per_hour": 12},
    "schedule": [{"days": ["mon", "tue"], "from": "08:30", "to": "24:00"}],
}


@pytest.fixture
def job(client):
    return client.post("/api/jobs", json=ASKED).json


def refusal(reply):
    assert reply.content_type == "application/problem+json"
    return reply.status_code, reply.json["code"], [error["field"] for error in reply.json.get("errors", [])]


def test_a_job_shows_all_that_it_was_asked_with(job):
    assert job["schedule"] == ASKED["schedule"]
    assert job["limits"] == {
        "min_interval": 1.0,
        "max_interval": 300.0,
        "looks_per_minute": None,
        "looks_per_hour": 12,
        "looks_per_day": None,
        "tokens_per_day": None,
        "alerts_per_hour": 6,
        "when_spent": None,
    }
    assert (job["confirm"], job["remind_every"], job["language"]) == ({"k": 1, "n": 1}, None, "")
    assert job["snoozed_until"] is None


def test_what_is_given_changes_and_the_rest_stays(client, job):
    reply = client.patch("/api/jobs/job0", json={"zones": ["Front steps"], "limits": {"alerts_per_hour": 2}})
    assert reply.status_code == 200
    limits = job["limits"] | {"alerts_per_hour": 2}
    assert reply.json == job | {"zones": ["steps"], "limits": limits}


def test_null_puts_a_default_back(client, job):
    changed = client.patch("/api/jobs/job0", json={"schedule": None, "limits": None}).json
    assert (changed["schedule"], changed["limits"]["looks_per_hour"]) == ([], 60)


def test_a_name_made_of_the_condition_follows_it_and_a_given_one_stays(client, job):
    assert client.patch("/api/jobs/job0", json={"condition": "a dog"}).json["name"] == "a dog"
    client.patch("/api/jobs/job0", json={"name": "Dogs"})
    assert client.patch("/api/jobs/job0", json={"condition": "two dogs"}).json["name"] == "Dogs"


@pytest.mark.parametrize(
    "change,code,field",
    [
        ({"camera": "yard"}, "unknown_field", "camera"),
        ({"mode": "once"}, "unknown_field", "mode"),
        ({"state": "met"}, "unknown_field", "state"),
        ({"zones": ["pond"]}, "unknown_zone", "zones"),
        ({"condition": None}, "bad_condition", "condition"),
        ({"limits": {"looks": 1}}, "bad_limits", "limits"),
        ({"limits": {"min_interval": 400}}, "bad_limits", "limits"),
        ({"remind_every": 1}, "bad_remind_every", "remind_every"),
        ({"language": "x" * 50}, "bad_language", "language"),
    ],
)
def test_a_change_that_can_not_work_changes_nothing(client, job, change, code, field):
    assert refusal(client.patch("/api/jobs/job0", json=change)) == (422, code, [field])
    assert client.get("/api/jobs/job0").json == job


def test_a_job_is_paused_and_resumed(client, job):
    paused = client.post("/api/jobs/job0/pause").json
    assert (paused["state"], paused["phase"]) == ("paused", None)
    assert client.post("/api/jobs/job0/resume").json["state"] == "running"


def test_a_snooze_says_until_when(client, job):
    snoozed = client.post("/api/jobs/job0/snooze", json={"seconds": 90}).json
    assert (snoozed["phase"], snoozed["snoozed_until"]) == ("snoozed", job["created_at"] + 90)


@pytest.mark.parametrize("seconds", [None, 0, -1, True, "90", 1e9])
def test_a_snooze_needs_a_time_that_makes_sense(client, job, seconds):
    reply = client.post("/api/jobs/job0/snooze", json={"seconds": seconds})
    assert refusal(reply) == (422, "bad_seconds", ["seconds"])


def test_a_look_is_promised_not_awaited(client, job):
    assert client.post("/api/jobs/job0/look").status_code == 202
    client.post("/api/jobs/job0/pause")
    assert refusal(client.post("/api/jobs/job0/look"))[:2] == (409, "job_paused")


@pytest.mark.parametrize(
    "method,path,body",
    [
        ("patch", "", {"cooldown": 1}),
        ("post", "/pause", None),
        ("post", "/resume", None),
        ("post", "/snooze", {"seconds": 1}),
        ("post", "/look", None),
    ],
)
def test_a_job_that_has_ended_can_not_be_helped(client, house, job, method, path, body):
    house.jobs.change("job0", state=JobState.MET)
    reply = getattr(client, method)(f"/api/jobs/job0{path}", json=body)
    assert refusal(reply)[:2] == (409, "job_final")
