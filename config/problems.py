"""Collects everything that is wrong, so that a person has to come back only once."""

from __future__ import annotations

from config.tree import Place
from frigate_ext.errors import ConfigError, Problem


class Problems:
    """What is wrong, each thing once. Messages never quote a value that may hold a secret."""

    def __init__(self) -> None:
        self._found: set[tuple[Place, str]] = set()
        self._settled: set[Place] = set()

    def add(self, place: Place, message: str) -> None:
        if place not in self._settled:
            self._found.add((place, message))

    def settle(self, place: Place, message: str) -> None:
        """Report the one thing that is wrong here: what follows from it is not worth telling."""
        self.add(place, message)
        self._settled.add(place)

    def check(self) -> None:
        """Raise ConfigError with all of them in file order, if there are any."""
        if self._found:
            raise ConfigError([Problem(str(place), message) for place, message in sorted(self._found)])
