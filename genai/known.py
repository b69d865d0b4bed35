"""What is known of a model, and how it was learned. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from genai.capabilities import Capabilities, Thinking


class Learned(StrEnum):
    """How a fact came to be known; earlier ones count for more."""

    TRIED = "tried"
    """The model was put a few tiny questions."""
    TOLD = "told"
    """Its server says so."""
    ANSWERS = "answers"
    """Answers to looks have shown it."""


class Support(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a model can do, or can't."""

    name: str
    answer: Support
    value: int | str | None = None
    """How many pictures at once; when it thinks."""
    learned: Learned | None = None
    """None: not known yet."""
    at: float | None = None
    """Epoch seconds, of what was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What each source says of one model."""

    tried: Capabilities = field(default_factory=Capabilities)
    tried_at: float | None = None
    """Epoch seconds."""
    told: Capabilities = field(default_factory=Capabilities)
    shown: Capabilities = field(default_factory=Capabilities)
    schema_refused: bool = False
    """Its server has refused a schema, or made nothing of answers that were bound to one."""

    @property
    def found(self) -> Capabilities:
        """What was found out on purpose."""
        return self.tried.over(self.told)

    def __str__(self) -> str:
        """For people; '' where nothing is known."""
        if str(self.found):
            return str(Capabilities(schema=False).over(self.found) if self.schema_refused else self.found)
        return f"as its answers show: {self.shown}" if str(self.shown) else ""

    def facts(self) -> tuple[Fact, ...]:
        """Always the same four."""
        return tuple(self._fact(name) for name in ("vision", "schema", "images", "thinking"))

    def _fact(self, name: str) -> Fact:
        """Of who has not been seen to think, others may know better: tiny questions need no thoughts."""
        if name == "schema" and self.schema_refused:
            return Fact(name, Support.NO, learned=Learned.ANSWERS)
        sources = {Learned.TRIED: self.tried, Learned.TOLD: self.told, Learned.ANSWERS: self.shown}
        said = {learned: getattr(source, name) for learned, source in sources.items()}
        for learned, value in sorted(said.items(), key=lambda one: one[1] is Thinking.NEVER):
            if value is not None:
                at = self.tried_at if learned is Learned.TRIED else None
                return Fact(name, _answer(value), _detail(value), learned, at)
        return Fact(name, Support.UNKNOWN)


def _answer(value: int | Thinking) -> Support:
    """Whether it can: take pictures, keep to a schema, take several at once, be told not to think."""
    if isinstance(value, Thinking):
        can = value is Thinking.SWITCHABLE
    else:
        can = value if isinstance(value, bool) else value > 1
    return Support.YES if can else Support.NO


def _detail(value: int | Thinking) -> int | str | None:
    if isinstance(value, Thinking):
        return value.name.lower()
    return None if isinstance(value, bool) else value
