"""Several judges as one: the first that can answer does, and its name stands in the verdict."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace

from frigate_ext.errors import JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Clock, Deadline, SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from genai.breaker import spread
from genai.failures import paid_for, pause, together
from genai.judge import Judge, Judgement, Question
from genai.known import Fact
from genai.member import Member

logger = logging.getLogger(__name__)

MIN_SECONDS = 1.0
"""With less time left nobody else is asked."""


class FallbackJudge:
    """Asks its members in order; the first is who should answer, the others stand in.

    A member is passed over where its allow-list lacks the camera, where it can't answer the question, while
    its circuit is open and while its budget is spent. One that fails in a passing way is asked once more.
    `close` closes them all.
    """

    def __init__(self, members: Sequence[Member], *, clock: Clock | None = None) -> None:
        """`members` has at least one."""
        self.name = members[0].name
        self.wants_images = any(member.judge.wants_images for member in members)
        self._members = tuple(members)
        self._clock = clock or SystemClock()
        self._closing = threading.Event()
        self._answering: dict[str, str] = {}
        """Who gave the last verdict, by camera."""

    def judge(self, question: Question, deadline: Deadline) -> Judgement:
        """Raises what all have to say together when none of them answers; see `failures.together`."""
        failures: list[JudgeError] = []
        allowed = self._allowed(question)
        for member in allowed:
            if failures and deadline.remaining() < MIN_SECONDS:
                break
            try:
                judgement = member.ask(
                    self._clock,
                    lambda judge: self._persist(judge, question, deadline),
                    is_last=member is allowed[-1],
                )
            except JudgeError as error:
                failures.append(error)
            else:
                self._tell(question.camera.name, member.name, failures)
                instead = together(failures) if failures else None
                return replace(judgement, instead=instead, paid=(*paid_for(failures), *judgement.paid))
        raise together(failures)

    def health(self) -> PartHealth:
        """Degraded as soon as one member is, with all by name."""
        parts = self.members()
        detail = "; ".join(f"{name}: {part.detail or part.state.value}" for name, part in parts.items())
        well = all(part.state is PartState.OK for part in parts.values())
        return PartHealth(PartState.OK if well else PartState.DEGRADED, detail)

    def members(self) -> dict[str, PartHealth]:
        """How each is by itself, in the order in which they are asked."""
        now = self._clock.now().monotonic
        return {member.name: member.health(now) for member in self._members}

    def facts(self) -> dict[str, tuple[Fact, ...]]:
        """What the model of each can do; who has none is left out."""
        return {member.name: member.known().facts() for member in self._members if member.known}

    def close(self) -> None:
        self._closing.set()
        for member in self._members:
            member.judge.close()

    def _allowed(self, question: Question) -> list[Member]:
        camera = question.camera.name
        allowed = [member for member in self._members if member.may_see(camera)]
        able = [member for member in allowed if member.answers(question)]
        if not able:
            why = "none of the judges may see" if not allowed else "none of the judges can answer this about"
            raise JudgeMisconfiguredError(f"{why} the camera {camera}", kind="nobody")
        return able

    def _persist(self, judge: Judge, question: Question, deadline: Deadline) -> Judgement:
        """Ask, and once more where the trouble may have passed and time is left for it."""
        try:
            return judge.judge(question, deadline)
        except JudgeUnavailableError as error:
            wait = pause(error, spread())
            if wait is None or deadline.remaining() < wait + MIN_SECONDS or self._closing.wait(wait):
                raise
        return judge.judge(question, deadline)

    def _tell(self, camera: str, name: str, failures: Sequence[JudgeError]) -> None:
        """Log each change of who answers, once."""
        before = self._answering.get(camera, name if not failures else "")
        self._answering[camera] = name
        if name == before:
            return
        if failures:
            logger.warning("%s: %s answers now, for this reason: %s", camera, name, together(failures))
        else:
            logger.info("%s: %s answers again", camera, name)
