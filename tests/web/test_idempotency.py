import pytest

ASKED = {"camera": "porch", "condition": "a parcel is on the porch"}
KEY = {"Idempotency-Key": "3f0c-1"}


@pytest.mark.parametrize("path", ["/api/jobs", "/api/vlm/monitor"])
def test_a_request_that_is_sent_twice_makes_one_job(client, house, path):
    first = client.post(path, json=ASKED, headers=KEY)
    again = client.post(path, json=dict(reversed(ASKED.items())), headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert len(house.jobs.rows) == 1


def test_one_key_is_for_one_request(client, house):
    client.post("/api/jobs", json=ASKED, headers=KEY)
    other = client.post("/api/jobs", json={**ASKED, "labels": ["dog"]}, headers=KEY)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(house.jobs.rows) == 1


def test_a_request_that_was_refused_may_be_sent_again_with_its_key(client):
    refused = client.post("/api/jobs", json={**ASKED, "camera": "attic"}, headers=KEY)
    assert refused.status_code == 422
    assert client.post("/api/jobs", json=ASKED, headers=KEY).status_code == 201


def test_without_a_key_each_request_is_new(client, house):
    for _ in range(2):
        client.post("/api/jobs", json=ASKED)
    assert len(house.jobs.rows) == 2


def test_another_user_or_route_with_the_same_key_is_another_request(guarded):
    client = guarded.client()
    anna = guarded.bearer("Anna")
    for path in ("/api/jobs", "/api/vlm/monitor"):
        assert client.post(path, json=ASKED, headers=KEY | anna).status_code == 201
    assert len(guarded.jobs.rows) == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(client, key):
    reply = client.post("/api/jobs", json=ASKED, headers={"Idempotency-Key": key})
    assert (reply.status_code, reply.json["code"]) == (422, "bad_idempotency_key")
