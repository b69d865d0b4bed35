"""The configuration for people and neighbours: Frigate's shape, without a single secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from config.configuration import Config
from config.sections.base import Section
from config.sections.camera import Camera
from config.sections.genai import Genai
from frigate_ext.capture.url import mask_url
from frigate_ext.domain.watch import Watch

FRIGATE_VERSION = "0.18-0"
"""The shape of this document, which Home Assistant's integration chooses its features by."""
MASK = "**********"
"""As pydantic shows a secret."""
_WATCH = TypeAdapter(Watch)
SECRET_NAME = re.compile(r"pass|pwd|secret|token|key|auth|cred|cookie(?!_name)|session|header", re.IGNORECASE)


def redacted(config: Config) -> dict[str, Any]:
    """JSON-like values; keys without a value are left out, as Frigate leaves them out."""
    own = _dump(config.frigate_ext)
    return {
        "version": FRIGATE_VERSION,
        "mqtt": {**_dump(config.mqtt), "topic_prefix": own["topic_prefix"], "client_id": own["topic_prefix"]},
        "cameras": {name: _camera(name, camera) for name, camera in config.cameras.items()},
        "genai": {name: _provider(provider) for name, provider in config.genai.items()},
        "model": {"all_attributes": [], "non_logo_attributes": []},
        "frigate_ext": own,
        "watches": {watch.name: _watch(watch) for watch in config.watches},
    }


def _dump(section: Section) -> dict[str, Any]:
    """Pydantic's JSON, in which every secret has become asterisks."""
    return section.model_dump(mode="json", exclude_none=True)


def _camera(name: str, camera: Camera) -> dict[str, Any]:
    """A camera with the sections that clients of Frigate read without asking whether they are there."""
    document = _dump(camera)
    for item, document_item in zip(camera.ffmpeg.inputs, document["ffmpeg"]["inputs"], strict=True):
        document_item["path"] = mask_url(item.path.get_secret_value())
    return {
        "name": name,
        **document,
        "audio": {"enabled": False, "enabled_in_config": False, "listen": []},
        "live": {"streams": {}},
        "record": {"enabled": False, "enabled_in_config": False},
    }


def _provider(provider: Genai) -> dict[str, Any]:
    document = _dump(provider)
    if provider.base_url is not None:
        document["base_url"] = mask_url(provider.base_url.get_secret_value())
    document["model"] = mask_values(provider.model)
    for options in ("provider_options", "runtime_options"):
        document[options] = mask_values(document[options])
    return document


def mask_values(value: Any, name: str = "") -> Any:
    """Free-form options, masked in addresses and below every key whose name sounds secret."""
    if isinstance(value, Mapping):
        return {key: mask_values(item, f"{name}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [mask_values(item, name) for item in value]
    if SECRET_NAME.search(name):
        return MASK
    return mask_url(value) if isinstance(value, str) else value


def _watch(watch: Watch) -> dict[str, Any]:
    document: dict[str, Any] = _WATCH.dump_python(watch, mode="json")
    for window in document["schedule"]:
        window["days"].sort()
    return document
