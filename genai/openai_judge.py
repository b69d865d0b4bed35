"""A vision-language model behind the OpenAI protocol, as a judge."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, replace

from frigate_ext.domain.verdict import Verdict
from frigate_ext.errors import BadReplyError, JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.loop import LoopClosedError, LoopThread
from genai.capabilities import Capabilities, from_answer
from genai.channel import Channel, Reply
from genai.failures import word
from genai.judge import CALLED_OFF, Heard, Judgement, Question
from genai.known import Known
from genai.probe import knock
from genai.prompt import Message, messages, spoken
from genai.scout import Scout
from genai.settings import ProviderSettings
from genai.verdict import parse

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
"""How long `close` waits for the connections to end."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """The last error, since no answer has followed it; `at` is on the monotonic clock."""

    error: JudgeError
    at: float


class VlmJudge:
    """Asks one provider, at most `max_concurrent` looks at a time.

    Never retries: when to try again is the caller's to say. Owns a thread and connections from its making on;
    `close` gives them up.
    """

    wants_images = True

    def __init__(self, settings: ProviderSettings, scout: Scout | None = None) -> None:
        """`scout` is sent at once beside everything else, and again when an answer follows trouble.

        Raises JudgeMisconfiguredError when the address is none.
        """
        self.name = settings.name
        self._total_timeout = settings.total_timeout
        self._slots = threading.BoundedSemaphore(settings.max_concurrent)
        self._channel = Channel(settings)
        self._loop = LoopThread(f"fx-judge-{settings.name}", finish=self._channel.close)
        self._loop.start()
        self._trouble: _Trouble | None = None
        self._scout = scout
        self._shown = Capabilities()
        """What its last answer has shown."""
        if scout is not None:
            self._loop.submit(scout.run(self._channel))

    def judge(self, question: Question, deadline: Deadline) -> Judgement:
        conversation = messages(self._bearable(question))
        prompt = spoken(conversation)
        try:
            judgement = self._judge(question, conversation, deadline)
        except JudgeError as error:
            error.provider, error.model, error.prompt = self.name, self._channel.known_model, prompt
            if not (self._loop.stopping.is_set() or deadline.called_off):
                self._note(error)
            raise
        self._recovered()
        return replace(judgement, prompt=prompt)

    def known(self) -> Known:
        """What its model can do, as far as that is known now."""
        known = self._scout.known if self._scout else Known()
        return replace(known, shown=self._shown, schema_refused=not self._channel.takes_schema)

    def health(self) -> PartHealth:
        trouble, known = self._trouble, self.known()
        if trouble is None:
            blind = known.found.vision is False
            return PartHealth(PartState.DEGRADED if blind else PartState.OK, str(known))
        age = time.monotonic() - trouble.at
        plight = word(trouble.error)
        if isinstance(trouble.error, JudgeMisconfiguredError):
            plight += ", needs a person"
        return PartHealth(PartState.DEGRADED, f"{plight}: {trouble.error} ({age:.0f} s ago)")

    def probe(self, heard: Heard) -> None:
        """Ask something tiny beside everything else, and say from another thread what came of it."""
        try:
            self._loop.submit(self._knock(heard))
        except LoopClosedError:
            heard(self._closed())

    def close(self) -> None:
        self._loop.stop()
        self._loop.join(CLOSE_SECONDS)

    def _judge(self, question: Question, conversation: list[Message], deadline: Deadline) -> Judgement:
        if not self._slots.acquire(timeout=min(self._total_timeout, deadline.remaining())):
            raise JudgeUnavailableError(f"{self.name}: busy with other looks", kind="busy")
        try:
            started = time.monotonic()
            reply = self._ask(conversation, deadline)
            latency = time.monotonic() - started
            self._shown = from_answer(
                reply.text,
                bound=self._channel.takes_schema,
                thoughts=reply.thoughts,
            )
        finally:
            self._slots.release()
        return Judgement(
            verdict=self._verdict(reply, question.frame_time),
            model=reply.model,
            latency=latency,
            tokens=reply.tokens,
            provider=self.name,
            reply=reply.text,
        )

    def _bearable(self, question: Question) -> Question:
        """With no more pictures than the model takes at once, the judged one among them."""
        most = self._scout.known.found.images if self._scout else None
        return replace(question, images=question.images[-most:]) if most else question

    def _ask(self, conversation: list[Message], deadline: Deadline) -> Reply:
        """The reply, or JudgeUnavailableError when its time is over, whatever the server does meanwhile."""
        seconds = min(self._total_timeout, deadline.remaining())
        try:
            future = self._loop.submit(self._channel.ask(conversation))
        except LoopClosedError:
            raise self._closed() from None
        deadline.on_call_off(future.cancel)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise JudgeUnavailableError(
                f"{self.name}: no reply within {seconds:.1f} s", kind="timeout"
            ) from None
        except CancelledError:
            if deadline.called_off:
                raise JudgeUnavailableError(
                    f"{self.name}: the look was called off", kind=CALLED_OFF
                ) from None
            raise self._closed() from None

    def _verdict(self, reply: Reply, frame_time: float) -> Verdict:
        try:
            return parse(reply.text, frame_time=frame_time, judged_by=self.name)
        except BadReplyError as error:
            hint = " (the model hit its limit of tokens)" if reply.cut_off else ""
            bad = BadReplyError(f"{self.name}: {error}{hint}")
            bad.reply, bad.tokens = reply.text, reply.tokens or 0
            raise bad from None

    def _closed(self) -> JudgeUnavailableError:
        return JudgeUnavailableError(f"{self.name}: closed", kind="closed")

    def _note(self, error: JudgeError) -> None:
        level = logging.DEBUG if self._trouble else logging.WARNING
        self._trouble = _Trouble(error, time.monotonic())
        logger.log(level, "The judge gives no verdict, the next look asks again. %s", error)

    def _recovered(self) -> None:
        if self._trouble:
            self._trouble = None
            logger.info("%s gives verdicts again", self.name)
            self._scout_again()

    async def _knock(self, heard: Heard) -> None:
        try:
            await (self._scout.knock(self._channel) if self._scout else knock(self._channel, 1))
        except JudgeError as error:
            self._note(error)
            heard(error)
        except Exception as error:  # the last resort of one probe: somebody waits for what it says
            logger.exception("%s: a probe failed, another one follows", self.name)
            heard(
                JudgeUnavailableError(f"{self.name}: a probe failed: {type(error).__name__}", kind="broken")
            )
        else:
            self._recovered()
            heard(None)

    def _scout_again(self) -> None:
        if self._scout is not None and not self._scout.has_ended:
            with suppress(LoopClosedError):
                self._loop.submit(self._scout.try_again())
