"""Requests that may be sent twice and make one thing (the IETF's draft of the `Idempotency-Key` header)."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask import request

from frigate_ext.domain.claim import Claim
from frigate_ext.domain.watch import Job
from frigate_ext.errors import InvalidRequestError, NotFoundError, Problem
from web.context import identity, may_see, services

HEADER = "Idempotency-Key"
PATTERN = r"^[!-~]{1,255}$"


def claim_of(body: dict[str, Any]) -> Claim | None:
    """Return the claim that the current request makes; None when it has no key.

    Keys are the asker's own: nobody else's request can have the same. Raises InvalidRequestError.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not re.fullmatch(PATTERN, key):
        problem = Problem(HEADER, "must be 1 to 255 visible ASCII characters")
        raise InvalidRequestError(str(problem), code="bad_idempotency_key", problems=[problem])
    asked = json.dumps(body, sort_keys=True)
    return Claim(_digest(identity().name, request.path, key), _digest(asked))


def already_made(claim: Claim | None) -> Job | None:
    """Return the job that this request has made before, as it is now."""
    job = services().jobs.claimed(claim) if claim else None
    if job is not None and not may_see(job.watch.camera):
        raise NotFoundError("There is no such thing, or you may not see it.")
    return job


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).digest()
