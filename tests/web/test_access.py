import stat

import pytest

from frigate_ext.errors import ConfigError
from frigate_ext.runtime.clock import ManualClock
from web.access import MAX_ADDRESSES, MAX_FAILURES, WINDOW, Gate, load_key, session_secret
from web.app import create_app
from web.declare import table

KEY = "correct-horse-battery-staple"
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def guarded(house):
    house.api_key = KEY
    return house


def test_the_key_is_made_once_and_its_file_is_the_owners_alone(tmp_path):
    key, made = load_key(tmp_path)
    assert made
    assert len(key) >= 40
    assert stat.S_IMODE((tmp_path / "api_key").stat().st_mode) == 0o600
    assert load_key(tmp_path) == (key, False)


def test_a_file_that_is_no_key_is_refused_and_not_shown(tmp_path):
    (tmp_path / "api_key").write_text("hunter2\n")
    with pytest.raises(ConfigError, match="is no API key") as refusal:
        load_key(tmp_path)
    assert "hunter2" not in str(refusal.value)


def test_a_folder_that_can_not_be_written_is_a_clear_error(tmp_path):
    with pytest.raises(ConfigError, match="can't write the API key"):
        load_key(tmp_path / "missing")


def test_every_route_but_the_public_ones_asks_for_the_key(guarded):
    app = create_app(guarded.services())
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        path = rule.build(dict.fromkeys(rule.arguments, "1") | {"n": 0})[1]
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status = client.open(path, method=method).status_code
            if rule.endpoint == "static" or table(app)[rule.endpoint].access.role is None:
                assert status != 401 or rule.endpoint == "login.enter", path
            else:
                assert status == (303 if rule.endpoint.startswith("page.") else 401), (method, path)


def test_what_does_not_exist_is_not_told_to_strangers(guarded):
    reply = guarded.client().get("/api/nowhere")
    assert (reply.status_code, reply.json["code"]) == (401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].lower().startswith("bearer")


@pytest.mark.parametrize(
    "header",
    ["Bearer wrong", "Bearer ", "Bearer", "Basic Zm9vOmJhcg==", KEY, "Bearer \xe9\xff", f"bearer x{KEY}"],
)
def test_anything_but_the_key_is_refused(guarded, header):
    assert guarded.client().get("/api/jobs", headers={"Authorization": header}).status_code == 401


def test_the_key_opens_every_route(guarded):
    assert guarded.client().get("/api/jobs", headers=BEARER).status_code == 200


def test_the_key_is_traded_for_a_session_that_scripts_can_not_read(guarded):
    client = guarded.client()
    reply = client.post("/login", data={"key": KEY})
    assert (reply.status_code, reply.headers["Location"]) == (303, "./")
    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert KEY not in cookie
    assert client.get("/").status_code == 200
    assert client.get("/api/jobs").status_code == 200
    client.post("/logout")
    assert client.get("/api/jobs").status_code == 401


def test_the_cookie_travels_only_over_tls_where_that_is_our_address(guarded):
    guarded.external_url = "https://watch.example"
    assert "Secure" in guarded.client().post("/login", data={"key": KEY}).headers["Set-Cookie"]


def test_a_session_of_another_key_is_worth_nothing(guarded):
    client = guarded.client()
    cookie = client.post("/login", data={"key": KEY}).headers["Set-Cookie"].split(";")[0]
    guarded.api_key = "another-key-altogether"
    assert guarded.client().get("/api/jobs", headers={"Cookie": cookie}).status_code == 401
    assert session_secret(KEY) != session_secret("another-key-altogether")


def test_a_wrong_key_is_told_on_the_login_page(guarded):
    reply = guarded.client().post("/login", data={"key": "nope"})
    assert reply.status_code == 401
    assert "That is not the API key." in reply.text


def test_guessing_is_stopped_for_a_while(guarded):
    client = guarded.client()
    for _ in range(MAX_FAILURES):
        assert client.post("/login", data={"key": "guess"}).status_code == 401
    refused = client.get("/api/jobs", headers=BEARER)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW
    guarded.clock.advance(WINDOW)
    assert client.get("/api/jobs", headers=BEARER).status_code == 200


def test_one_address_that_guesses_does_not_shut_out_another(guarded):
    client = guarded.client()
    for _ in range(MAX_FAILURES + 1):
        client.get("/api/jobs", headers={"Authorization": "Bearer guess"})
    other = client.get("/api/jobs", headers=BEARER, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_the_memory_of_guesses_is_bounded():
    gate = Gate(KEY, ManualClock())
    for n in range(MAX_ADDRESSES + 50):
        gate.admits("guess", f"address {n}")
    assert len(gate._failures) == MAX_ADDRESSES


def test_without_authentication_there_is_nothing_to_sign_in_to(client):
    assert client.get("/login").status_code == 303
    assert client.post("/login").status_code == 303
    assert client.post("/logout").status_code == 303
    assert "Sign out" not in client.get("/").text
