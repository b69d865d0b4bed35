"""Which provider judges, and the judge made of it."""

from __future__ import annotations

from collections.abc import Sequence

from genai.judge import Judge
from genai.openai_judge import VlmJudge
from genai.settings import ProviderSettings

ROLES = ("watch", "chat")
"""In order of preference: our own role, then the one Frigate gives to its chat."""


def choose(providers: Sequence[ProviderSettings]) -> ProviderSettings | None:
    """The first provider with the role `watch`, else the first with `chat`; None when there is neither."""
    for role in ROLES:
        for provider in providers:
            if role in provider.roles:
                return provider
    return None


def build_judge(settings: ProviderSettings) -> Judge:
    """A judge ready to be asked; close it. Raises JudgeMisconfiguredError when its address is none."""
    return VlmJudge(settings)
