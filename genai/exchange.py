"""A judge that can be exchanged while looks are under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from frigate_ext.errors import JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth
from genai.judge import Judge, Judgement, Question


class _Held:
    """A judge, and how many are asking it."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.asking = 0


class ExchangeableJudge:
    """Asks whoever is there. One that was replaced is closed when its last look has ended."""

    def __init__(self, judge: Judge) -> None:
        self._lock = threading.Lock()
        self._held = _Held(judge)
        self._leaving: list[_Held] = []

    @property
    def current(self) -> Judge:
        return self._held.judge

    @property
    def name(self) -> str:
        return self.current.name

    @property
    def wants_images(self) -> bool:
        return self.current.wants_images

    def judge(self, question: Question, deadline: Deadline) -> Judgement:
        """As each judge; JudgeUnavailableError, too, for a question that was put together for another one."""
        with self._asking() as judge:
            if judge.wants_images and not question.images:
                raise JudgeUnavailableError(f"{judge.name} has just taken over", kind="starting")
            return judge.judge(question, deadline)

    def exchange(self, judge: Judge) -> None:
        """Have this one answer from now on; never waits."""
        with self._lock:
            self._leaving.append(self._held)
            self._held = _Held(judge)
        self._let_go()

    def health(self) -> PartHealth:
        return self.current.health()

    def close(self) -> None:
        """Close those that are leaving, too, whether or not they are being asked."""
        with self._lock:
            judges, self._leaving = [*(held.judge for held in self._leaving), self._held.judge], []
        for judge in judges:
            judge.close()

    @contextmanager
    def _asking(self) -> Iterator[Judge]:
        with self._lock:
            held = self._held
            held.asking += 1
        try:
            yield held.judge
        finally:
            with self._lock:
                held.asking -= 1
            self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            idle = [held for held in self._leaving if not held.asking]
            self._leaving = [held for held in self._leaving if held.asking]
        for held in idle:
            held.judge.close()
