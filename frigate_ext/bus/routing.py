"""Which detection process has which camera's frames; decides, knows no socket."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import msgspec

FORGET_AFTER = 3.5
"""Seconds; owners announce themselves every second."""

MAX_CAMERAS = 1024
_MAX_ASKED = 4096


class Hello(msgspec.Struct, frozen=True):
    """A detection process announces the cameras whose frames it keeps."""

    epoch: int
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Owner:
    peer: bytes
    epoch: int
    heard_at: float


class Owners:
    """Routes a camera to the process that announced it last; the one that started later wins a dispute."""

    def __init__(self) -> None:
        self._owners: dict[str, _Owner] = {}

    def announce(self, peer: bytes, hello: Hello, now: float) -> None:
        """`peer` is the sender's routing id; what it had announced before and no longer does is forgotten."""
        owner = _Owner(peer, hello.epoch, now)
        for camera in [name for name, known in self._owners.items() if known.peer == peer]:
            del self._owners[camera]
        for camera in hello.cameras[:MAX_CAMERAS]:
            known = self._owner(camera, now)
            if known is None or hello.epoch >= known.epoch:
                self._owners[camera] = owner
        if len(self._owners) > MAX_CAMERAS:
            self._owners = {name: known for name, known in self._owners.items() if _is_heard(known, now)}

    def peer_of(self, camera: str, now: float) -> bytes | None:
        owner = self._owner(camera, now)
        return owner.peer if owner else None

    def _owner(self, camera: str, now: float) -> _Owner | None:
        owner = self._owners.get(camera)
        return owner if owner and _is_heard(owner, now) else None

    def forget(self, peer: bytes) -> None:
        """`peer` turned out to be gone."""
        self._owners = {name: known for name, known in self._owners.items() if known.peer != peer}


class Asked:
    """Who was to answer which question; remembers the 4096 asked most recently. Peers are routing ids."""

    def __init__(self) -> None:
        self._peers: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()

    def asked(self, client: bytes, number: int, peer: bytes) -> None:
        """`client`'s question of that number was passed on to `peer`."""
        self._peers[client, number] = peer
        if len(self._peers) > _MAX_ASKED:
            self._peers.popitem(last=False)

    def answered(self, client: bytes, number: int, peer: bytes) -> bool:
        """Whether `peer` was to answer that, and has not yet."""
        if self._peers.get((client, number)) != peer:
            return False
        del self._peers[client, number]
        return True


def _is_heard(owner: _Owner, now: float) -> bool:
    return now - owner.heard_at <= FORGET_AFTER
