import pytest

from frigate_ext.domain.account import ApiKey, Role, User
from web.identity import ANYBODY, LOCAL, Identity, identity_of, narrowed

PORCH, BOTH = frozenset({"porch"}), frozenset({"porch", "yard"})


def a_key(role=Role.ADMIN, cameras=None, **more):
    return ApiKey(
        1, "anna", "script", "fx_abcdef", role, cameras, **({"read_only": False} | more), created_at=0.0
    )


def test_a_viewer_sees_their_cameras_and_an_admin_all():
    viewer = identity_of(User(1, "granny", Role.VIEWER, ("porch",), 0.0))
    assert viewer.may_see("porch")
    assert not viewer.may_see("yard")
    assert (viewer.is_admin, viewer.account) == (False, "granny")
    assert identity_of(User(2, "anna", Role.ADMIN, ("porch",), 0.0)).may_see("yard")
    assert identity_of(User(3, "uncle", Role.VIEWER, None, 0.0)).may_see("a camera of tomorrow")
    assert not identity_of(User(4, "nobody", Role.VIEWER, (), 0.0)).may_see("porch")
    assert LOCAL.is_admin
    assert ANYBODY.is_admin


@pytest.mark.parametrize(
    "owner, key, role, cameras",
    [
        (Identity("anna", Role.ADMIN), a_key(), Role.ADMIN, None),
        (Identity("anna", Role.ADMIN), a_key(Role.VIEWER), Role.VIEWER, None),
        (Identity("anna", Role.ADMIN), a_key(Role.VIEWER, ("porch",)), Role.VIEWER, PORCH),
        (Identity("anna", Role.ADMIN), a_key(Role.ADMIN, ("porch",)), Role.ADMIN, PORCH),
        (Identity("anna", Role.VIEWER, BOTH), a_key(), Role.VIEWER, BOTH),
        (Identity("anna", Role.VIEWER, BOTH), a_key(cameras=("porch", "attic")), Role.VIEWER, PORCH),
        (Identity("anna", Role.VIEWER, PORCH), a_key(cameras=("yard",)), Role.VIEWER, frozenset()),
    ],
)
def test_a_key_opens_what_both_it_and_its_owner_may(owner, key, role, cameras):
    opened = narrowed(owner, key)
    assert (opened.role, opened.cameras) == (role, cameras)
    assert opened.account is None


def test_a_key_that_only_reads_stays_one():
    assert narrowed(LOCAL, a_key(read_only=True)).read_only
