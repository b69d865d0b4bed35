"""People's accounts and programs' keys: everything that has to do with signing in, in one place."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Protocol

from frigate_ext.domain.account import ApiKey, Role, User
from frigate_ext.errors import InvalidRequestError, Problem
from frigate_ext.runtime.clock import Clock
from frigate_ext.store.keys import Keys
from frigate_ext.store.sessions import Sessions
from frigate_ext.store.users import Users
from web.access import AccessSettings
from web.attempts import Attempts
from web.authenticator import Authenticator
from web.devices import Devices
from web.passwords import Passwords, make_password
from web.sign_in import SignIn
from web.tokens import SHOWN, digest, new_key

FIRST_USER = "admin"
_USER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class AccountStore(Protocol):
    """Where accounts are kept."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def keys(self) -> Keys: ...


class Accounts:
    """Safe to call from several threads. Methods that take a password block for its hash, see Passwords.

    `local_key` is that of the data folder; None where there is none.
    """

    def __init__(
        self, store: AccountStore, settings: AccessSettings, *, local_key: str | None, clock: Clock
    ) -> None:
        attempts, self._passwords = Attempts(settings.rates, clock), Passwords()
        self._clock = clock
        self.settings = settings
        self.users, self.keys = store.users, store.keys
        self.authenticator = Authenticator(
            settings,
            local_key=local_key,
            sessions=store.sessions,
            keys=store.keys,
            attempts=attempts,
            clock=clock,
        )
        self.sign_in = SignIn(
            settings,
            users=store.users,
            sessions=store.sessions,
            passwords=self._passwords,
            attempts=attempts,
            devices=Devices(local_key or ""),
            clock=clock,
        )

    def make_first_admin(self) -> str | None:
        """Return the password of the admin that is made where there is no user yet; shown never again."""
        if not self.users.is_empty():
            return None
        password = make_password()
        self.add_user(FIRST_USER, password, Role.ADMIN, None)
        return password

    def add_user(self, name: str, password: str, role: Role, cameras: Collection[str] | None) -> User:
        """Raise InvalidRequestError for a bad name or password, ConflictError for one that is taken."""
        if not _USER_NAME.fullmatch(name):
            problem = Problem("username", "must be 1 to 64 letters, digits, '.', '_', '-' or '@'")
            raise InvalidRequestError(str(problem), code="bad_username", problems=[problem])
        user = User(0, name, role, _names(cameras), self._clock.now().wall)
        return self.users.add(user, self._passwords.hash(password))

    def set_password(self, name: str, password: str, *, session: str | None = None) -> None:
        """End all the user's sessions, but for the one with this token."""
        keep = digest(session) if session else b""
        self.users.set_password(name, self._passwords.hash(password), keep_session=keep)

    def add_key(
        self, owner: str, name: str, role: Role, cameras: Collection[str] | None, *, read_only: bool
    ) -> tuple[ApiKey, str]:
        """Return a new key and its secret, which is shown never again."""
        user, secret = self.users.get(owner), new_key()
        key = ApiKey(
            id=0,
            user=user.name,
            name=name,
            prefix=secret[:SHOWN],
            role=role,
            cameras=_names(cameras),
            read_only=read_only,
            created_at=self._clock.now().wall,
        )
        return self.keys.add(key, user.id, digest(secret)), secret


def _names(cameras: Collection[str] | None) -> tuple[str, ...] | None:
    return None if cameras is None else tuple(sorted(set(cameras)))
