import pytest

from frigate_ext.domain.look import AlertKind


def test_an_alert_reads_as_promised_with_its_evidence_below_our_own_address(client, house):
    house.add_alert()
    assert client.get("/api/alerts/a0").json == {
        "id": "a0",
        "kind": "condition",
        "status": "verified",
        "job_id": "job0",
        "camera": "porch",
        "condition": "a parcel is on the porch",
        "message": "A parcel was left",
        "reasoning": "A box stands at the door",
        "time": 1_700_000_002.0,
        "frame_time": 1_700_000_001.0,
        "judged_by": "detector",
        "confidence": 0.9,
        "evidence": ["http://nvr.example:5055/api/alerts/a0/evidence/0.jpg"],
        "full": None,
        "full_time": None,
        "look_id": None,
        "acknowledged_at": None,
        "feedback": None,
        "note": "",
    }


def test_evidence_is_the_picture_itself_and_is_not_kept_by_caches(client, house):
    house.add_alert()
    reply = client.get("/api/alerts/a0/evidence/0.jpg")
    assert reply.data == house.store.alerts.pictures["a0", 0]
    assert reply.content_type == "image/jpeg"
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_full_picture_has_an_address_once_it_is_there(client, house):
    house.add_alert()
    assert client.get("/api/alerts/a0/full.jpg").status_code == 404
    house.store.alerts.change("a0", full_time=1_700_000_001.5)
    house.store.alerts.pictures["a0", -1] = b"full"
    alert = client.get("/api/alerts/a0").json
    assert alert["full"] == "http://nvr.example:5055/api/alerts/a0/full.jpg"
    assert alert["full_time"] == 1_700_000_001.5
    reply = client.get("/api/alerts/a0/full.jpg")
    assert (reply.data, reply.content_type) == (b"full", "image/jpeg")
    assert client.get("/api/alerts/b/full.jpg").status_code == 404


def test_evidence_and_alerts_that_never_were_are_not_found(client, house):
    house.add_alert()
    for path in (
        "a0/evidence/1.jpg",
        "a0/evidence/-1.jpg",
        "a0/evidence/x.jpg",
        f"a0/evidence/{'9' * 5000}.jpg",
        "a0/evidence/٣.jpg",
        "b/evidence/0.jpg",
        "b",
    ):
        reply = client.get(f"/api/alerts/{path}")
        assert (reply.status_code, reply.json["code"]) == (404, "not_found")


def test_alerts_are_filtered_by_job_camera_and_kind(client, house):
    house.add_alert(job_id="j1")
    house.add_alert(job_id="j2", camera="yard")
    house.add_alert(job_id="j2", kind=AlertKind.BLIND)

    def listed(query):
        return [alert["id"] for alert in client.get(f"/api/alerts?{query}").json["items"]]

    assert listed("") == ["a2", "a1", "a0"]
    assert listed("job_id=j2") == ["a2", "a1"]
    assert listed("job_id=j2&camera=yard") == ["a1"]
    assert listed("kind=blind") == ["a2"]
    assert client.get("/api/alerts?kind=boring").json["code"] == "bad_query"


def test_alerts_are_read_page_by_page(client, house):
    for _ in range(3):
        house.add_alert()
    first = client.get("/api/alerts?limit=2").json
    second = client.get(f"/api/alerts?limit=2&cursor={first['next']}").json
    assert [alert["id"] for alert in first["items"] + second["items"]] == ["a2", "a1", "a0"]
    assert second["next"] is None


def test_an_alert_is_acknowledged_once(client, house):
    house.add_alert()
    first = client.post("/api/alerts/a0/acknowledge")
    again = client.post("/api/alerts/a0/acknowledge")
    assert first.status_code == again.status_code == 200
    assert first.json["acknowledged_at"] == again.json["acknowledged_at"] > 1.7e9


def test_an_owner_says_what_they_think_of_an_alert_and_may_think_again(client, house):
    house.add_alert()
    reply = client.post("/api/alerts/a0/feedback", json={"verdict": "wrong", "note": "  our own\nbin "})
    assert (reply.status_code, reply.json["feedback"], reply.json["note"]) == (200, "wrong", "our own bin")
    reply = client.post("/api/alerts/a0/feedback", json={"verdict": "right"})
    assert (reply.json["feedback"], reply.json["note"]) == ("right", "")


@pytest.mark.parametrize(
    "body, fields",
    [
        ({}, ["verdict"]),
        ({"verdict": "maybe"}, ["verdict"]),
        ({"verdict": ["right"]}, ["verdict"]),
        ({"verdict": "wrong", "note": None}, ["note"]),
        ({"verdict": None, "note": "x" * 301}, ["verdict", "note"]),
    ],
)
def test_feedback_that_says_nothing_is_refused_field_by_field(client, house, body, fields):
    house.add_alert()
    reply = client.post("/api/alerts/a0/feedback", json=body)
    assert (reply.status_code, reply.json["code"]) == (422, f"bad_{fields[0]}")
    assert [error["field"] for error in reply.json["errors"]] == fields


def test_a_deleted_alert_is_gone(client, house):
    house.add_alert()
    assert client.delete("/api/alerts/a0").status_code == 204
    for reply in (
        client.get("/api/alerts/a0"),
        client.delete("/api/alerts/a0"),
        client.post("/api/alerts/a0/acknowledge"),
        client.post("/api/alerts/a0/feedback", json={"verdict": "right"}),
    ):
        assert reply.status_code == 404


def test_alerts_are_asked_for_by_labels_and_zones(client, house):
    assert client.get("/api/alerts?label=person,dog&zone=porch").status_code == 200
    assert house.store.alerts.asked == (("person", "dog"), ("porch",))
