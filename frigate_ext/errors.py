"""Every error of this project: one root, one branch for each decision a caller makes.

Messages are written for the person who has to act on them and never contain a secret: whoever raises
one masks stream passwords and keys first.
"""

from __future__ import annotations

from dataclasses import dataclass


class FrigateExtError(Exception):
    """Root of all errors raised on purpose in this project."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a user's input.

    `where` is a place a person can find: ``config.yml:12:5`` for a file, a field's name for a request.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ConfigError(FrigateExtError):
    """The configuration can't be used; carries *every* problem found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class StreamError(FrigateExtError):
    """A camera's stream can't be opened or read: report it, back off and try again."""


class DownloadError(FrigateExtError):
    """A file can't be fetched, or what came is not the file that was asked for."""


class ModelError(FrigateExtError):
    """A network's weights can't be fetched, trusted, exported or loaded."""


class FrameUnavailableError(FrigateExtError):
    """The asked-for frame is gone, was never there, or did not arrive before the deadline."""


class MainStreamAwayError(FrameUnavailableError):
    """A camera's main stream can't be read, or is left alone: full pictures are missing meanwhile."""


class NodeRefusedError(FrigateExtError):
    """This node is of no use to its main process: only a person can change that."""


class StoreError(FrigateExtError):
    """The database or an evidence file can't be read or written."""


class ForeignDatabaseError(StoreError):
    """The file in the data folder is a database that is not ours: refuse it, never migrate it."""


class DeliveryError(FrigateExtError):
    """A notifier could not hand over an alert now: keep it and try again."""


class ListenError(FrigateExtError):
    """The web address can't be listened on: taken, not ours, or not permitted."""


class AlreadyRunningError(FrigateExtError):
    """Another instance holds the data folder."""


class JudgeError(FrigateExtError):
    """Root of what can go wrong while a judge answers a look.

    For the record of the look: `prompt` is what the model was told, as far as it came to that; `provider` and
    `model` are who was asked, `reply` is what was said, where something was.
    """

    provider: str | None = None
    model: str | None = None
    prompt: str = ""
    reply: str = ""
    paid: tuple[tuple[str, int], ...] = ()
    """What it has cost all the same: the name of each provider that was paid, and its tokens."""


class JudgeUnavailableError(JudgeError):
    """The model can't be reached or is overloaded: try again later.

    `kind` names the cause for people and metrics: ``refused``, ``dns``, ``tls``, ``timeout``,
    ``rate_limited``, ``server_error`` ... `retry_after` is what the server asked for, in seconds.
    """

    def __init__(self, message: str, *, kind: str, retry_after: float | None = None) -> None:
        self.kind = kind
        self.retry_after = retry_after
        super().__init__(message)


class JudgeMisconfiguredError(JudgeError):
    """The provider refuses us for a reason that trying again won't change (key, model, address).

    `kind` names it for people and metrics: ``key``, ``model``, ``redirect``, ``request``, ``weights`` ...
    """

    def __init__(self, message: str, *, kind: str = "misconfigured") -> None:
        self.kind = kind
        super().__init__(message)


class BadReplyError(JudgeError):
    """The model answered, but no verdict can be read from what it said."""

    tokens: int = 0
    """What that took, as far as the provider tells."""


class RequestError(FrigateExtError):
    """Root of what a client of the jobs asked for and can't have.

    `code` is a stable machine-readable word (``unknown_camera``, ``job_final`` ...).
    """

    def __init__(self, message: str, *, code: str) -> None:
        self.code = code
        super().__init__(message)


class InvalidRequestError(RequestError):
    """The request itself is wrong; `problems` says what, field by field."""

    def __init__(self, message: str, *, code: str = "invalid", problems: list[Problem] | None = None) -> None:
        self.problems = problems or []
        super().__init__(message, code=code)


class NotFoundError(RequestError):
    """What was asked for does not exist."""

    def __init__(self, message: str, *, code: str = "not_found") -> None:
        super().__init__(message, code=code)


class ConflictError(RequestError):
    """The thing exists, but its state does not allow this (a final job can't be stopped again)."""


class TooManyAttemptsError(RequestError):
    """Somebody guesses keys or passwords: no more of that for `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(message, code="too_many_attempts")
