"""Passwords traded for sessions, and guessing made slow."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from frigate_ext.runtime.clock import Clock
from frigate_ext.store.sessions import Sessions
from frigate_ext.store.users import Users
from web.access import AccessSettings
from web.attempts import Attempts, neighbourhood
from web.devices import Devices
from web.passwords import Passwords
from web.proxy import client_address
from web.tokens import DEVICE_COOKIE, digest, named, new_session

logger = logging.getLogger(__name__)


class SignIn:
    """Safe to call from several threads.

    Wrong passwords are charged to the address and to the user, whether there is such a user or not; in a
    browser where the user has signed in before, to that browser alone.
    """

    def __init__(
        self,
        settings: AccessSettings,
        *,
        users: Users,
        sessions: Sessions,
        passwords: Passwords,
        attempts: Attempts,
        devices: Devices,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._attempts = attempts
        self._devices = devices
        self._clock = clock

    def enter(self, name: str, password: str, headers: Mapping[str, str], address: str) -> str | None:
        """Return a new session's token; None where user or password is wrong, without saying which.

        Blocks for a hash, see Passwords. Raises TooManyAttemptsError.
        """
        if not self.is_right(name, password, headers, address):
            return None
        now = self._clock.now().wall
        user, expires_at = self._users.get(name), now + self._settings.session_seconds
        token = new_session(user.name, expires_at)
        self._sessions.begin(digest(token), user.id, now=now, expires_at=expires_at)
        return token

    def device(self, name: str) -> str:
        """Return what a browser keeps to be known again, once this user has signed in there."""
        return self._devices.token(name)

    def leave(self, token: str) -> None:
        """End a session; idempotent."""
        self._sessions.end(digest(token))

    def is_right(self, name: str, password: str, headers: Mapping[str, str], address: str) -> bool:
        """Whether this is the user's password; a wrong one is charged. Blocks and raises as `enter` does."""
        client = client_address(self._settings.proxy, headers, address)
        payers = self._payers(name, headers, client)
        self._attempts.charge(*payers)
        found = self._users.password_of(name)
        right = self._passwords.matches(found[1] if found else None, password)
        if right:
            self._attempts.refund(*payers)
        logger.info(
            "%s from %s", f"the right password of {name}" if right else "a wrong user or password", client
        )
        return right

    def _payers(self, name: str, headers: Mapping[str, str], client: str) -> tuple[str, ...]:
        kept = named(headers, DEVICE_COOKIE)
        if kept and (device := self._devices.recognise(kept, name)):
            return (f"device {device}",)
        return f"address {neighbourhood(client)}", f"user {name.casefold()[:80]}"
