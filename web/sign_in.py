"""Passwords traded for sessions, and guessing made slow."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping

from frigate_ext.runtime.clock import Clock
from frigate_ext.store.sessions import Sessions
from frigate_ext.store.users import Users
from web.access import AccessSettings
from web.attempts import Attempts, neighbourhood
from web.passwords import Passwords
from web.proxy import client_address
from web.tokens import digest, new_session

logger = logging.getLogger(__name__)

_MAX_FAMILIAR = 1024


class SignIn:
    """Safe to call from several threads.

    Wrong passwords are charged to the address and to the user, whether there is such a user or not. A place
    where a user has signed in before is not held up by what strangers elsewhere try under the same name.
    """

    def __init__(
        self,
        settings: AccessSettings,
        *,
        users: Users,
        sessions: Sessions,
        passwords: Passwords,
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._attempts = attempts
        self._clock = clock
        self._familiar: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

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

    def leave(self, token: str) -> None:
        """End a session; idempotent."""
        self._sessions.end(digest(token))

    def is_right(self, name: str, password: str, headers: Mapping[str, str], address: str) -> bool:
        """Whether this is the user's password; a wrong one is charged. Blocks and raises as `enter` does."""
        client = client_address(self._settings.proxy, headers, address)
        place = (name.casefold()[:80], neighbourhood(client))
        payers = [f"address {place[1]}"] + ([] if place in self._familiar else [f"user {place[0]}"])
        self._attempts.charge(*payers)
        found = self._users.password_of(name)
        right = self._passwords.matches(found[1] if found else None, password)
        if right:
            self._attempts.refund(*payers)
            self._remember(place)
        logger.info("%s from %s", f"{name}'s password" if right else "a wrong user or password", client)
        return right

    def _remember(self, place: tuple[str, str]) -> None:
        with self._lock:
            self._familiar[place] = None
            self._familiar.move_to_end(place)
            if len(self._familiar) > _MAX_FAMILIAR:
                self._familiar.popitem(last=False)
