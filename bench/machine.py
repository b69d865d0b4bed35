"""What the figures were measured on; nothing that names the machine or its owner."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8")
_BFLOAT16 = {"avx512_bf16", "amx_bf16"}
_PACKAGES = (
    "numpy",
    "scipy",
    "opencv-python",
    "openvino",
    "torch",
    "ultralytics",
    "norfair",
    "simplejpeg",
    "pyzmq",
    "msgspec",
    "peewee",
    "paho-mqtt",
    "openai",
)
_THREADS = ("OMP_", "OPENBLAS_", "MKL_", "NVPL_", "KMP_")
"""What variables that steer numerical libraries begin with."""


def describe() -> dict[str, Any]:
    """The `machine` of the results, as it is now: call it before the measuring begins."""
    name, flags = _cpu()
    return {
        "cpu": name,
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "flags": [flag for flag in _FLAGS if flag in flags],
        "bfloat16": computes_in_bfloat16(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {package: found for package in _PACKAGES if (found := _version(package))},
        "environment": {name: value for name, value in os.environ.items() if name.startswith(_THREADS)},
        "load_before": round(os.getloadavg()[0], 2),
    }


def computes_in_bfloat16() -> bool:
    """Whether the CPU has instructions for bfloat16."""
    return bool(_BFLOAT16 & _cpu()[1])


def _cpu() -> tuple[str, set[str]]:
    """Model name and flags, as Linux tells them."""
    fields: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    return fields.get("model name", "unknown"), set(fields.get("flags", "").split())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
