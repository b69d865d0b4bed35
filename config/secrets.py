"""What must never be shown: every secret of a configuration, in the clear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr

from config.configuration import Config
from config.redact import SECRET_NAME

_CREDENTIALS = "user", "username"


def secrets(config: Config) -> frozenset[str]:
    """Return passwords and keys wherever they stand: by themselves, in addresses, among free-form options."""
    sections = (getattr(config, name) for name in type(config).__dataclass_fields__)
    return frozenset(filter(None, (secret for section in sections for secret in _within(section))))


def _within(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield from _spelled(value.get_secret_value(), name)
    elif isinstance(value, BaseModel):
        for field, item in value:
            yield from _within(item, field)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _within(item, f"{name}.{key}")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _within(item, name)
    elif isinstance(value, str) and SECRET_NAME.search(name):
        yield value


def _spelled(secret: str, name: str) -> Iterator[str]:
    """A name that is kept like a secret is none; an address is one as a whole, and holds one."""
    if name.rpartition(".")[2] in _CREDENTIALS:
        return
    if "://" not in secret:
        yield secret
        return
    try:
        password = urlsplit(secret).password
    except ValueError:
        yield secret
        return
    if password:
        yield from {password, unquote(password)}
