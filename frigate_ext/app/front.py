"""What people and programs reach over HTTP: an address, who may come in, and the application behind it."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.sections.own import is_loopback
from frigate_ext.runtime.clock import Clock
from frigate_ext.store import Store
from web.access import AccessSettings
from web.accounts import FIRST_USER, Accounts
from web.app import create_app
from web.certificate import Certificate
from web.listener import Listener
from web.live.live import Live
from web.local_key import load_key
from web.server import WebServer
from web.services import Services

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the web server listens; with certificate and key it speaks TLS."""

    host: str
    port: int
    certificate: tuple[Path, Path] | None = None

    def listener(self, after: Listener | None = None) -> Listener:
        """Raise ListenError where it can't be had; see Listener for `after`."""
        tls = Certificate(*self.certificate) if self.certificate else None
        return Listener(self.host, self.port, tls, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontSettings:
    address: Address
    external_url: str | None
    """Where people reach us; None: at the address."""
    access: AccessSettings


class Offer(Protocol):
    """Makes what the routes need of the rest of the program; `front` knows the address and the accounts."""

    def __call__(self, front: Front) -> Services: ...


class Front:
    """Starts, stops and joins like a Worker, but `serve` comes before `start`.

    `become` and `serve` are for one thread; what it tells of itself may be read by any.
    """

    def __init__(
        self, settings: FrontSettings, *, data_dir: Path, store: Store, clock: Clock, offer: Offer
    ) -> None:
        """Has its address from now on; raises ListenError where it can't."""
        self._data_dir = data_dir
        self._store = store
        self._clock = clock
        self._offer = offer
        self._settings = settings
        local_key = self._local_key(settings)
        self._listener = settings.address.listener()
        self.accounts = self._accounts(local_key)

    @property
    def external_url(self) -> str:
        """Where people and links in alerts reach us."""
        return self._settings.external_url or self._listener.url

    @property
    def is_loopback(self) -> bool:
        """Whether this machine alone can reach the address."""
        return is_loopback(self._listener.host)

    def serve(self, live: Live) -> None:
        """Build what is behind the address."""
        self._web = WebServer(create_app(self._offer(self)), self._listener, live)

    def become(self, settings: FrontSettings) -> None:
        """Let others in, or go elsewhere; in one step, so that nobody meets the old rules at the new address.

        Raises ListenError where the new address can't be had; everything is as before then.
        """
        local_key = self._local_key(settings)
        moves = settings.address != self._settings.address
        listener = settings.address.listener(after=self._listener) if moves else self._listener
        self._settings, self._listener = settings, listener
        self.accounts = self._accounts(local_key)
        app = create_app(self._offer(self))
        if moves:
            self._web.move(app, listener)
        else:
            self._web.exchange(app)
        self.admit_first()

    def refresh(self) -> None:
        """Serve what the rest of the program offers now."""
        self._web.exchange(create_app(self._offer(self)))

    def admit_first(self) -> None:
        """Make the first admin, where people sign in and there is nobody yet."""
        if self._settings.access.enabled and (password := self.accounts.make_first_admin()):
            _show_once(password)

    def start(self) -> None:
        self._web.start()

    def stop(self) -> None:
        self._web.stop()

    def join(self, timeout: float) -> bool:
        return self._web.join(timeout)

    def _local_key(self, settings: FrontSettings) -> str | None:
        return load_key(self._data_dir) if settings.access.enabled else None

    def _accounts(self, local_key: str | None) -> Accounts:
        access = self._settings.access.reached_at(self.external_url)
        return Accounts(self._store, access, local_key=local_key, clock=self._clock)


def _show_once(password: str) -> None:
    """Print what the first admin signs in with; to the console, since logs are kept and read by others."""
    sys.stdout.write(
        f"\n  Sign in as {FIRST_USER} with the password {password}\n  It is shown this once.\n\n"
    )
    sys.stdout.flush()
    logger.warning("made the user %s; the password was printed to standard output, this once", FIRST_USER)
