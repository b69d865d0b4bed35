"""The question a watch job asks, and the protocol of whatever answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum
from typing import Protocol

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.errors import JudgeError
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a picture shows: the frame of a moment (epoch s), or a detail of it."""

    frame_time: float
    close_up: bool = False


BUDGET_SPENT = "budget"
"""`kind` of the JudgeUnavailableError of a judge that may not be asked now, because of what it costs."""


CALLED_OFF = "called_off"
"""`kind` of the JudgeUnavailableError of a question whose deadline was called off."""


Heard = Callable[[JudgeError | None], None]
"""Hears why a judge did not answer; None: it did."""


class Veil(Enum):
    """What has been done to pictures, so that no writing in them settles the verdict."""

    NONE = "shown as they are"
    BLURRED = "blurred: large writing can be read"
    FULL = "blurred, large writing covered: none can be read"


@dataclass(frozen=True, slots=True)
class Veiled:
    """A JPEG with a veil; `had_writing` says that some was found in it, and is covered."""

    jpeg: bytes
    veil: Veil
    had_writing: bool


@dataclass(frozen=True, slots=True)
class LookImage:
    """A JPEG as the judge is shown it; `frame_time` is epoch seconds."""

    jpeg: bytes
    key: FrameKey
    frame_time: float
    size: Size
    parts: tuple[Part, ...] = ()
    """The last one large on the left, the others from top to bottom on its right; none: the whole frame."""
    outlined: bool = False
    """Zones are outlined in yellow in it, objects in red."""


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """What an earlier look of the same job said: no free text from the model, on purpose."""

    answer: Answer
    confidence: float
    frame_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One look, complete: everything a judge may use, and nothing else.

    `labels` and `zones` (names) narrow what matters; empty means any. `images` are oldest first, the judged
    frame last; `objects` are the real tracked objects of that frame. `frame_time` is that frame's, in epoch
    seconds.
    """

    camera: Camera
    condition: str
    labels: tuple[str, ...]
    zones: tuple[str, ...]
    frame_time: float
    images: tuple[LookImage, ...]
    objects: tuple[TrackedObject, ...]
    history: tuple[PastVerdict, ...] = ()
    frame_size: Size | None = None
    """Of the detect frame that the objects' boxes are measured in; None where it is not known."""
    language: str = ""
    """What the owner reads, as people say it (`German`, `pt-BR`); '' leaves it to the condition's own."""
    timezone: tzinfo | None = None
    """Where the owner reads the clock; None is the machine's own."""
    notes: tuple[str, ...] = ()
    """The owner's remarks on alerts of this job that were wrong, oldest first."""
    veil: Veil = Veil.NONE
    writing: str = ""
    """Words under the veil, for a condition that asks for writing: in lower case, none that are orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with what it cost. `tokens` is None where the provider does not say; `latency` in seconds."""

    verdict: Verdict
    model: str
    latency: float
    tokens: int | None = None
    provider: str = ""
    """Whoever answered; '' where it is `judged_by`."""
    prompt: str = ""
    """What the model was told, without the pictures."""
    reply: str = ""
    """What it said, word for word."""
    instead: JudgeError | None = None
    """Why those who were asked first gave no answer; None where the first one did."""
    paid: tuple[tuple[str, int], ...] = ()
    """The name of each provider that was paid for the look, with its tokens; free ones are left out."""


class Judge(Protocol):
    """Answers looks; safe to call from several threads at once."""

    @property
    def name(self) -> str:
        """As in `judged_by`: the provider's configured name, or `detector`."""

    @property
    def wants_images(self) -> bool:
        """False: answers from `objects` alone, so nobody needs to encode a picture for it."""

    def judge(self, question: Question, deadline: Deadline) -> Judgement:
        """Answer before the deadline; blocks on the network and on the provider's own concurrency limit.

        Calling the deadline off ends that at once.

        Raises JudgeUnavailableError (try later), JudgeMisconfiguredError (needs a person) or BadReplyError.
        """

    def health(self) -> PartHealth: ...

    def close(self) -> None:
        """Give up connections; a call in flight may fail."""
