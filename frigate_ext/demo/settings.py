"""The demo's configuration: the same YAML that a user writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_ZONES = {
    "sidewalk": {"friendly_name": "Sidewalk", "coordinates": "0,0.45,1,0.45,1,1,0,1", "inertia": 1},
}


def demo_config(
    *, stream_url: str, mqtt_port: int, web_port: int, data_dir: Path, env: Mapping[str, str]
) -> str:
    """One street camera, a broker, and the model that the environment names, if it names one."""
    document: dict[str, Any] = {
        "mqtt": {"host": "127.0.0.1", "port": mqtt_port},
        "objects": {
            "track": ["person", "car", "bicycle"],
            "filters": {
                "person": {"threshold": 0.6},
                "bicycle": {"threshold": 0.5},
                "car": {"threshold": 0.5},
            },
        },
        "cameras": {
            "street": {
                "ffmpeg": {"inputs": [{"path": stream_url, "roles": ["detect"]}]},
                "detect": {"fps": 5, "max_disappeared": 5},
                "zones": _ZONES,
            }
        },
        "frigate_ext": {
            "data_dir": str(data_dir),
            "web": {"host": "127.0.0.1", "port": web_port},
            # Said explicitly, and possible on loopback only: nobody signs in to a demo.
            "auth": {"enabled": False},
        },
    }
    if env.get("FRIGATE_EXT_VLM_BASE_URL"):
        document["genai"] = {"vlm": _vlm(env)}
    return yaml.safe_dump(document, sort_keys=False)


def _vlm(env: Mapping[str, str]) -> dict[str, Any]:
    """The key is left in the environment: the file only names it."""
    provider = {
        "provider": "openai",
        "base_url": env["FRIGATE_EXT_VLM_BASE_URL"],
        "model": env.get("FRIGATE_EXT_VLM_MODEL", ""),
        "roles": ["watch"],
    }
    if env.get("FRIGATE_EXT_VLM_API_KEY"):
        provider["api_key"] = "{FRIGATE_EXT_VLM_API_KEY}"
    return provider
