"""One judge among several: what it may be shown, and how it has been doing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from frigate_ext.errors import BadReplyError, JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.health import PartHealth, PartState
from genai.breaker import Breaker
from genai.judge import Judge, Judgement, Question

PERSON_SECONDS = 30.0
"""How long a judge that needs a person is left alone."""
_NOT_ITS_FAULT = frozenset({"busy", "closed"})


class Member:
    """Asks its judge while the circuit is closed; safe to call from several threads."""

    def __init__(
        self,
        judge: Judge,
        *,
        cameras: Collection[str] | None = None,
        answers: Callable[[Question], bool] | None = None,
    ) -> None:
        """`cameras` is an allow-list, None for all; `answers` says which questions it is any good at."""
        self.judge = judge
        self._cameras = cameras
        self._answers = answers
        self._breaker = Breaker()
        self._lock = threading.Lock()
        self._why = ""

    @property
    def name(self) -> str:
        return self.judge.name

    def may_see(self, camera: str) -> bool:
        return self._cameras is None or camera in self._cameras

    def answers(self, question: Question) -> bool:
        return self._answers is None or self._answers(question)

    def ask(self, clock: Clock, put: Callable[[Judge], Judgement]) -> Judgement:
        """What `put` makes of the judge, if it is asked at all. Raises JudgeErrors."""
        self._admit(clock.now().monotonic)
        try:
            judgement = put(self.judge)
        except BaseException as error:
            self._failed(error, clock.now().monotonic)
            raise
        self._answered()
        return judgement

    def health(self, now: float) -> PartHealth:
        """The judge's own words and, while it is left alone, for how long."""
        health = self.judge.health()
        with self._lock:
            wait = self._breaker.wait(now)
        if not wait:
            return health
        return PartHealth(PartState.DEGRADED, f"{health.detail or self._why}, asked again in {wait:.0f} s")

    def _admit(self, now: float) -> None:
        with self._lock:
            if self._breaker.admits(now):
                return
            wait = max(1.0, self._breaker.wait(now))
            raise JudgeUnavailableError(
                f"{self._why}, asked again in {wait:.0f} s", kind="circuit_open", retry_after=wait
            )

    def _answered(self) -> None:
        with self._lock:
            self._breaker.succeeded()

    def _failed(self, error: BaseException, now: float) -> None:
        with self._lock:
            if isinstance(error, BadReplyError):
                self._breaker.succeeded()
            elif isinstance(error, JudgeMisconfiguredError):
                self._open(error, now, PERSON_SECONDS)
            elif isinstance(error, JudgeUnavailableError) and error.kind not in _NOT_ITS_FAULT:
                self._open(error, now, error.retry_after or 0.0)
            else:
                self._breaker.released()

    def _open(self, error: JudgeError, now: float, at_least: float) -> None:
        self._why = str(error)
        self._breaker.failed(now, at_least)
