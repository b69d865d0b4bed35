"""`frigate-ext users ...` and `keys ...` against a server."""

import pytest

from frigate_ext.cli.exits import Exit
from web.problems import document

GRANNY = {"username": "granny", "role": "viewer", "cameras": ["porch", "yard"], "created_at": 1.7e9}
KEY = {
    "id": 3,
    "username": "granny",
    "name": "tablet",
    "prefix": "fx_abcdef",
    "role": "viewer",
    "cameras": None,
    "read_only": True,
    "created_at": 1.7e9,
    "used_at": None,
}


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def test_add_sends_the_password_that_was_read_and_does_not_show_it(run, server):
    server.answers["POST", "/api/users"] = 201, GRANNY
    added = run(
        "users", "add", "granny", "--camera", "porch", "--camera", "yard", "--stdin", sent="hush hush\n"
    )
    body = {"username": "granny", "password": "hush hush", "role": "viewer", "cameras": ["porch", "yard"]}
    assert (added.exit_code, server.asked) == (Exit.OK, [("POST", "/api/users", body)])
    assert "hush" not in added.out


def test_a_password_is_set_and_not_shown(run, server):
    server.answers["PUT", "/api/users/gran%40home/password"] = 204, b""
    done = run("users", "password", "gran@home", "--stdin", sent="hush hush\n")
    assert server.asked == [("PUT", "/api/users/gran%40home/password", {"password": "hush hush"})]
    assert "hush" not in done.out


def test_users_are_listed_with_what_they_see(run, server):
    anna = GRANNY | {"username": "anna", "role": "admin", "cameras": None}
    server.answers["GET", "/api/users"] = 200, {"items": [anna, GRANNY], "next": None}
    _, first, second = run("users", "list").out.splitlines()
    assert "anna" in first
    assert "every camera" in first
    assert "porch, yard" in second
    assert run("users", "list", "--json").json == [anna, GRANNY]


def test_a_role_is_changed_and_a_user_removed(run, server):
    server.answers["PUT", "/api/users/granny/role"] = 200, GRANNY
    server.answers["DELETE", "/api/users/granny"] = 204, b""
    run("users", "role", "granny", "--role", "admin")
    run("users", "remove", "granny")
    assert server.asked == [
        ("PUT", "/api/users/granny/role", {"role": "admin", "cameras": None}),
        ("DELETE", "/api/users/granny", None),
    ]


def test_what_the_server_refuses_is_told_in_its_words(run, server):
    server.answers["DELETE", "/api/users/anna"] = 409, document(409, "last_admin", "anna is the only admin.")
    refused = run("users", "remove", "anna")
    assert refused.exit_code == Exit.REFUSED
    assert "anna is the only admin." in refused.err


def test_a_new_key_is_printed_alone_for_scripts(run, server):
    server.answers["POST", "/api/keys"] = 201, KEY | {"key": "fx_secret"}
    made = run("keys", "add", "tablet", "--user", "granny", "--read-only")
    scope = {"role": "viewer", "cameras": None, "read_only": True}
    assert made.out == "fx_secret\n"
    assert server.asked == [("POST", "/api/keys", {"name": "tablet", "username": "granny", **scope})]


def test_keys_are_listed_by_their_beginning_and_revoked(run, server):
    server.answers["GET", "/api/keys"] = 200, {"items": [KEY], "next": None}
    server.answers["DELETE", "/api/keys/3"] = 204, b""
    _, row = run("keys", "list").out.splitlines()
    assert row.split()[:4] == ["3", "tablet", "fx_abcdef", "granny"]
    assert run("keys", "revoke", "3").exit_code == Exit.OK
