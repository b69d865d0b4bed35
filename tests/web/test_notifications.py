import pytest

from tests.web.conftest import KEY, PASSWORD, PUBLIC_KEY

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
SUB = {
    "endpoint": ENDPOINT,
    "expirationTime": None,
    "keys": {"p256dh": PUBLIC_KEY, "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
}


def as_(house, user):
    token = house.accounts().sign_in.enter(user, PASSWORD, {}, "127.0.0.1")
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_a_browser_is_told_the_key_to_subscribe_to(client):
    assert client.get("/api/notifications/pubkey").json == PUBLIC_KEY


def test_a_device_is_kept_for_its_user_and_session(guarded):
    reply = guarded.client().post("/api/notifications/register", json={"sub": SUB}, **as_(guarded, "granny"))
    assert (reply.status_code, reply.json["success"]) == (200, True)
    store = guarded.account_store
    assert store.subscriptions.count() == 1
    store.users.delete("granny")
    assert store.subscriptions.count() == 0


def test_a_device_can_be_told_no_more(guarded):
    client, granny = guarded.client(), as_(guarded, "granny")
    client.post("/api/notifications/register", json={"sub": SUB}, **granny)
    reply = client.post("/api/notifications/unregister", json={"endpoint": ENDPOINT}, **granny)
    assert reply.status_code == 204
    assert guarded.account_store.subscriptions.count() == 0


def test_who_signs_out_is_told_no_more(guarded):
    client, granny = guarded.client(), as_(guarded, "granny")
    client.post("/api/notifications/register", json={"sub": SUB}, **granny)
    client.post("/api/logout", **granny)
    assert guarded.account_store.subscriptions.count() == 0


def test_a_key_has_no_devices(guarded):
    headers = {"Authorization": f"Bearer {KEY}"}
    reply = guarded.client().post("/api/notifications/register", json={"sub": SUB}, headers=headers)
    assert reply.status_code == 403


@pytest.mark.parametrize(
    "change, field",
    [
        ({"endpoint": "https://10.0.0.1/admin"}, "sub.endpoint"),
        ({"endpoint": "http://fcm.googleapis.com/x"}, "sub.endpoint"),
        ({"keys": {**SUB["keys"], "p256dh": "BBBB"}}, "sub.keys.p256dh"),
        ({"keys": {**SUB["keys"], "p256dh": "!"}}, "sub.keys.p256dh"),
        ({"keys": {**SUB["keys"], "auth": "BTBZ"}}, "sub.keys.auth"),
        ({"keys": {**SUB["keys"], "auth": "é"}}, "sub.keys.auth"),
    ],
)
def test_what_no_push_service_gives_is_refused(client, change, field):
    reply = client.post("/api/notifications/register", json={"sub": SUB | change})
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json["errors"]] == [field]


def test_where_it_is_off_it_says_so(house):
    house.push = None
    reply = house.client().get("/api/notifications/pubkey")
    assert (reply.status_code, reply.json["code"]) == (404, "push_off")
