"""A provider as the user configured it, and what follows from that: addresses and request bodies. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from frigate_ext.errors import JudgeMisconfiguredError
from genai.budget import BudgetLimits


class Provider(StrEnum):
    """Who speaks the OpenAI protocol at the other end; the words are Frigate's, but for one."""

    OPENAI = "openai"
    AZURE_OPENAI = "azure_openai"
    OLLAMA = "ollama"
    LLAMACPP = "llamacpp"
    GEMINI = "gemini"
    GGUF = "gguf"
    """llama.cpp in this process; ours, not Frigate's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """`genai.<name>` of the configuration, its `runtime_options` spread out. Timeouts in seconds."""

    name: str
    provider: Provider
    base_url: str | None = None
    """None: where the provider lives by default (azure_openai has no default)."""
    api_key: str | None = field(default=None, repr=False)
    model: str = ""
    """Empty: the one model that the server lists. For gguf, the path or address of the weights."""
    roles: tuple[str, ...] = ()
    provider_options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Options of the client (`CLIENT_OPTIONS`); any other goes into the body of every request."""
    max_concurrent: int = 1
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    """Longest silence of the server, which is all of the time it works on a reply."""
    total_timeout: float = 90.0
    """From sending the question to the reply's last byte, however the server spreads it."""
    request_options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The other keys of `runtime_options`; they go into the body of every request (`temperature`,
    `max_tokens` ...)."""
    cameras: frozenset[str] | None = None
    """Those it may be shown; None: all."""
    budget: BudgetLimits = field(default_factory=BudgetLimits)
    """For its looks alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSettings:
    """`frigate_ext.judge` of the configuration: what the judges are to do together."""

    fallback: tuple[str, ...] = ()
    """Who stands in for the chosen provider, in order: names of providers, or `detector`."""
    allow_remote_fallback: bool = False
    """Whether a remote provider may stand in for a local one, and see what was not to leave the house."""
    budget: BudgetLimits = field(default_factory=BudgetLimits)
    """For the looks of all providers together."""
    try_out: bool | None = None
    """Whether models are tried out at a start, with a few tiny questions, beyond what their servers tell.

    None: those in the house are, others once."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the OpenAI protocol is spoken. `api_version` is set for Azure's dated API alone."""

    base_url: str
    api_version: str | None = None


CLIENT_OPTIONS = frozenset({"organization", "project", "default_headers", "default_query"})
"""Keys of `provider_options` that configure the client."""
_NOT_SENT = CLIENT_OPTIONS | {"base_url", "context_size", "timeout"}
OURS = frozenset({"model", "messages", "response_format", "stream", "n"})
"""What a request's body says by itself, whatever the options say."""

_DEFAULT_URL = {
    Provider.OPENAI: "https://api.openai.com/v1",
    Provider.OLLAMA: "http://localhost:11434/v1",
    Provider.LLAMACPP: "http://localhost:8080/v1",
    Provider.GGUF: "http://127.0.0.1",
    Provider.GEMINI: "https://generativelanguage.googleapis.com/v1beta/openai",
}
_PATH = {
    Provider.OPENAI: "/v1",
    Provider.AZURE_OPENAI: "/openai/v1",
    Provider.OLLAMA: "/v1",
    Provider.LLAMACPP: "/v1",
    Provider.GGUF: "/v1",
    Provider.GEMINI: "/v1beta/openai",
}


def address(settings: ProviderSettings) -> Address:
    """Where to speak: a bare host is given the provider's path, Azure's `?api-version=` its own field.

    Raises JudgeMisconfiguredError for an address that is none.
    """
    given = (
        settings.base_url or settings.provider_options.get("base_url") or _DEFAULT_URL.get(settings.provider)
    )
    parts = _split(settings.name, given)
    version = parse_qs(parts.query).get("api-version", [None])[0]
    if settings.provider is Provider.AZURE_OPENAI and version:
        return Address(urlunsplit((parts.scheme, parts.netloc, "", "", "")), version)
    path = parts.path.rstrip("/") or _PATH[settings.provider]
    return Address(urlunsplit((parts.scheme, parts.netloc, path, parts.query, "")))


def _split(name: str, url: object) -> SplitResult:
    text = url.strip() if isinstance(url, str) else ""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        usable = usable and text.isprintable() and " " not in text
    except ValueError:
        usable = False
    if not usable:
        raise JudgeMisconfiguredError(f"{name}: base_url must be an http:// or https:// address")
    return parts


def check(settings: ProviderSettings) -> None:
    """Raise JudgeMisconfiguredError for what could not be sent, before anyone waits for an answer."""
    if not _is_plain(settings.api_key or ""):
        raise JudgeMisconfiguredError(f"{settings.name}: api_key holds characters that no key has")
    for option, value in client_options(settings).items():
        texts = value if option in {"default_headers", "default_query"} else {option: value}
        if not isinstance(texts, Mapping) or not all(map(_is_plain, [*texts, *texts.values()])):
            raise JudgeMisconfiguredError(f"{settings.name}: provider_options.{option} must be plain text")
    try:
        json.dumps(body_options(settings), allow_nan=False)
    except (TypeError, ValueError):
        raise JudgeMisconfiguredError(f"{settings.name}: the options must be plain JSON values") from None


def _is_plain(value: object) -> bool:
    """Whether it can stand in a header of HTTP."""
    return isinstance(value, str) and value.isascii() and value.isprintable()


def client_options(settings: ProviderSettings) -> dict[str, Any]:
    """What the user tells the client itself."""
    return {key: value for key, value in settings.provider_options.items() if key in CLIENT_OPTIONS}


def body_options(settings: ProviderSettings) -> dict[str, Any]:
    """What the user adds to every request's body; `runtime_options` win over `provider_options`.

    Frigate's `options` for Ollama's own API are lifted, for its OpenAI endpoint wants them at the top.
    """
    options = {**settings.provider_options, **settings.request_options}
    if settings.provider is Provider.OLLAMA and isinstance(options.get("options"), Mapping):
        options = {**options.pop("options"), **options}
    return {key: value for key, value in options.items() if key not in _NOT_SENT | OURS}
