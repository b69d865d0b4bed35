"""What went wrong with a provider, as the decision a caller has to make. Pure.

A server's own words are quoted only where they help, bounded and without the key; an answer about the key
itself is never quoted, for some servers repeat it.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

from frigate_ext.errors import BadReplyError, JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from genai.judge import BUDGET_SPENT
from genai.verdict import clean

E = TypeVar("E", bound=JudgeError)

MAX_RETRY_AFTER = 86_400.0
"""Seconds; nobody waits longer for a server than a day."""
MAX_PAUSE = 5.0
"""Seconds; whoever asks to be left alone for longer is not waited for within one look."""
_QUOTED = 160
_PASSING = {"rate_limited": 1.0, "server_error": 0.5, "disconnected": 0.2}
"""What may be over in a moment, and the seconds of that moment where the server names none."""


_UNREADABLE = ("failed to parse input", "does not match the expected")


class RefusedError(Exception):
    """An answer other than 2xx, before anyone has decided what it means. Stays inside `genai`."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        super().__init__(f"HTTP {status}")

    @property
    def is_about_format(self) -> bool:
        """Whether the server does not want our `response_format`."""
        words = self._words
        refused = self.status in {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.NOT_IMPLEMENTED,
        }
        return refused and any(
            word in words for word in ("response_format", "schema", "grammar", "structured output")
        )

    @property
    def is_about_reply(self) -> bool:
        """Whether the server made nothing of its own model's answer, as llama.cpp's does now and then.

        A grammar is what brings that about, as a rule.
        """
        failed = self.status == HTTPStatus.INTERNAL_SERVER_ERROR
        return failed and any(word in self._words for word in _UNREADABLE)

    @property
    def _words(self) -> str:
        return self.body.decode("utf-8", "replace").casefold()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an error message needs to know: `now` is epoch seconds."""

    provider: str
    model: str
    api_key: str | None
    now: float


def from_refusal(refused: RefusedError, at: Circumstances) -> JudgeError:
    """The error for an HTTP status other than 2xx."""
    status, who = refused.status, at.provider
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return JudgeMisconfiguredError(f"{who}: the server refuses the API key (HTTP {status})", kind="key")
    said = _quote(refused.body, at.api_key)
    if refused.is_about_reply:
        return BadReplyError(f"{who}: the server can't read what its model says{said}")
    wait = _retry_after(refused.headers, at.now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return JudgeUnavailableError(f"{who}: too many requests{said}", kind="rate_limited", retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        message = f"{who}: the server fails (HTTP {status}){said}"
        return JudgeUnavailableError(message, kind="server_error", retry_after=wait)
    return _misconfigured(status, said, at)


def _misconfigured(status: int, said: str, at: Circumstances) -> JudgeMisconfiguredError:
    """The error for a status that needs a person; `said` is a quotation or ''."""
    if status == HTTPStatus.NOT_FOUND:
        model = f"no model {at.model!r}, or " if at.model else ""
        kind, words = "model", f"{model}nothing at this address (HTTP 404){said}"
    elif status < HTTPStatus.BAD_REQUEST:
        kind, words = "redirect", f"the server sends us elsewhere (HTTP {status}): check base_url"
    else:
        kind, words = "request", f"the server refuses the request (HTTP {status}){said}"
    return JudgeMisconfiguredError(f"{at.provider}: {words}", kind=kind)


_KINDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (socket.gaierror, "dns", "its host name can't be resolved"),
    (ssl.SSLError, "tls", "no secure connection (TLS)"),
    (ConnectionRefusedError, "refused", "nothing listens at its address"),
)
_NAMED_KINDS = {
    "ConnectTimeout": ("connect_timeout", "no connection in time"),
    "PoolTimeout": ("connect_timeout", "no connection in time"),
    "ReadTimeout": ("read_timeout", "connected, but silent for too long"),
    "WriteTimeout": ("read_timeout", "connected, but it does not take the question"),
}


def from_connection(error: BaseException, provider: str) -> JudgeUnavailableError:
    """The error for a connection that failed, told by what lies behind `error`."""
    causes = list(_causes(error))
    for cause_type, kind, words in _KINDS:
        if any(isinstance(cause, cause_type) for cause in causes):
            return JudgeUnavailableError(f"{provider}: {words}", kind=kind)
    for cause in causes:
        if named := _NAMED_KINDS.get(type(cause).__name__):
            return JudgeUnavailableError(f"{provider}: {named[1]}", kind=named[0])
    return JudgeUnavailableError(f"{provider}: the connection broke", kind="disconnected")


def word(error: JudgeError) -> str:
    """One word for what is wrong, for people and metrics."""
    if isinstance(error, JudgeUnavailableError | JudgeMisconfiguredError):
        return error.kind
    return "bad_reply"


def pause(error: JudgeUnavailableError, spread: float) -> float | None:
    """Seconds after which the same question is worth asking once more; None when it is not.

    `spread` is a factor around 1 that keeps many askers from coming back together.
    """
    moment = _PASSING.get(error.kind)
    if moment is None or error.retry_after is None:
        return moment and moment * spread
    return error.retry_after if error.retry_after <= MAX_PAUSE else None


def together(errors: Sequence[JudgeError]) -> JudgeError:
    """One error for a look that nobody answered, in the words of all.

    Unreadable wins over unavailable, for who can't be read is not asked about the same thing for ever;
    unavailable wins over misconfigured, for it may pass without a person; and a spent budget wins over what
    else keeps judges from answering, for that is what others may stand in for.
    """
    error = _in_one(errors, "; ".join(dict.fromkeys(map(str, errors))))
    error.paid = paid_for(errors)
    return error


def paid_for(errors: Sequence[JudgeError]) -> tuple[tuple[str, int], ...]:
    """What failures have cost all the same, see `JudgeError.paid`."""
    return tuple(payment for error in errors for payment in error.paid)


def _in_one(errors: Sequence[JudgeError], message: str) -> JudgeError:
    away = [error for error in errors if isinstance(error, JudgeUnavailableError)]
    if bad := [error for error in errors if isinstance(error, BadReplyError)]:
        return _as_said(bad[-1], BadReplyError(message))
    if not away:
        return _as_said(errors[-1], JudgeMisconfiguredError(message, kind=word(errors[-1])))
    kinds = [error.kind for error in away]
    wait = min(error.retry_after or 0.0 for error in away)
    kind = BUDGET_SPENT if BUDGET_SPENT in kinds else kinds[0]
    return _as_said(away[0], JudgeUnavailableError(message, kind=kind, retry_after=wait or None))


def _as_said(source: JudgeError, error: E) -> E:
    """`error`, with what was told and said when `source` was raised."""
    error.provider, error.model = source.provider, source.model
    error.prompt, error.reply = source.prompt, source.reply
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that led to it, groups included; each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inside = cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()
        waiting.extend(one for one in (cause.__cause__, cause.__context__, *inside) if one is not None)


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """`Retry-After` (RFC 9110, 10.2.3) in seconds: a number or a date."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware: datetime = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(0.0, aware.timestamp() - now), MAX_RETRY_AFTER)


def _quote(body: bytes, api_key: str | None) -> str:
    """The server's message, `: ` before it, or '' when there is none worth quoting (an HTML page)."""
    text = body.decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    error = told.get("error", told) if isinstance(told, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    if isinstance(message, str) and api_key:
        message = message.replace(api_key, "***")
    return f": {said}" if (said := clean(message, _QUOTED)) else ""
