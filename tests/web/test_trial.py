from base64 import b64decode

from frigate_ext.errors import ConflictError, FrameUnavailableError, JudgeUnavailableError

WATCH = {"camera": "porch", "condition": "a parcel is on the porch", "zones": ["steps"], "mode": "standing"}


def test_a_watch_is_tried_with_what_would_start_it(house):
    reply = house.client().post("/api/watches/try", json=WATCH)
    assert reply.status_code == 200
    assert reply.json["verdict"]["verdict"] == "not_met"
    assert (reply.json["model"], reply.json["latency"], reply.json["tokens"]) == ("qwen3-vl", 0.5, 900)
    assert [b64decode(picture) for picture in reply.json["pictures"]] == [b"jpeg"]
    assert house.jobs.tried[0].condition == WATCH["condition"]


def test_trying_starts_no_job(house):
    house.client().post("/api/watches/try", json=WATCH)
    assert house.jobs.rows == []


def test_what_could_not_be_started_is_not_tried(house):
    reply = house.client().post("/api/watches/try", json={"camera": "attic", "condition": ""})
    assert reply.status_code == 422
    assert {error["field"] for error in reply.json["errors"]} == {"camera", "condition"}
    assert house.jobs.tried == []


def test_why_there_is_no_answer_is_said(house):
    client = house.client()
    for error, status, code in (
        (ConflictError("wait", code="too_many_trials"), 409, "too_many_trials"),
        (FrameUnavailableError("the camera is offline"), 503, "frame_unavailable"),
        (JudgeUnavailableError("qwen is away", kind="refused"), 503, "judge_unavailable"),
    ):
        house.jobs.refusing = error
        reply = client.post("/api/watches/try", json=WATCH)
        assert (reply.status_code, reply.json["code"], reply.json["detail"]) == (status, code, str(error))
