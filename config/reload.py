"""Takes a changed configuration over while everything runs; one that is wrong is refused."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from config.changes import Changes, changes
from config.configuration import Config
from config.files import Files, Stillness
from config.load import load
from frigate_ext.errors import ConfigError, ConflictError, Problem
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

_LOOK_EVERY = 0.5
_APPLY_WITHIN = 30.0
"""Seconds that who asks for it waits; no part needs as long."""
_SHOWN = 3
"""Problems in one line."""


class ReloadState(StrEnum):
    IN_FORCE = "in_force"
    """What the files say holds."""
    REFUSED = "refused"
    """The files are wrong: what held before goes on."""
    INCOMPLETE = "incomplete"
    """Some part could not go on by it, and goes on as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of reading the files, or would come of it."""

    state: ReloadState
    problems: tuple[Problem, ...] = ()
    """All that is wrong, in the order of the files; only where it is refused."""
    changes: Changes = field(default_factory=Changes)
    failures: tuple[str, ...] = ()
    """Parts that could not go on by it, with the reason."""
    time: float
    """Epoch seconds."""


class Reloader(Worker):
    """One reload at a time, in its own thread: for the files when they change, and for whoever asks."""

    def __init__(
        self,
        config: Config,
        paths: Sequence[Path],
        env: Mapping[str, str],
        *,
        apply: Callable[[Config], Sequence[str]],
        told: Callable[[Outcome], None],
    ) -> None:
        """`config` is what was started with; `apply` returns what failed, `told` must not block."""
        super().__init__("fx-config")
        self._started = self._config = config
        self._paths = tuple(paths)
        self._env = env
        self._apply = apply
        self._told = told
        self._files = Files(paths, env)
        self._stillness = Stillness()
        self._asked: queue.SimpleQueue[Future[Outcome] | None] = queue.SimpleQueue()
        self._outcome = Outcome(state=ReloadState.IN_FORCE, time=time.time())

    @property
    def config(self) -> Config:
        """What holds."""
        return self._config

    @property
    def outcome(self) -> Outcome:
        """Of the last reload; what it changed, and what waits for the next start."""
        return self._outcome

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order in which they are read."""
        return self._paths

    def check(self, texts: Mapping[Path, str]) -> Outcome:
        """What would come of it if these files held these texts; changes nothing. For any thread."""
        return self._read(texts)[1]

    def reload(self) -> Outcome:
        """Take over what the files say now; blocks until that is done, for any thread.

        Raises ConflictError (`reload_busy`) where that takes unusually long, it goes on all the same; and
        while the program ends.
        """
        asked: Future[Outcome] = Future()
        self._asked.put(asked)
        if self.stopping.is_set():
            asked.cancel()
        try:
            return asked.result(_APPLY_WITHIN)
        except (FutureTimeoutError, CancelledError) as error:
            raise ConflictError("the configuration is still being applied", code="reload_busy") from error

    def kick(self) -> None:
        """Reload soon; never blocks, and may be called by a signal handler."""
        self._asked.put(Future())

    def health(self) -> PartHealth:
        """Degraded while the files say something that does not hold."""
        outcome = self._outcome
        if outcome.state is ReloadState.REFUSED:
            return PartHealth(PartState.DEGRADED, f"refused, the old one goes on: {_shown(outcome.problems)}")
        if outcome.state is ReloadState.INCOMPLETE:
            return PartHealth(PartState.DEGRADED, f"not in force everywhere: {'; '.join(outcome.failures)}")
        waiting = ", ".join(outcome.changes.next_start)
        return PartHealth(PartState.OK, f"takes effect at the next start: {waiting}" if waiting else "")

    def wake(self) -> None:
        self._asked.put(None)

    def died(self, error: Exception) -> None:
        failure = f"changes are not noticed any more: {error}"
        self._outcome = Outcome(state=ReloadState.INCOMPLETE, failures=(failure,), time=time.time())

    def run(self) -> None:
        while not self.stopping.is_set():
            asked = self._next()
            if asked is not None:
                self._stillness.known(self._files.fingerprint())
                asked.set_result(self._take_over())
            elif self._stillness.step(time.monotonic(), self._files.fingerprint()):
                self._take_over()
        self._refuse_waiting()

    def _next(self) -> Future[Outcome] | None:
        """Who asks, or None when it is time to look."""
        try:
            asked = self._asked.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            return None
        return asked if asked is not None and asked.set_running_or_notify_cancel() else None

    def _take_over(self) -> Outcome:
        config, outcome = self._read({})
        if config is not None:
            failures = tuple(self._apply(config))
            self._config = config
            state = ReloadState.INCOMPLETE if failures else ReloadState.IN_FORCE
            outcome = Outcome(state=state, changes=outcome.changes, failures=failures, time=outcome.time)
        before = self._outcome
        if _is_news(before, outcome):
            self._outcome = outcome
            _log(before, outcome)
            self._told(outcome)
        return outcome

    def _read(self, texts: Mapping[Path, str]) -> tuple[Config | None, Outcome]:
        """The configuration, if it is sound, and what would come of it."""
        now = time.time()
        try:
            config = load(self._paths, self._env, texts)
            self._refuse_emptiness(config)
        except ConfigError as error:
            waiting = Changes(next_start=self._outcome.changes.next_start)
            problems = tuple(error.problems)
            return None, Outcome(state=ReloadState.REFUSED, problems=problems, changes=waiting, time=now)
        different = changes(self._started, self._config, config)
        return config, Outcome(state=ReloadState.IN_FORCE, changes=different, time=now)

    def _refuse_emptiness(self, config: Config) -> None:
        """A file that was cut off is no wish to let go of everything. Raises ConfigError."""
        if self._config.cameras and not (config.cameras or config.watches or config.genai):
            raise ConfigError([Problem(str(self._paths[-1]), "there is nothing in it any more")])

    def _refuse_waiting(self) -> None:
        while not self._asked.empty():
            if (asked := self._asked.get()) is not None:
                asked.cancel()


def _is_news(before: Outcome, after: Outcome) -> bool:
    return bool(after.changes.live) or _condition(before) != _condition(after)


def _condition(outcome: Outcome) -> tuple[object, ...]:
    return outcome.state, outcome.problems, outcome.failures, outcome.changes.next_start


def _log(before: Outcome, after: Outcome) -> None:
    if after.state is ReloadState.REFUSED:
        found = "; ".join(map(str, after.problems))
        logger.warning("the changed configuration is refused, the old one goes on: %s", found)
        return
    if before.state is not ReloadState.IN_FORCE and after.state is ReloadState.IN_FORCE:
        logger.info("the configuration is fine again")
    if after.changes.live:
        logger.info("the configuration has changed: %s", "; ".join(after.changes.live))
    if after.changes.next_start:
        logger.warning("takes effect at the next start: %s", ", ".join(after.changes.next_start))


def _shown(problems: Sequence[Problem]) -> str:
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return "; ".join(map(str, problems[:_SHOWN])) + more
