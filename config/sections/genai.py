"""A provider of models. Frigate's own roles are accepted; ours is `watch`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, SecretStr, field_validator

from config.sections.base import Section
from genai.settings import Provider

Role = Literal["watch", "chat", "descriptions", "embeddings", "vision", "tools"]


class RuntimeOptions(Section):
    """Timeouts in seconds. Any other option goes into the provider's requests."""

    free_form: ClassVar[bool] = True
    model_config = ConfigDict(extra="allow")

    max_concurrent: int = Field(default=1, ge=1, le=64)
    connect_timeout: float = Field(default=5.0, gt=0, le=600)
    read_timeout: float | None = Field(default=None, gt=0, le=3600)
    """None, here and below: longer for models in the house."""
    total_timeout: float | None = Field(default=None, gt=0, le=3600)


class Budget(Section):
    """What looks may cost; a key that is not there sets no limit."""

    looks_per_minute: int | None = Field(default=None, ge=1, le=10_000_000)
    looks_per_hour: int | None = Field(default=None, ge=1, le=10_000_000)
    looks_per_day: int | None = Field(default=None, ge=1, le=10_000_000)
    tokens_per_day: int | None = Field(default=None, ge=1, le=1_000_000_000_000)


class Genai(Section):
    provider: Provider
    base_url: SecretStr | None = None
    """May hold a user and a password."""
    api_key: SecretStr | None = None
    model: str = Field(default="", max_length=1000, repr=False)
    """For gguf it may be an address, with a key in it."""
    roles: tuple[Role, ...] = ("embeddings", "descriptions", "chat")
    """As in Frigate; `chat` serves where no provider has `watch`."""
    provider_options: dict[str, Any] = Field(default_factory=dict, repr=False)
    runtime_options: RuntimeOptions = Field(default_factory=RuntimeOptions, repr=False)

    cameras: tuple[str, ...] | None = None
    """Ours, not Frigate's: those it may be shown; None: all."""
    budget: Budget = Field(default_factory=Budget)
    """Ours, not Frigate's."""

    @field_validator("roles", "cameras", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value
