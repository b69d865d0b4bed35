"""A client's own name for a request that makes something, so that sending it twice makes one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    key: bytes
    """Digest of who asks, where, and the name they gave it."""
    digest: bytes
    """Of what they ask."""
