"""Users, their sessions and their keys."""

import pytest

from frigate_ext.domain.account import ApiKey, Role, User
from frigate_ext.errors import ConflictError, NotFoundError, StoreError
from frigate_ext.store import keys, sessions, users

ADMIN = User(0, "Anna", Role.ADMIN, None, 1000.0)
VIEWER = User(0, "granny", Role.VIEWER, ("porch",), 1001.0)
KEY = ApiKey(0, "granny", "tablet", "fx_abcde", Role.VIEWER, None, read_only=True, created_at=1002.0)


@pytest.fixture
def admin(store):
    return store.users.add(ADMIN, "hash of Anna")


@pytest.fixture
def granny(store):
    return store.users.add(VIEWER, "hash of granny")


def test_a_user_is_found_by_name_in_any_case_with_the_hash_that_nothing_else_shows(store, admin, granny):
    assert store.users.password_of("GRANNY") == (granny, "hash of granny")
    assert store.users.get("anna") == admin
    assert store.users.list() == (admin, granny)
    assert store.users.password_of("nobody") is None


def test_a_name_is_taken_in_every_spelling(store, granny):
    with pytest.raises(ConflictError) as refusal:
        store.users.add(User(0, "Granny", Role.ADMIN, None, 0.0), "x")
    assert refusal.value.code == "user_exists"


def test_there_are_not_endlessly_many_users(store, admin, monkeypatch):
    monkeypatch.setattr(users, "MAX_USERS", 1)
    with pytest.raises(ConflictError):
        store.users.add(VIEWER, "x")


def test_the_only_admin_can_neither_be_deleted_nor_become_a_viewer(store, admin, granny):
    for change in (
        lambda: store.users.delete("anna"),
        lambda: store.users.set_rights("anna", Role.VIEWER, None),
    ):
        with pytest.raises(ConflictError) as refusal:
            change()
        assert refusal.value.code == "last_admin"
    store.users.set_rights("granny", Role.ADMIN, None)
    store.users.delete("anna")
    assert [user.name for user in store.users.list()] == ["granny"]


def test_nobody_is_changed_or_deleted_who_is_not_there(store):
    with pytest.raises(NotFoundError):
        store.users.get("nobody")
    with pytest.raises(NotFoundError):
        store.users.delete("nobody")
    with pytest.raises(NotFoundError):
        store.users.set_password("nobody", "x")


def test_rights_hold_at_once_for_sessions_that_are_open(store, granny):
    store.sessions.begin(b"token", granny.id, now=10.0, expires_at=20.0)
    changed = store.users.set_rights("granny", Role.VIEWER, ["yard"])
    assert changed.cameras == ("yard",)
    assert store.sessions.find(b"token", 11.0) == (changed, 20.0)


def test_a_session_ends_in_time_or_when_it_is_told_to(store, granny):
    store.sessions.begin(b"one", granny.id, now=10.0, expires_at=20.0)
    store.sessions.extend(b"one", 30.0)
    assert store.sessions.find(b"one", 29.9) == (granny, 30.0)
    assert store.sessions.find(b"one", 30.0) is None
    store.sessions.begin(b"two", granny.id, now=10.0, expires_at=20.0)
    store.sessions.end(b"two")
    assert store.sessions.find(b"two", 11.0) is None


def test_a_new_password_ends_all_sessions_but_the_one_that_set_it(store, granny, admin):
    for token, user in ((b"phone", granny), (b"laptop", granny), (b"admin", admin)):
        store.sessions.begin(token, user.id, now=10.0, expires_at=20.0)
    store.users.set_password("granny", "new", keep_session=b"laptop")
    assert store.users.password_of("granny") == (granny, "new")
    found = [store.sessions.find(token, 11.0) is not None for token in (b"phone", b"laptop", b"admin")]
    assert found == [False, True, True]


def test_a_deleted_user_leaves_no_session_and_no_key_behind(store, admin, granny):
    store.sessions.begin(b"token", granny.id, now=10.0, expires_at=20.0)
    store.keys.add(KEY, granny.id, b"digest")
    store.users.delete("granny")
    assert store.sessions.find(b"token", 11.0) is None
    assert store.keys.find(b"digest") is None
    with pytest.raises(StoreError):
        store.sessions.begin(b"late", granny.id, now=10.0, expires_at=20.0)


def test_the_session_that_ends_first_makes_room(store, granny, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_SESSIONS", 2)
    for token, end in ((b"a", 20.0), (b"b", 40.0), (b"c", 30.0)):
        store.sessions.begin(token, granny.id, now=10.0, expires_at=end)
    assert [store.sessions.find(token, 11.0) is not None for token in (b"a", b"b", b"c")] == [
        False,
        True,
        True,
    ]


def test_a_key_is_found_by_its_digest_with_whom_it_belongs_to(store, granny):
    key = store.keys.add(KEY, granny.id, b"digest")
    assert store.keys.find(b"digest") == (key, granny)
    assert store.keys.find(b"other") is None
    store.keys.note_use(key.id, 1234.0)
    assert store.keys.get(key.id).used_at == 1234.0


def test_keys_are_listed_for_one_user_or_for_all(store, admin, granny):
    first, second = store.keys.add(KEY, granny.id, b"1"), store.keys.add(KEY, admin.id, b"2")
    assert store.keys.list("GRANNY") == (first,)
    assert store.keys.list() == (first, second)


def test_a_revoked_key_is_gone(store, granny):
    key = store.keys.add(KEY, granny.id, b"digest")
    store.keys.revoke(key.id)
    assert store.keys.find(b"digest") is None
    with pytest.raises(NotFoundError):
        store.keys.get(key.id)


def test_one_user_has_not_endlessly_many_keys(store, granny, monkeypatch):
    monkeypatch.setattr(keys, "MAX_KEYS", 1)
    store.keys.add(KEY, granny.id, b"1")
    with pytest.raises(ConflictError):
        store.keys.add(KEY, granny.id, b"2")
