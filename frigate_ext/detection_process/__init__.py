"""The supervised process that turns streams into facts and keeps their frames; see `service` and `loop`."""

from frigate_ext.detection_process.fleet import DetectionFleet
from frigate_ext.detection_process.service import DetectionService, DetectionStats
from frigate_ext.detection_process.settings import CameraSettings, DetectionSettings
from frigate_ext.detection_process.sharding import Sharing

__all__ = [
    "CameraSettings",
    "DetectionFleet",
    "DetectionService",
    "DetectionSettings",
    "DetectionStats",
    "Sharing",
]
