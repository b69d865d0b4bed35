"""The child process that exports weights: `python -m frigate_ext.detect.exporter <file.pt> <format>`.

The only run-time place, with the ultralytics backend, that imports torch.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from typing import Any

from frigate_ext.detect.telemetry import forbid_telemetry

_PR_SET_PDEATHSIG = 1
_RTDETR_SIZE = 640


def main(weights: str, target: str) -> None:
    """Writes the export beside `weights`. YOLO takes any input shape afterwards, RT-DETR only its own."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    forbid_telemetry()
    from ultralytics.models import YOLO  # noqa: PLC0415 - only now
    from ultralytics.nn.modules import RTDETRDecoder  # noqa: PLC0415

    model: Any = YOLO(weights)  # turns into RTDETR by itself where the weights are such
    if isinstance(model.model.model[-1], RTDETRDecoder):
        model.export(format=target, imgsz=_RTDETR_SIZE, device="cpu")
    else:
        model.export(format=target, dynamic=True, device="cpu")


if __name__ == "__main__":
    main(*sys.argv[1:])
