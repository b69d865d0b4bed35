"""Parts of the program that go on by other settings while it runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from config.configuration import Config

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Setting(Generic[T]):
    """What one part goes by: read out of a configuration, and brought about where it has changed.

    What could not be brought about is tried again with the next configuration.
    """

    def __init__(
        self, name: str, read: Callable[[Config], T], bring_about: Callable[[T], object], config: Config
    ) -> None:
        """`config` is what the part was made by; `name` is for people."""
        self.name = name
        self._read = read
        self._bring_about = bring_about
        self._in_force = read(config)

    def differs(self, config: Config) -> bool:
        """Whether the part would have to go by something else."""
        return self._read(config) != self._in_force

    def become(self, config: Config) -> None:
        """Raises whatever bringing it about raises."""
        wanted = self._read(config)
        if wanted != self._in_force:
            self._bring_about(wanted)
            self._in_force = wanted


def bring_about(settings: Iterable[Setting[object]], config: Config) -> list[str]:
    """Have each setting become what it is in `config`, in order; returns what failed, in words.

    One that fails keeps none of the others.
    """
    failures: list[str] = []
    for setting in settings:
        try:
            setting.become(config)
        except Exception as error:
            logger.exception("the new configuration does not hold for: %s", setting.name)
            failures.append(f"{setting.name}: {error}"[:300])
    return failures
