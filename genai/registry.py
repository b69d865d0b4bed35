"""Who judges, in which order, and the judge made of them."""

from __future__ import annotations

from collections.abc import Sequence

from frigate_ext.errors import JudgeMisconfiguredError
from frigate_ext.runtime.cache import cache_dir
from genai.detector.judge import NAME as DETECTOR
from genai.detector.judge import DetectorJudge
from genai.fallback import FallbackJudge
from genai.gguf_judge import GgufJudge
from genai.gguf_weights import gguf_options
from genai.judge import Judge
from genai.locality import is_local
from genai.member import Member
from genai.openai_judge import Probe, VlmJudge
from genai.probe import ask_server, try_out
from genai.purse import Purse
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


def build(providers: Sequence[ProviderSettings], settings: JudgeSettings) -> Judge:
    """A judge ready to be asked; close it. Raises JudgeMisconfiguredError, see `chain`."""
    order = chain(providers, settings)
    if order == (None,):
        return DetectorJudge()
    everybody = Purse("all providers", settings.budget)
    probe = try_out if settings.try_out else ask_server
    return FallbackJudge([_member(provider, everybody, probe) for provider in order])


def build_judge(settings: ProviderSettings, probe: Probe | None = None) -> Judge:
    """One provider's judge alone; close it. Raises JudgeMisconfiguredError, see `check`."""
    if settings.provider is Provider.GGUF:
        return GgufJudge(settings, cache_dir(), probe)
    return VlmJudge(settings, probe)


def check(settings: ProviderSettings) -> None:
    """Raise JudgeMisconfiguredError where no judge can be made of a provider, before one is."""
    if settings.provider is Provider.GGUF:
        gguf_options(settings)
    else:
        address(settings)


def _member(provider: ProviderSettings | None, everybody: Purse, probe: Probe) -> Member:
    """Among others the detector costs nothing, and leaves to them what it does not understand."""
    if provider is not None:
        purses = (Purse(provider.name, provider.budget), everybody)
        return Member(build_judge(provider, probe), cameras=provider.cameras, purses=purses)
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
