"""Keeps the inference libraries from phoning home: what a home's cameras run is nobody's business."""

from __future__ import annotations

import os
import sys
from typing import Any


def forbid_telemetry() -> None:
    """Call before OpenVINO or ultralytics is imported.

    OpenVINO reports its import to an analytics service, from a thread that can delay the process' exit,
    unless its telemetry package is absent. Ultralytics reports use and installs packages unless told not to.
    """
    modules: dict[str, Any] = sys.modules
    modules.setdefault("openvino_telemetry", None)  # None makes the import fail, and a stub takes its place
    os.environ["YOLO_OFFLINE"] = "true"
    os.environ["YOLO_AUTOINSTALL"] = "false"
