"""The broker, shared with Frigate; `client_id` and `topic_prefix` are Frigate's own and never read here."""

from __future__ import annotations

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from config.sections.base import Section


class Mqtt(Section):
    enabled: bool = True
    host: str = Field(default="", max_length=253, validate_default=True)
    port: int = Field(default=1883, ge=1, le=65535)
    user: SecretStr | None = None
    password: SecretStr | None = None
    tls_ca_certs: str | None = None
    tls_client_cert: str | None = None
    tls_client_key: str | None = None
    tls_insecure: bool = False
    qos: int = Field(default=0, ge=0, le=2)

    @field_validator("host")
    @classmethod
    def _somewhere(cls, host: str, info: ValidationInfo) -> str:
        if info.data.get("enabled") and not host:
            raise ValueError("needs a host, or enabled: false")
        return host
