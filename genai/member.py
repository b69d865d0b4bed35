"""One judge among several: what it may be shown, and how it has been doing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import replace

from frigate_ext.errors import BadReplyError, JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.health import PartHealth, PartState
from genai.account import Account
from genai.breaker import Breaker
from genai.judge import BUDGET_SPENT, CALLED_OFF, Heard, Judge, Judgement, Question
from genai.known import Known

PERSON_SECONDS = 30.0
"""How long a judge that needs a person is left alone."""
_NOT_ITS_FAULT = frozenset({"busy", "closed", "starting", BUDGET_SPENT, CALLED_OFF})
_TIMED_OUT = frozenset({"timeout", "read_timeout", "connect_timeout"})
_HELD_UP = 30.0
"""Seconds that one which held up a look is left alone at most, after the first time."""


class Member:
    """Asks its judge while the circuit is closed; safe to call from several threads."""

    def __init__(
        self,
        judge: Judge,
        *,
        cameras: Collection[str] | None = None,
        answers: Callable[[Question], bool] | None = None,
        account: Account | None = None,
        known: Callable[[], Known] | None = None,
        probe: Callable[[Heard], None] | None = None,
    ) -> None:
        """`cameras` is an allow-list, None for all; `answers` says which questions it is any good at.

        `account` pays for its looks; without one they are free. `known` says what its model can do, if it
        has any. `probe` asks something tiny in the background, to see whether it is back; never blocks.
        """
        self.judge = judge
        self._account = account or Account(judge.name)
        self.known = known
        self._probe = probe
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

    def ask(self, clock: Clock, put: Callable[[Judge], Judgement], *, is_last: bool = True) -> Judgement:
        """What `put` makes of the judge, if it is asked at all, and what that cost. Raises JudgeErrors.

        Whether it is back is found out by this look when it is the last who could answer, else beside it.
        """
        began = clock.now().monotonic
        if not is_last:
            self._find_out(clock, began)
        self._account.pay(began)
        try:
            self._admit(began)
            judgement = self._attempt(clock, put)
        except JudgeError as error:
            error.paid = self._account.settle(error, began)
            raise
        return replace(judgement, paid=self._account.charge(began, judgement.tokens or 0))

    def health(self, now: float) -> PartHealth:
        """The judge's own words and, while it is not asked, why and for how long."""
        health = self.judge.health()
        if spent := self._account.trouble(now):
            return PartHealth(PartState.DEGRADED, f"{health.detail}, {spent}".lstrip(", "))
        with self._lock:
            wait, why = self._breaker.wait(now), self._why
        if not wait:
            return health
        return PartHealth(PartState.DEGRADED, f"{health.detail or why}, asked again in {wait:.0f} s")

    def _attempt(self, clock: Clock, put: Callable[[Judge], Judgement]) -> Judgement:
        """Learn from what comes of it."""
        began = clock.now().monotonic
        try:
            judgement = put(self.judge)
        except BaseException as error:
            self._failed(error, began, clock.now().monotonic)
            raise
        self._answered()
        return judgement

    def _find_out(self, clock: Clock, now: float) -> None:
        """Let the probe through in place of a look that others can answer, for the judge may hang again."""
        with self._lock:
            if self._probe is None or not self._breaker.is_half_open(now):
                return
            self._breaker.admits(now)
        self._probe(lambda error: self._heard(error, now, clock))

    def _heard(self, error: JudgeError | None, began: float, clock: Clock) -> None:
        if error is None:
            self._answered()
        else:
            self._failed(error, began, clock.now().monotonic)

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

    def _failed(self, error: BaseException, began: float, now: float) -> None:
        """One that let a look wait in vain is left alone as long as that took, so that others don't."""
        with self._lock:
            if isinstance(error, BadReplyError):
                self._breaker.succeeded()
            elif isinstance(error, JudgeMisconfiguredError):
                self._open(error, now, PERSON_SECONDS)
            elif isinstance(error, JudgeUnavailableError) and error.kind not in _NOT_ITS_FAULT:
                held_up = min(now - began, _HELD_UP) if error.kind in _TIMED_OUT else 0.0
                self._open(error, now, error.retry_after or held_up)
            else:
                self._breaker.released()

    def _open(self, error: JudgeError, now: float, at_least: float) -> None:
        self._why = str(error)
        self._breaker.failed(now, at_least)
