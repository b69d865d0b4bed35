import pytest

from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import JobState

ASKED = {"camera": "porch", "condition": "a parcel is on the porch"}
MONITOR = "/api/vlm/monitor"


def test_a_monitor_is_started_as_frigate_starts_it(client, house):
    reply = client.post(MONITOR, json={**ASKED, "max_duration_minutes": 5, "labels": ["person"], "zones": []})
    assert (reply.status_code, reply.json) == (201, {"success": True, "job_id": "job0"})
    assert house.jobs.rows[0].watch.duration == 300


def test_nothing_is_active_before_the_first_monitor(client):
    client.post("/api/jobs", json=ASKED)
    assert client.get(MONITOR).json == {"active": False}


def test_a_monitor_reads_as_in_frigate(client, house):
    client.post(MONITOR, json=ASKED)
    verdict = Verdict(
        answer=Answer.MET,
        confidence=1.0,
        reasoning="a box",
        message="Parcel!",
        frame_time=1.0,
        judged_by="detector",
    )
    house.jobs.change("job0", last_verdict=verdict, looks=3)
    assert client.get(MONITOR).json == {
        "active": True,
        "id": "job0",
        "job_type": "vlm_watch",
        "status": "running",
        "results": None,
        "start_time": 1_700_000_000.0,
        "end_time": None,
        "error_message": None,
        "camera": "porch",
        "condition": "a parcel is on the porch",
        "max_duration_minutes": 60,
        "labels": [],
        "zones": [],
        "last_reasoning": "a box",
        "notification_message": "Parcel!",
        "iteration_count": 3,
        "username": "anonymous",
    }


@pytest.mark.parametrize(
    "state,status",
    [
        (JobState.QUEUED, "queued"),
        (JobState.PAUSED, "running"),
        (JobState.MET, "success"),
        (JobState.EXPIRED, "failed"),
        (JobState.CANCELLED, "cancelled"),
        (JobState.FAILED, "failed"),
    ],
)
def test_each_of_our_states_has_a_frigate_status_and_stays_active(client, house, state, status):
    client.post(MONITOR, json=ASKED)
    house.jobs.change("job0", state=state)
    shown = client.get(MONITOR).json
    assert (shown["active"], shown["status"]) == (True, status)


def test_running_out_of_time_is_told_as_frigate_tells_it(client, house):
    client.post(MONITOR, json={**ASKED, "max_duration_minutes": 2})
    house.jobs.change("job0", state=JobState.EXPIRED)
    assert client.get(MONITOR).json["error_message"] == "Monitor timed out after 2 minutes"


def test_one_at_a_time_and_the_next_after_a_cancel(client):
    client.post(MONITOR, json=ASKED)
    second = client.post(MONITOR, json=ASKED)
    assert (second.status_code, second.json["success"]) == (409, False)
    assert client.delete(MONITOR).json == {"success": True}
    assert client.post(MONITOR, json=ASKED).json["job_id"] == "job1"
    assert client.get(MONITOR).json["id"] == "job1"


def test_a_job_of_our_own_api_does_not_stand_in_its_way(client):
    client.post("/api/jobs", json=ASKED)
    assert client.post(MONITOR, json=ASKED).status_code == 201


def test_there_is_nothing_to_cancel_before_and_after(client):
    for _ in range(2):
        reply = client.delete(MONITOR)
        assert (reply.status_code, reply.json["success"]) == (404, False)
        client.post(MONITOR, json=ASKED)
        client.delete(MONITOR)


@pytest.mark.parametrize(
    "change,status",
    [
        ({"camera": "attic"}, 404),
        ({"camera": 7}, 422),
        ({"condition": None}, 422),
        ({"condition": ""}, 422),
        ({"labels": ["unicorn"]}, 422),
        ({"zones": ["pond"]}, 422),
        ({"labels": "person"}, 422),
        ({"max_duration_minutes": 0}, 422),
        ({"max_duration_minutes": "soon"}, 422),
        ({"max_duration_minutes": 10**300}, 422),
    ],
)
def test_what_can_not_work_is_refused_in_frigates_shape(client, house, change, status):
    reply = client.post(MONITOR, json={**ASKED, **change})
    assert reply.status_code == status
    assert reply.json["success"] is False
    assert reply.json["message"]
    assert house.jobs.rows == []


def test_a_malformed_body_names_its_field_as_fastapi_does(client):
    reply = client.post(MONITOR, json={"camera": "porch"})
    assert reply.json["detail"] == [
        {"type": "missing", "loc": ["body", "condition"], "msg": "Field required"}
    ]
    assert client.post(MONITOR, data=b"{", content_type="application/json").status_code == 422
