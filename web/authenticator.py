"""Telling who sends a request: one answer for Flask, sockets and streams."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from hmac import compare_digest

from frigate_ext.domain.account import ApiKey, User
from frigate_ext.errors import StoreError
from frigate_ext.runtime.clock import Clock
from frigate_ext.store.keys import Keys
from frigate_ext.store.sessions import Sessions
from web.access import AccessSettings
from web.attempts import Attempts, neighbourhood
from web.identity import ANYBODY, LOCAL, Identity, identity_of, narrowed
from web.proxy import client_address, proxied
from web.tokens import bearer, cookie, digest

logger = logging.getLogger(__name__)

_TOUCH_EVERY = 60.0
"""Seconds: uses are noted no more often, since each is a write."""


class Authenticator:
    """Tells who sends a request; safe to call from several threads.

    Rights may be taken away while a stream is open: ask again every few seconds, and end it at None.
    """

    def __init__(
        self,
        settings: AccessSettings,
        *,
        local_key: str | None,
        sessions: Sessions,
        keys: Keys,
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._local = digest(local_key) if local_key else None
        self._sessions = sessions
        self._keys = keys
        self._attempts = attempts
        self._clock = clock

    @property
    def enabled(self) -> bool:
        return self._settings.enabled

    def identify(self, headers: Mapping[str, str], address: str) -> Identity | None:
        """Return who a request's headers speak for; None for a stranger.

        Header names are in lower case; `address` is the peer's own, not one that a header names. Reads the
        database: call it in a thread, not on an event loop. Raises TooManyAttemptsError, with the seconds to
        wait, for an address that guesses keys, and StoreError.
        """
        if not self._settings.enabled:
            return ANYBODY
        if known := proxied(self._settings.proxy, headers, address):
            return known
        token = bearer(headers)
        if token is not None:
            if known := self._by_token(token):
                return known
            self._count(headers, address)
            return None
        token = cookie(headers, self._settings.cookie_name)
        return self._by_session(digest(token)) if token else None

    def _by_token(self, token: str) -> Identity | None:
        presented = digest(token)
        if self._local and compare_digest(presented, self._local):
            return LOCAL
        if found := self._keys.find(presented):
            return self._by_key(*found)
        return self._by_session(presented)

    def _by_key(self, key: ApiKey, owner: User) -> Identity:
        now = self._clock.now().wall
        if key.used_at is None or now - key.used_at >= _TOUCH_EVERY:
            _note(lambda: self._keys.note_use(key.id, now))
        return narrowed(identity_of(owner), key)

    def _by_session(self, presented: bytes) -> Identity | None:
        now, lasts = self._clock.now().wall, self._settings.session_seconds
        found = self._sessions.find(presented, now)
        if found is None:
            return None
        user, expires_at = found
        if now + lasts - expires_at >= _TOUCH_EVERY:
            _note(lambda: self._sessions.extend(presented, now + lasts))
        return identity_of(user)

    def _count(self, headers: Mapping[str, str], address: str) -> None:
        """A right key is let in whoever else guesses from the same address; a wrong one is counted."""
        client = client_address(self._settings.proxy, headers, address)
        self._attempts.charge(f"address {neighbourhood(client)}")
        logger.info("a wrong API key from %s", client)


def _note(write: Callable[[], None]) -> None:
    """A use that can't be written down is a use all the same: the store's health tells of the trouble."""
    try:
        write()
    except StoreError as error:
        logger.debug("a use of a session or key was not noted: %s", error)
