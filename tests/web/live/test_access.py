"""Streams of people and programs who may see some cameras, until they may not."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from frigate_ext.domain.account import Role
from tests.web.conftest import PASSWORD

HOME = "127.0.0.1"


@pytest.fixture
def accounts(guarded):
    return guarded.accounts()


@pytest.fixture
def doorman(accounts):
    """The real one."""
    return accounts.authenticator


@pytest.mark.parametrize("path", ["/ws", "/live/jpeg/porch"])
def test_a_stranger_gets_no_socket(serve, path):
    with pytest.raises(InvalidStatus) as refusal:
        serve().socket(path)
    assert refusal.value.response.status_code == 401


@pytest.mark.parametrize("path", ["/api/yard/mjpeg", "/live/jpeg/yard"])
def test_a_viewer_gets_no_pictures_of_a_camera_that_is_not_theirs(serve, accounts, path):
    token = accounts.sign_in.enter("granny", PASSWORD, {}, HOME)
    reply = serve().get(path, Cookie=f"frigate_ext_session={token}").until(b"\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    "taken",
    [
        lambda accounts, token: accounts.sign_in.leave(token),
        lambda accounts, _: accounts.set_password("granny", "another one"),
        lambda accounts, _: accounts.users.set_rights("granny", Role.VIEWER, []),
        lambda accounts, _: accounts.users.delete("granny"),
    ],
    ids=["signed out", "new password", "fewer cameras", "removed"],
)
def test_a_session_that_ends_ends_its_streams(serve, accounts, taken):
    token = accounts.sign_in.enter("granny", PASSWORD, {}, HOME)
    client = serve(recheck_seconds=0.05).socket("/ws", Cookie=f"frigate_ext_session={token}")
    taken(accounts, token)
    assert closing_code(client) == 4401


def test_a_revoked_key_ends_its_streams(serve, accounts):
    key, secret = accounts.add_key("granny", "tablet", Role.VIEWER, None, read_only=True)
    client = serve(recheck_seconds=0.05).socket("/ws", Authorization=f"Bearer {secret}")
    accounts.keys.revoke(key.id)
    assert closing_code(client) == 4401


def closing_code(client) -> int:
    with pytest.raises(ConnectionClosed) as ended:
        list(client)
    return ended.value.rcvd.code
