"""What Frigate's `hwaccel_args` ask for."""

from __future__ import annotations

from itertools import pairwise

from frigate_ext.capture.acceleration import Acceleration

_PRESETS = {
    "preset-vaapi": "vaapi",
    "preset-nvidia": "cuda",
    "preset-nvidia-h264": "cuda",
    "preset-nvidia-h265": "cuda",
    "preset-intel-qsv-h264": "qsv",
    "preset-intel-qsv-h265": "qsv",
    "preset-rk": "rkmpp",
    "preset-rkmpp": "rkmpp",
    "preset-jetson-h264": "nvmpi",
    "preset-jetson-h265": "nvmpi",
    "preset-rpi-64-h264": "v4l2m2m",
    "preset-rpi-64-h265": "v4l2m2m",
}
"""The device of each; those that our FFmpeg has no decoder for end in software, and say so."""
_DEVICES = ("-hwaccel_device", "-vaapi_device", "-qsv_device")


def acceleration(arguments: str | tuple[str, ...]) -> Acceleration | None:
    """The device that a preset or FFmpeg's own arguments name; None for none, and for `auto`."""
    words = arguments.split() if isinstance(arguments, str) else list(arguments)
    if len(words) == 1:
        kind = _PRESETS.get(words[0], words[0] if words[0].startswith("preset-") else None)
        return Acceleration(kind) if kind else None
    following = dict(pairwise(words))
    kind = following.get("-hwaccel")
    device = next((following[name] for name in _DEVICES if name in following), None)
    return Acceleration(kind, device) if kind not in {None, "auto", "none"} and kind else None
