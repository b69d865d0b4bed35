import logging

import pytest

from frigate_ext.errors import TooManyAttemptsError
from tests.web.conftest import PASSWORD

HOME = "192.0.2.1"


@pytest.fixture
def sign_in(guarded):
    return guarded.accounts().sign_in


def fail(sign_in, user, address, times=10):
    for _ in range(times):
        assert sign_in.enter(user, "guess", {}, address) is None


def test_user_and_password_are_traded_for_a_token_whatever_the_case_of_the_name(sign_in):
    tokens = {sign_in.enter(name, PASSWORD, {}, HOME) for name in ("granny", "Granny", "anna")}
    assert len(tokens) == 3
    assert sign_in.enter("granny", PASSWORD.upper(), {}, HOME) is None
    assert sign_in.enter("nobody", PASSWORD, {}, HOME) is None


@pytest.mark.parametrize("user", ["granny", "nobody"])
def test_after_ten_wrong_passwords_an_address_has_to_wait_a_minute(guarded, sign_in, user):
    fail(sign_in, user, HOME)
    with pytest.raises(TooManyAttemptsError):
        sign_in.enter("Anna", PASSWORD, {}, HOME)
    guarded.clock.advance(60)
    assert sign_in.enter("Anna", PASSWORD, {}, HOME)


def test_guessing_one_user_from_many_addresses_is_slowed_too(guarded, sign_in):
    for n in range(10):
        fail(sign_in, "granny", f"198.51.100.{n}", times=1)
    with pytest.raises(TooManyAttemptsError):
        sign_in.enter("GRANNY", "guess", {}, "198.51.100.99")
    assert sign_in.enter("anna", PASSWORD, {}, "198.51.100.99")


def test_a_stranger_who_guesses_does_not_lock_the_owner_out_of_a_browser_that_they_have_used(sign_in):
    fail(sign_in, "granny", HOME)
    browser = {"cookie": f"x=y; frigate_ext_device={sign_in.device('Granny')}"}
    assert sign_in.enter("granny", PASSWORD, browser, HOME)
    for user, headers in (("Anna", browser), ("granny", {"cookie": "frigate_ext_device=made.up"})):
        with pytest.raises(TooManyAttemptsError):
            sign_in.enter(user, PASSWORD, headers, HOME)


def test_guessing_in_a_browser_that_was_used_before_is_slowed_too(sign_in):
    browser = {"cookie": f"frigate_ext_device={sign_in.device('granny')}"}
    for n in range(10):
        assert sign_in.enter("granny", "guess", browser, f"198.51.100.{n}") is None
    with pytest.raises(TooManyAttemptsError):
        sign_in.enter("granny", PASSWORD, browser, HOME)
    assert sign_in.enter("granny", PASSWORD, {}, HOME)


def test_signing_in_often_is_no_guessing(sign_in):
    assert all(sign_in.enter("granny", PASSWORD, {}, HOME) for _ in range(12))


def test_the_log_names_the_address_but_nothing_that_was_typed(sign_in, caplog):
    caplog.set_level(logging.DEBUG, "web")
    token = sign_in.enter("granny", PASSWORD, {}, HOME)
    sign_in.enter("my secret", "hunter22", {}, HOME)
    assert HOME in caplog.text
    assert not any(word in caplog.text for word in (PASSWORD, token, "my secret", "hunter22"))
