"""Who judges, in which order, and the judge made of them."""

from __future__ import annotations

from collections.abc import Sequence

from frigate_ext.errors import JudgeMisconfiguredError
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.clock import Clock, SystemClock
from genai.account import Account
from genai.detector.judge import NAME as DETECTOR
from genai.detector.judge import DetectorJudge
from genai.fallback import FallbackJudge
from genai.gguf_judge import GgufJudge
from genai.gguf_weights import gguf_options
from genai.judge import Judge
from genai.locality import is_local
from genai.member import Member
from genai.openai_judge import VlmJudge
from genai.purse import Purse
from genai.scout import Memory, Scout
from genai.settings import JudgeSettings, Provider, ProviderSettings, address

ROLES = ("watch", "chat")
"""In order of preference: our own role, then the one Frigate gives to its chat."""


def choose(providers: Sequence[ProviderSettings]) -> ProviderSettings | None:
    """The first provider with the role `watch`, else the first with `chat`; None when there is neither."""
    for role in ROLES:
        for provider in providers:
            if role in provider.roles:
                return provider
    return None


def chain(
    providers: Sequence[ProviderSettings], settings: JudgeSettings
) -> tuple[ProviderSettings | None, ...]:
    """Who is asked, in order; None is the detector, which is alone where nobody else is.

    Raises JudgeMisconfiguredError where a name is unknown or stands twice, and where a remote provider would
    be shown what was for a local one.
    """
    by_name: dict[str, ProviderSettings | None] = {provider.name: provider for provider in providers}
    chosen = choose(providers)
    names = [*([chosen.name] if chosen else []), *settings.fallback] or [DETECTOR]
    if DETECTOR in by_name and DETECTOR in names:
        raise JudgeMisconfiguredError(
            f"'{DETECTOR}' is the embedded judge's name; call the provider otherwise"
        )
    by_name[DETECTOR] = None
    for position, name in enumerate(names):
        if name not in by_name:
            raise JudgeMisconfiguredError(f"fallback: there is no provider '{name}' in genai")
        if name in names[:position]:
            raise JudgeMisconfiguredError(f"fallback: '{name}' is asked before already")
    order = tuple(by_name[name] for name in names)
    if not settings.allow_remote_fallback:
        _refuse_leaks(order)
    return order


def build(
    providers: Sequence[ProviderSettings],
    settings: JudgeSettings,
    memory: Memory,
    clock: Clock | None = None,
) -> Judge:
    """A judge ready to be asked, who knows what was spent before; close it.

    Raises JudgeMisconfiguredError, see `chain`, and StoreError.
    """
    order = chain(providers, settings)
    if order == (None,):
        return DetectorJudge()
    clock = clock or SystemClock()
    now, spent = clock.now(), memory.spent()
    names = {provider.name for provider in order if provider}
    everybody = Purse("all providers", settings.budget)
    everybody.restore((one for one in spent if one.judged_by in names), now)

    def member(provider: ProviderSettings) -> Member:
        own = Purse(provider.name, provider.budget)
        own.restore((one for one in spent if one.judged_by == provider.name), now)
        account = Account(provider.name, (own, everybody))
        scout = Scout(provider, wanted=settings.try_out, memory=memory, account=account, clock=clock)
        judge = build_judge(provider, scout)
        return Member(judge, cameras=provider.cameras, account=account, known=judge.known, probe=judge.probe)

    return FallbackJudge([member(provider) if provider else _detector() for provider in order], clock=clock)


def build_judge(settings: ProviderSettings, scout: Scout | None = None) -> VlmJudge | GgufJudge:
    """One provider's judge alone; close it. Raises JudgeMisconfiguredError, see `check`."""
    if settings.provider is Provider.GGUF:
        return GgufJudge(settings, cache_dir(), scout)
    return VlmJudge(settings, scout)


def check(settings: ProviderSettings) -> None:
    """Raise JudgeMisconfiguredError where no judge can be made of a provider, before one is."""
    if settings.provider is Provider.GGUF:
        gguf_options(settings)
    else:
        address(settings)


def _detector() -> Member:
    """Among others the detector costs nothing, and leaves to them what it does not understand."""
    detector = DetectorJudge()
    return Member(detector, answers=lambda asked: detector.understands(asked.condition, asked.camera) is None)


def _refuse_leaks(order: Sequence[ProviderSettings | None]) -> None:
    for position, later in enumerate(order):
        if later is None or is_local(later):
            continue
        for earlier in order[:position]:
            if (earlier is None or is_local(earlier)) and _share_a_camera(earlier, later):
                first = earlier.name if earlier else DETECTOR
                raise JudgeMisconfiguredError(
                    f"fallback: '{later.name}' is remote and would be shown what is for '{first}', which is "
                    "local; say allow_remote_fallback: true if it may"
                )


def _share_a_camera(one: ProviderSettings | None, other: ProviderSettings) -> bool:
    """Whether both may be shown some camera."""
    if one is None or one.cameras is None or other.cameras is None:
        return True
    return bool(one.cameras & other.cameras)
