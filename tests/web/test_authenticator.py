from dataclasses import replace
from ipaddress import ip_network

import pytest

from frigate_ext.domain.account import Role
from frigate_ext.errors import StoreError, TooManyAttemptsError
from tests.web.conftest import KEY, PASSWORD
from web.access import DAY
from web.identity import ANYBODY, LOCAL
from web.proxy import ProxySettings
from web.tokens import PAGE_COOKIE

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def accounts(guarded):
    return guarded.accounts()


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def a_session(accounts, user="granny"):
    token = accounts.sign_in.enter(user, PASSWORD, {}, HERE)
    return {"cookie": f"theme=dark; {PAGE_COOKIE}={token}"}, token


def test_who_sends_the_local_key_is_the_local_admin(accounts):
    assert accounts.authenticator.identify(bearer(KEY), HERE) is LOCAL
    assert accounts.authenticator.identify({"authorization": f"bearer  {KEY} "}, HERE) is LOCAL


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", f"Basic {KEY}", KEY, "Bearer \xe9\xff"]
)
def test_who_sends_anything_else_is_a_stranger(accounts, header):
    assert accounts.authenticator.identify({"authorization": header}, HERE) is None
    assert accounts.authenticator.identify({}, HERE) is None
    assert accounts.authenticator.identify({"cookie": f"{PAGE_COOKIE}={header}"}, HERE) is None


def test_who_guesses_has_to_wait_but_a_right_key_from_the_same_address_never(accounts):
    for _ in range(10):
        assert accounts.authenticator.identify(bearer("guess"), HERE) is None
    with pytest.raises(TooManyAttemptsError) as refusal:
        accounts.authenticator.identify(bearer("guess"), HERE)
    assert refusal.value.retry_after == 60
    assert accounts.authenticator.identify(bearer(KEY), HERE) is LOCAL
    assert accounts.authenticator.identify(bearer("guess"), ELSEWHERE) is None


def test_without_authentication_everybody_is_an_admin(house):
    assert house.accounts().authenticator.identify({}, HERE) is ANYBODY


def test_a_session_tells_the_user_with_their_cameras(accounts):
    headers, token = a_session(accounts)
    for presented in (headers, bearer(token), {"cookie": f"frigate_token={token}"}):
        who = accounts.authenticator.identify(presented, ELSEWHERE)
        assert (who.name, who.role, who.cameras, who.account) == ("granny", Role.VIEWER, {"porch"}, "granny")


def test_a_session_lasts_as_long_as_it_is_used(guarded, accounts):
    headers, _ = a_session(accounts)
    for _ in range(3):
        guarded.clock.advance(6 * DAY)
        assert accounts.authenticator.identify(headers, HERE).name == "granny"
    guarded.clock.advance(7 * DAY)
    assert accounts.authenticator.identify(headers, HERE) is None


def test_leaving_a_new_password_and_deletion_end_a_session(accounts):
    left, token = a_session(accounts)
    accounts.sign_in.leave(token)
    changed, _ = a_session(accounts)
    assert accounts.authenticator.identify(changed, HERE) is not None
    accounts.set_password("granny", "another one")
    accounts.set_password("granny", PASSWORD)
    deleted, _ = a_session(accounts)
    accounts.users.delete("granny")
    assert [accounts.authenticator.identify(headers, HERE) for headers in (left, changed, deleted)] == [
        None
    ] * 3


def test_a_key_opens_its_scope_until_it_is_revoked_and_tells_when_it_was_used(guarded, accounts):
    key, secret = accounts.add_key("Anna", "tablet", Role.VIEWER, ["yard"], read_only=True)
    who = accounts.authenticator.identify(bearer(secret), HERE)
    assert (who.name, who.role, who.cameras, who.read_only) == ("Anna (tablet)", Role.VIEWER, {"yard"}, True)
    first = accounts.keys.get(key.id).used_at
    guarded.clock.advance(59)
    accounts.authenticator.identify(bearer(secret), HERE)
    assert accounts.keys.get(key.id).used_at == first == guarded.clock.wall - 59
    accounts.keys.revoke(key.id)
    assert accounts.authenticator.identify(bearer(secret), HERE) is None


def test_a_key_loses_what_its_owner_loses(accounts):
    _, secret = accounts.add_key("granny", "tablet", Role.ADMIN, None, read_only=False)
    assert accounts.authenticator.identify(bearer(secret), HERE).cameras == {"porch"}
    accounts.users.set_rights("granny", Role.VIEWER, [])
    assert accounts.authenticator.identify(bearer(secret), HERE).cameras == frozenset()


def test_a_disk_that_is_full_turns_nobody_away(accounts, monkeypatch):
    _, secret = accounts.add_key("Anna", "tablet", Role.ADMIN, None, read_only=False)

    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(accounts.keys, "note_use", full)
    assert accounts.authenticator.identify(bearer(secret), HERE).is_admin


def test_a_trusted_proxy_signs_people_in_and_nobody_else_does(guarded):
    proxy = ProxySettings(trusted=(ip_network(HERE),), user_header="remote-user", role_header="remote-role")
    guarded.access = replace(guarded.access, proxy=proxy)
    authenticator = guarded.accounts().authenticator
    headers = {"remote-user": "Anna", "remote-role": "admin"}
    assert authenticator.identify(headers, HERE).is_admin
    assert authenticator.identify(headers, HERE).account is None
    assert authenticator.identify(headers, ELSEWHERE) is None


def test_guesses_through_a_trusted_proxy_are_counted_for_who_sent_them(guarded):
    guarded.access = replace(guarded.access, proxy=ProxySettings(trusted=(ip_network(HERE),)))
    authenticator = guarded.accounts().authenticator
    guess = bearer("guess") | {"x-forwarded-for": "203.0.113.5"}
    for _ in range(10):
        authenticator.identify(guess, HERE)
    with pytest.raises(TooManyAttemptsError):
        authenticator.identify(guess, HERE)
    assert authenticator.identify(guess | {"x-forwarded-for": "203.0.113.6"}, HERE) is None
