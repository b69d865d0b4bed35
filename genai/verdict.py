"""Reads a verdict from whatever a model said. Total: a verdict or a BadReplyError, for any text at all.

The rules, in order:

1. Only a JSON object can carry a verdict; thoughts, prose and fences around it do not count (see
   `loose_json`).
2. Every value of a `verdict` or `condition_met` key, in any object at any depth, is a *statement*. A
   repeated key makes two. All statements must say the same; where they don't, the verdict is *unsure*.
3. A statement is one of a few words (or true, false, null). Anything else, numbers included, is a bad
   reply, and so is an object that can't be read but names one of the keys: what it says could contradict
   the rest.
4. So *met* needs an explicit affirmative and nothing that speaks against it. A *met* of no confidence at
   all is *unsure*.
5. Everything but the verdict is optional and comes from the last object that carries one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.errors import BadReplyError
from genai.loose_json import Broken, Pairs, every_object, objects

MAX_REPLY = 262_144
"""Characters a reply may have, thoughts included; a longer one is refused unread."""
MAX_REASONING = 500
"""Characters kept of `reasoning`."""
MAX_MESSAGE = 200
"""Characters kept of `message`."""
MAX_TEXT_SEEN = 200
"""Characters kept of `text_seen`."""
DEFAULT_CONFIDENCE = 0.5
"""What a verdict without a readable confidence is taken to have."""
MAX_NEXT_RUN_IN = 86_400.0
"""Seconds; advice beyond a day is a day."""

_VERDICT_KEYS = {"verdict", "conditionmet"}
_ANSWERS = {
    **dict.fromkeys(("met", "yes", "true"), Answer.MET),
    **dict.fromkeys(("not met", "notmet", "unmet", "no", "false"), Answer.NOT_MET),
    **dict.fromkeys(("unsure", "uncertain", "unknown", "unclear", "maybe", "null", "none"), Answer.UNSURE),
}
_NUMBER = re.compile(r"\s*(\d{1,12}(?:[.,]\d{1,12})?)\s*(%|s|sec|secs|second|seconds)?\s*", re.IGNORECASE)
_MENTION = re.compile(r"verdict|condition[\W_]*met", re.IGNORECASE)


def parse(text: str, *, frame_time: float, judged_by: str) -> Verdict:
    """The verdict in `text`; raises BadReplyError (and nothing else) when there is none to be read."""
    if len(text) > MAX_REPLY:
        raise BadReplyError(f"the reply is too long: {len(text)} characters")
    carrier, statements = _statements(text)
    answer = statements[0] if len(set(statements)) == 1 else Answer.UNSURE
    confidence = _confidence(_field(carrier, "confidence"))
    if answer is Answer.MET and confidence == 0.0:
        answer = Answer.UNSURE
    return Verdict(
        answer=answer,
        confidence=confidence,
        reasoning=clean(_field(carrier, "reasoning"), MAX_REASONING),
        message=clean(_field(carrier, "message", "notificationmessage"), MAX_MESSAGE),
        text_seen=clean(_joined(_field(carrier, "textseen")), MAX_TEXT_SEEN),
        next_run_in=_seconds(_field(carrier, "nextrunin")),
        frame_time=frame_time,
        judged_by=judged_by,
    )


def clean(text: object, limit: int) -> str:
    """`text` on one line of at most `limit` printable characters; '' for anything but text."""
    if not isinstance(text, str):
        return ""
    head = text[: limit * 4]
    printable = "".join(" " if unicodedata.category(char).startswith("C") else char for char in head)
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "\u2026"


def _statements(text: str) -> tuple[Pairs, Sequence[Answer]]:
    """The last object that carries a statement, and every statement made."""
    carrier, statements = None, []
    for item in objects(text):
        if isinstance(item, Broken):
            _refuse_if_it_matters(item)
            continue
        for inner in every_object(item):
            said = [_answer(value) for key, value in inner if _plain(key) in _VERDICT_KEYS]
            carrier = inner if said else carrier
            statements += said
    if carrier is None:
        raise BadReplyError(f"no verdict in the reply: {clean(text, 120) or 'it is empty'}")
    return carrier, statements


def _refuse_if_it_matters(item: Broken) -> None:
    if _MENTION.search(item.text):
        what = "the reply is cut off" if item.cut_off else "the reply is not readable JSON"
        raise BadReplyError(f"{what}: {clean(item.text, 120)}")


def _answer(value: object) -> Answer:
    word = str(value) if value is None or isinstance(value, str | bool) else ""
    plain = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", word[:64])).strip().casefold()
    if plain in _ANSWERS:
        return _ANSWERS[plain]
    raise BadReplyError(f"the verdict is not one: {clean(value, 60) or type(value).__name__}")


def _plain(key: str) -> str:
    return re.sub(r"[\W_]+", "", key[:64]).casefold()


def _field(carrier: Pairs, *names: str) -> object:
    """The last value of a key with one of these plain names; None when absent."""
    return next((value for key, value in reversed(carrier) if _plain(key) in names), None)


def _joined(value: object) -> object:
    """One text of a list of texts, as models like to write several signs."""
    if not isinstance(value, list) or isinstance(value, Pairs):
        return value
    return " / ".join(item for item in value if isinstance(item, str))


def _number(value: object) -> tuple[float, str] | None:
    """A finite number >= 0 and its unit ('' when it has none)."""
    if isinstance(value, str) and (found := _NUMBER.fullmatch(value[:64])):
        return float(found[1].replace(",", ".")), (found[2] or "").lower()
    if isinstance(value, float) and math.isfinite(value) and value >= 0:
        return value, ""
    return None


def _confidence(value: object) -> float:
    """0..1. Numbers over 1 are percentages, as models often write them; over 100 they mean nothing."""
    number, unit = _number(value) or (math.inf, "")
    share = number / 100 if unit == "%" or number > 1 else number
    return share if share <= 1 and unit in ("", "%") else DEFAULT_CONFIDENCE


def _seconds(value: object) -> float | None:
    number, unit = _number(value) or (None, "")
    return None if number is None or unit == "%" else min(number, MAX_NEXT_RUN_IN)
