import pytest

from frigate_ext.domain.account import Role
from frigate_ext.errors import TooManyAttemptsError
from frigate_ext.runtime.clock import ManualClock
from web.access import MAX_FAILURES, Gate
from web.identity import ANYBODY, LOCAL, Authenticator, Identity

KEY = "correct-horse-battery-staple"
HERE = "127.0.0.1"


@pytest.fixture
def authenticator():
    return Authenticator(Gate(KEY, ManualClock()))


def test_who_sends_the_key_is_the_local_admin(authenticator):
    assert authenticator.identify({"authorization": f"Bearer {KEY}"}, HERE) is LOCAL
    assert authenticator.identify({"authorization": f"bearer  {KEY} "}, HERE) is LOCAL


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", f"Basic {KEY}", KEY])
def test_who_sends_anything_else_is_a_stranger(authenticator, header):
    assert authenticator.identify({"authorization": header}, HERE) is None
    assert authenticator.identify({}, HERE) is None


def test_who_guesses_has_to_wait(authenticator):
    for _ in range(MAX_FAILURES):
        authenticator.identify({"authorization": "Bearer guess"}, HERE)
    with pytest.raises(TooManyAttemptsError) as refusal:
        authenticator.identify({"authorization": f"Bearer {KEY}"}, HERE)
    assert refusal.value.retry_after == 60


def test_without_authentication_everybody_is_an_admin():
    assert Authenticator(None).identify({}, HERE) is ANYBODY


def test_a_viewer_sees_their_cameras_and_an_admin_all():
    viewer = Identity("granny", Role.VIEWER, frozenset({"porch"}))
    assert viewer.may_see("porch")
    assert not viewer.may_see("yard")
    assert LOCAL.may_see("a camera of tomorrow")
    assert (viewer.is_admin, LOCAL.is_admin) == (False, True)
