from dataclasses import replace

import pytest

from frigate_ext.domain.account import Role
from tests.web.conftest import KEY, PASSWORD
from web.live.full_motion import FullMotion, Server
from web.tokens import PAGE_COOKIE

LOGIN = {"user": "Anna", "password": PASSWORD}
HTML = {"Accept": "text/html,*/*;q=0.8"}


def test_the_form_trades_a_password_for_a_cookie_that_scripts_can_not_read(guarded):
    client = guarded.client()
    reply = client.post("/login", data=LOGIN)
    assert (reply.status_code, reply.headers["Location"]) == (303, "./")
    cookies = reply.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        assert PASSWORD not in cookie
    assert client.get("/").status_code == 200
    assert client.get("/api/jobs").status_code == 200


def test_signing_out_ends_the_session_and_not_only_the_cookie(guarded):
    client = guarded.client()
    client.post("/login", data=LOGIN)
    thief = guarded.client()
    thief.set_cookie(PAGE_COOKIE, client.get_cookie(PAGE_COOKIE).value)
    assert thief.get("/api/jobs").status_code == 200
    assert client.post("/logout").headers["Location"] == "login"
    assert client.get("/api/jobs").status_code == 401
    assert thief.get("/api/jobs").status_code == 401


def test_two_instances_on_one_host_have_a_cookie_each(guarded):
    guarded.access = replace(guarded.access, cookie_name="second")
    client = guarded.client()
    client.set_cookie(PAGE_COOKIE, "of-the-first")
    client.post("/login", data=LOGIN)
    assert client.get("/api/jobs").status_code == 200
    assert (
        client.put(
            "/api/users/Anna/password", json={"password": "something else", "old_password": PASSWORD}
        ).status_code
        == 204
    )
    assert client.get("/api/jobs").status_code == 200
    client.post("/logout")
    assert client.get("/api/jobs").status_code == 401
    assert client.get_cookie(PAGE_COOKIE).value == "of-the-first"
    assert client.get_cookie("second") is None


def test_the_cookie_travels_only_over_tls_where_that_is_our_address(guarded):
    guarded.access = replace(guarded.access, secure_cookies=True)
    cookies = guarded.client().post("/login", data=LOGIN).headers.getlist("Set-Cookie")
    assert all("Secure" in cookie for cookie in cookies)


def test_a_wrong_password_is_told_on_the_page_and_shown_nowhere(guarded):
    reply = guarded.client().post("/login", data=LOGIN | {"password": "hunter22"})
    assert reply.status_code == 401
    assert "not the right user and password" in reply.text
    assert "hunter22" not in reply.text


def test_guessing_is_stopped_for_a_while(guarded):
    client = guarded.client()
    for _ in range(10):
        assert client.post("/login", data={"user": "x", "password": "guess"}).status_code == 401
    refused = client.post("/login", data=LOGIN)
    assert refused.status_code == 429
    assert "Too many wrong attempts" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    over_the_api = client.post("/api/login", json=LOGIN)
    assert (over_the_api.status_code, over_the_api.json["code"]) == (429, "too_many_attempts")


@pytest.mark.parametrize(
    "path, form",
    [("/", "login"), ("/nowhere?x=1", "login?next=nowhere%3Fx%3D1"), ("/a/b", "../login?next=a%2Fb")],
)
def test_people_are_sent_to_the_form_and_back(guarded, path, form):
    reply = guarded.client().get(path, headers=HTML)
    assert (reply.status_code, reply.headers["Location"]) == (303, form)


def test_programs_are_told_what_to_send(guarded):
    reply = guarded.client().get("/api/nowhere", headers=HTML)
    assert (reply.status_code, reply.json["code"]) == (401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].lower().startswith("bearer")


@pytest.mark.parametrize(
    "target, location",
    [
        ("account", "./account"),
        ("alerts/a1?x=1", "./alerts/a1?x=1"),
        ("//evil.example", "./"),
        ("https://evil.example", "./"),
        ("/\\evil.example", "./"),
        ("a//evil", "./"),
        ("javascript:alert(1)", "./"),
        ("x" * 501, "./"),
    ],
)
def test_the_way_back_stays_here(guarded, target, location):
    assert guarded.client().post("/login", data=LOGIN | {"next": target}).headers["Location"] == location


def test_without_authentication_there_is_nothing_to_sign_in_to(client):
    assert client.get("/login").status_code == 303
    assert client.post("/login").status_code == 303
    assert client.post("/logout").status_code == 303
    assert "Sign out" not in client.get("/").text


def test_frigates_clients_sign_in_over_the_api_and_read_when_it_ends(guarded):
    client = guarded.client()
    reply = client.post("/api/login", json={"user": "granny", "password": PASSWORD})
    assert reply.status_code == 200
    token = client.get_cookie("frigate_token").value
    assert len(token.split(".")) == 3
    headers = {"Authorization": f"Bearer {token}"}
    assert guarded.client().get("/api/profile", headers=headers).json == {
        "username": "granny",
        "role": "viewer",
        "read_only": False,
        "allowed_cameras": ["porch"],
    }
    assert guarded.client().post("/api/logout", headers=headers).status_code == 204
    assert guarded.client().get("/api/profile", headers=headers).status_code == 401


def test_a_wrong_password_over_the_api_says_nothing_more(guarded):
    known, unknown = (
        guarded.client().post("/api/login", json={"user": user, "password": "guess"})
        for user in ("Anna", "nobody")
    )
    assert (known.status_code, known.json) == (401, unknown.json)


def test_a_key_that_only_reads_changes_nothing(guarded):
    headers = guarded.bearer("Anna", Role.ADMIN, read_only=True)
    client = guarded.client()
    assert client.get("/api/users", headers=headers).status_code == 200
    for method, path in (("post", "/api/jobs"), ("delete", "/api/users/granny"), ("post", "/api/keys")):
        assert getattr(client, method)(path, headers=headers, json={}).status_code == 403


def test_a_key_that_only_reads_may_watch_a_film(guarded):
    guarded.full_motion = FullMotion(Server.GO2RTC, "http://127.0.0.1:1", {})
    headers, offer = guarded.bearer("granny", Role.VIEWER, read_only=True), {"offer": "v=0\r\n"}
    replies = [
        guarded.client().post(f"/api/{name}/webrtc", headers=headers, json=offer)
        for name in ("porch", "yard")
    ]
    assert [reply.status_code for reply in replies] == [503, 404]


def test_the_local_key_opens_everything(guarded):
    assert guarded.client().get("/api/users", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
