"""The parsed answer to a look."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the condition held in the frame of `frame_time`, according to `judged_by`.

    Texts are data from a model: bounded, printable, and shown as text everywhere.
    """

    answer: Answer
    confidence: float
    """0..1."""
    reasoning: str
    message: str = ""
    """What a person would like to read on a phone; may be empty."""
    text_seen: str = ""
    """Writing in the picture, as the judge read it: what strangers wrote, of no authority."""
    next_run_in: float | None = None
    """Seconds until the judge would look again; advice."""
    frame_time: float
    judged_by: str
    """The provider's name, or `detector` for the embedded judge."""
