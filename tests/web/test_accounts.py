"""Users and keys over HTTP, and the page for them."""

from contextlib import closing

import pytest

from frigate_ext.domain.account import Role
from frigate_ext.store import Store
from tests.web.conftest import KEY, PASSWORD
from web.tokens import PAGE_COOKIE

LOCAL = {"Authorization": f"Bearer {KEY}"}
BOB = {"username": "bob", "password": "in plain sight", "role": "viewer", "cameras": ["yard"]}


@pytest.fixture
def signed_in(guarded):
    """A client in which a user has signed in."""

    def enter(user, password=PASSWORD):
        client = guarded.client()
        client.post("/login", data={"user": user, "password": password})
        assert client.get_cookie(PAGE_COOKIE), f"{user} could not sign in"
        return client

    return enter


def test_an_admin_adds_changes_and_removes_a_user(guarded, signed_in):
    anna = signed_in("Anna")
    made = anna.post("/api/users", json=BOB)
    assert (made.status_code, made.json["cameras"]) == (201, ["yard"])
    assert anna.post("/api/users", json=BOB | {"username": "BOB"}).json["code"] == "user_exists"
    bob = signed_in("bob", BOB["password"])
    assert bob.get("/api/profile").json["allowed_cameras"] == ["yard"]
    anna.put("/api/users/bob/role", json={"role": "viewer", "cameras": None})
    assert bob.get("/api/profile").json["allowed_cameras"] == ["porch", "yard"]
    assert anna.delete("/api/users/bob").status_code == 204
    assert bob.get("/api/profile").status_code == 401
    assert [user["username"] for user in anna.get("/api/users").json["items"]] == ["Anna", "granny"]


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"username": "two words"}, "username"),
        ({"username": ""}, "username"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"role": "owner"}, "role"),
        ({"cameras": ["attic"]}, "cameras"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_told_without_the_password(signed_in, wrong, field):
    refusal = signed_in("Anna").post("/api/users", json=BOB | wrong)
    assert (refusal.status_code, refusal.json["errors"][0]["field"]) == (422, field)
    assert BOB["password"] not in refusal.text
    assert "short" not in refusal.text


def test_the_last_admin_stays(signed_in):
    anna = signed_in("Anna")
    assert anna.delete("/api/users/Anna").json["code"] == "last_admin"
    assert anna.put("/api/users/Anna/role", json={"role": "viewer"}).json["code"] == "last_admin"


def test_ones_own_password_needs_the_old_one_and_ends_the_other_sessions(signed_in):
    phone, laptop = signed_in("granny"), signed_in("granny")
    path, new = "/api/users/granny/password", {"password": "better than before"}
    assert laptop.put(path, json=new).json["errors"][0]["field"] == "old_password"
    assert laptop.put(path, json=new | {"old_password": "guess"}).status_code == 422
    assert laptop.put(path, json=new | {"old_password": PASSWORD}).status_code == 204
    assert laptop.get("/api/profile").status_code == 200
    assert phone.get("/api/profile").status_code == 401
    assert signed_in("granny", new["password"])


def test_guessing_the_old_password_is_stopped_too(signed_in):
    granny, path = signed_in("granny"), "/api/users/granny/password"
    asked = {"password": "better than before", "old_password": "guess"}
    for _ in range(10):
        assert granny.put(path, json=asked).status_code == 422
    assert granny.put(path, json=asked).status_code == 429


def test_only_an_admin_sets_the_password_of_another(guarded, signed_in):
    new = {"password": "better than before"}
    for user in ("Anna", "nobody"):
        assert signed_in("granny").put(f"/api/users/{user}/password", json=new).status_code == 403
    assert signed_in("Anna").put("/api/users/granny/password", json=new).status_code == 204
    assert guarded.client().put("/api/users/Anna/password", json=new, headers=LOCAL).status_code == 204
    assert signed_in("Anna", new["password"])


def test_a_key_is_shown_once_and_listed_by_its_beginning(guarded, signed_in):
    granny = signed_in("granny")
    made = granny.post("/api/keys", json={"name": "tablet", "read_only": True})
    assert made.status_code == 201
    key = made.json["key"]
    assert key.startswith(made.json["prefix"])
    (listed,) = granny.get("/api/keys").json["items"]
    assert (listed["name"], listed["username"], listed["used_at"]) == ("tablet", "granny", None)
    assert key not in granny.get("/api/keys").text
    headers = {"Authorization": f"Bearer {key}"}
    assert guarded.client().get("/api/profile", headers=headers).json["allowed_cameras"] == ["porch"]
    assert granny.get("/api/keys").json["items"][0]["used_at"] == guarded.clock.wall
    assert granny.delete(f"/api/keys/{listed['id']}").status_code == 204
    assert guarded.client().get("/api/profile", headers=headers).status_code == 401


def test_keys_of_others_are_for_admins(signed_in):
    anna, granny = signed_in("Anna"), signed_in("granny")
    key_id = anna.post("/api/keys", json={"name": "script", "role": "admin"}).json["id"]
    assert granny.get("/api/keys").json["items"] == []
    hidden, unknown = (granny.delete(f"/api/keys/{n}") for n in (key_id, key_id + 1))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    theirs = anna.post("/api/keys", json={"name": "for granny", "username": "granny"}).json
    assert theirs["username"] == "granny"
    assert granny.post("/api/keys", json={"name": "mine", "username": "Anna"}).json["username"] == "granny"
    assert len(anna.get("/api/keys").json["items"]) == 3
    assert anna.post("/api/keys", json={"name": "x", "username": "nobody"}).status_code == 404


def test_who_has_no_account_has_no_keys_of_their_own(guarded):
    client = guarded.client()
    assert client.post("/api/keys", json={"name": "x"}, headers=LOCAL).status_code == 403
    assert client.get("/api/keys", headers=guarded.bearer("granny")).json["items"] == []


def test_the_account_page_offers_what_one_may_do(guarded, signed_in):
    admins, viewers = (signed_in(user).get("/account").text for user in ("Anna", "granny"))
    for page in (admins, viewers):
        assert 'id="password"' in page
        assert 'id="key"' in page
    assert 'id="user"' in admins
    assert 'id="user"' not in viewers
    assert 'value="admin"' not in viewers
    assert 'id="password"' not in guarded.client().get("/account", headers=LOCAL).text


def test_the_first_start_makes_an_admin_whose_password_is_told_once_and_never_stored(house, tmp_path):
    with closing(Store.open(tmp_path / "new")) as store:
        house.account_store = store
        password = house.accounts().make_first_admin()
        assert house.accounts().make_first_admin() is None
        (admin,) = store.users.list()
        assert (admin.name, admin.role, admin.cameras) == ("admin", Role.ADMIN, None)
        assert house.accounts().sign_in.enter("admin", password, {}, "127.0.0.1")
        _, kept = store.users.password_of("admin")
        assert kept.startswith("$argon2id$")
    written = b"".join(path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert password.encode() not in written


def test_an_installation_that_has_users_gets_no_other_admin(guarded):
    assert guarded.accounts().make_first_admin() is None
