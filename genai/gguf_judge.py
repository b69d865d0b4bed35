"""A model that runs here, as a judge: fetched, loaded and asked, with nothing to install beside."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from frigate_ext.errors import JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.worker import Worker
from genai.gguf_engine import MODEL, Engine, start_engine
from genai.gguf_weights import GgufOptions, gguf_options, obtain
from genai.judge import Heard, Judgement, Question
from genai.known import Known
from genai.openai_judge import CLOSE_SECONDS, VlmJudge
from genai.scout import Scout
from genai.settings import Provider, ProviderSettings

logger = logging.getLogger(__name__)

_ASK_AGAIN = 5.0
"""Seconds after which a look may find the model loaded."""


class _StoppedError(Exception):
    """Ends a download that nobody waits for any more."""


class GgufJudge(Worker):
    """Implements `Judge`; its thread fetches and loads, and holds the engine until `close`."""

    wants_images = True

    def __init__(self, settings: ProviderSettings, cache: Path, scout: Scout | None = None) -> None:
        """Raises JudgeMisconfiguredError when the settings can't be meant."""
        super().__init__(f"fx-gguf-{settings.name}")
        self._options = gguf_options(settings)
        self.name = settings.name
        self._settings = settings
        self._cache = cache
        self._scout = scout
        self._judge: VlmJudge | None = None
        self._trouble: JudgeError = JudgeUnavailableError(
            f"{self.name}: being loaded", kind="starting", retry_after=_ASK_AGAIN
        )
        self.start()

    def judge(self, question: Question, deadline: Deadline) -> Judgement:
        """As a VlmJudge's; unavailable (`starting`, `download`) until the model is loaded."""
        judge = self._judge
        if judge is None:
            raise self._trouble
        return judge.judge(question, deadline)

    def health(self) -> PartHealth:
        if self._judge is not None:
            return self._judge.health()
        return PartHealth(PartState.DEGRADED, str(self._trouble))

    def known(self) -> Known:
        """What the model can do; nothing is known until it is loaded."""
        return self._judge.known() if self._judge is not None else Known()

    def probe(self, heard: Heard) -> None:
        """As a VlmJudge's, once the model is loaded."""
        if self._judge is not None:
            self._judge.probe(heard)
        else:
            heard(self._trouble)

    def close(self) -> None:
        self.stop()
        if judge := self._judge:
            judge.close()
        self.join(CLOSE_SECONDS)

    def run(self) -> None:
        engine = self._engine(self._options)
        if engine is None:
            return
        judge = VlmJudge(_to(engine, self._settings), self._scout)
        self._judge = judge
        logger.info("%s: %s is loaded", self.name, self._options.model.name)
        self.stopping.wait()
        judge.close()

    def died(self, error: Exception) -> None:
        self._trouble = JudgeMisconfiguredError(f"{self.name}: its thread died: {error}", kind="broken")

    def _engine(self, options: GgufOptions) -> Engine | None:
        """Tries until it works or nobody waits any more; None then, and where a person is needed."""
        backoff = Backoff(first=60.0, cap=3600.0, failures=1)
        while not self.stopping.is_set():
            try:
                return start_engine(
                    obtain(options.model, self._cache, self._tell),
                    obtain(options.vision, self._cache, self._tell),
                    context=options.context,
                    threads=options.threads,
                    parallel=self._settings.max_concurrent,
                )
            except _StoppedError:
                return None
            except JudgeMisconfiguredError as error:
                self._trouble = JudgeMisconfiguredError(f"{self.name}: {error}", kind="weights")
                logger.warning(
                    "%s; it judges nothing until that is put right and we are started again", error
                )
                return None
            except JudgeUnavailableError as error:
                delay = backoff.next_delay()
                self._trouble = JudgeUnavailableError(
                    f"{self.name}: {error}", kind=error.kind, retry_after=_ASK_AGAIN
                )
                logger.warning("%s; trying again in %.0f s", self._trouble, delay)
                self.stopping.wait(delay)
        return None

    def _tell(self, done: int, total: int | None) -> None:
        """Progress of a download, in the words of `health`."""
        if self.stopping.is_set():
            raise _StoppedError
        share = f"{100 * done // total} %" if total else f"{done / 1e6:.0f} MB"
        self._trouble = JudgeUnavailableError(
            f"{self.name}: being downloaded, {share}", kind="starting", retry_after=_ASK_AGAIN
        )


def _to(engine: Engine, settings: ProviderSettings) -> ProviderSettings:
    """The settings that lead to the engine."""
    return replace(
        settings,
        provider=Provider.LLAMACPP,
        base_url=engine.url,
        api_key=engine.api_key,
        model=MODEL,
        provider_options={},
    )
