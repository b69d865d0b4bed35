"""What a client wants to hear of: topics by MQTT's patterns, and cameras."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LOG = "log"
"""Told only to who names it: patterns don't mean it, since few can use it and it may be much."""
MAX_WISHES = 50
"""Patterns, and names of cameras."""
MAX_LENGTH = 200
"""Characters of each."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Patterns may have `+` for one level and, at the end, `#` for any number. Empty means everything.

    Raises ValueError for what is no pattern, or too much.
    """

    topics: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_topics(self.topics)
        check_names(self.cameras)
        object.__setattr__(self, "_pattern", re.compile("|".join(map(_regex, self.topics or ("#",)))))

    def include(self, topic: str, camera: str | None) -> bool:
        """Whether a message of `topic`, about `camera`, is wanted; one about no camera always passes that."""
        if self.cameras and camera is not None and camera not in self.cameras:
            return False
        return topic in self.topics if topic == LOG else self._pattern.fullmatch(topic) is not None


def _regex(pattern: str) -> str:
    levels = [
        ".*" if level == "#" else "[^/]*" if level == "+" else re.escape(level)
        for level in pattern.split("/")
    ]
    # MQTT: `a/#` means `a` itself, too.
    return "/".join(levels[:-1]) + "(/.*)?" if len(levels) > 1 and levels[-1] == ".*" else "/".join(levels)


def check_topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Return them when each is a pattern; raises ValueError."""
    for pattern in check_names(topics):
        *levels, last = pattern.split("/")
        if any(_is_mixed(level) for level in [*levels, last]) or "#" in levels:
            raise ValueError("'+' and '#' stand for whole levels of a topic, '#' for the last ones")
    return topics


def _is_mixed(level: str) -> bool:
    return len(level) > 1 and ("+" in level or "#" in level)


def check_names(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return them when they are neither too many nor too long; raises ValueError."""
    if len(values) > MAX_WISHES:
        raise ValueError(f"no more than {MAX_WISHES} can be asked for")
    if any(not 1 <= len(value) <= MAX_LENGTH for value in values):
        raise ValueError(f"each must have 1 to {MAX_LENGTH} characters")
    return values
