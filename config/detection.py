"""From the configuration to what a detection process is started with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from config import plain
from config.configuration import Config
from config.sections.camera import Camera, Detect
from config.sections.scale import Node
from frigate_ext.bus.broker import Remote
from frigate_ext.bus.keys import read_server_keys
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detect.motion import MotionSettings
from frigate_ext.detection_process import CameraSettings, DetectionSettings, Sharing
from frigate_ext.detection_process.sharding import Place, processes_for
from frigate_ext.pipeline import PipelineSettings, StationarySettings
from frigate_ext.track.choice import TrackerKind


def detection_settings(config: Config, endpoint: str, cache: Path) -> DetectionSettings:
    """Every camera whose `detect` is enabled; `endpoint` is the bus's, `cache` holds models."""
    own = config.frigate_ext
    cameras = tuple(
        CameraSettings(
            name=name,
            stream=plain.stream(config, name),
            pipeline=_pipeline(name, camera, own.tracker.kind),
            neighbours=plain.neighbours(config, name),
            main=plain.main_stream(config, name),
        )
        for name, camera in config.cameras.items()
        if camera.detect.enabled
    )
    return DetectionSettings(
        cameras=cameras,
        detector=DetectorSettings(
            weights=own.model.weights,
            size=own.model.size,
            region=own.model.region,
            backend=own.model.backend,
            threads=own.model.threads,
            precision=own.model.precision,
            trusted_sha256=own.model.trusted_sha256,
        ),
        endpoint=endpoint,
        cache=cache,
        log_level=own.log_level,
    )


def sharing(config: Config) -> Sharing:
    """Who works on the cameras."""
    section = config.frigate_ext.detection
    nodes = tuple(_node(name, node) for name, node in section.nodes.items())
    return Sharing(_processes(config, nodes), nodes, takeover=section.takeover)


def _node(name: str, node: Node) -> Place:
    return Place(
        name,
        None if node.cameras is None else frozenset(node.cameras),
        None if node.processes == "auto" else node.processes,
    )


def _processes(config: Config, nodes: Sequence[Place]) -> int:
    """As many as the cameras that may come to this machine are worth."""
    section = config.frigate_ext.detection
    if section.processes != "auto":
        return section.processes
    elsewhere = () if section.takeover else {name for node in nodes for name in node.cameras or ()}
    here = [name for name, one in config.cameras.items() if one.detect.enabled and name not in elsewhere]
    return processes_for(len(os.sched_getaffinity(0)), len(here))


def known_keys(config: Config) -> dict[str, str]:
    """The nodes' names by their public keys."""
    return {node.key: name for name, node in config.frigate_ext.detection.nodes.items()}


def remote(config: Config) -> Remote | None:
    """Where nodes connect; raises ConfigError where our keys can't be read."""
    section = config.frigate_ext.bus
    if section.remote is None or section.key is None:
        return None
    return Remote(section.remote, read_server_keys(section.key))


def _pipeline(name: str, camera: Camera, tracker: TrackerKind) -> PipelineSettings:
    """Frigate's defaults that depend on the frame rate are filled in here."""
    detect, fps = camera.detect, camera.detect.fps
    return PipelineSettings(
        camera=name,
        labels=camera.objects.track,
        filters=plain.label_filters(camera),
        zones=plain.zone_rules(camera),
        motion=_motion(camera),
        fps=float(fps),
        min_initialized=detect.min_initialized or max(2, fps // 2),
        max_disappeared=detect.max_disappeared or 5 * fps,
        stationary=_stationary(detect, camera.objects.track),
        tracker=tracker,
    )


def _motion(camera: Camera) -> MotionSettings:
    values = camera.motion.model_dump(exclude={"mask"})
    return MotionSettings(**values, mask=plain.motion_masks(camera))


def _stationary(detect: Detect, labels: tuple[str, ...]) -> StationarySettings:
    usual, section = 10 * detect.fps, detect.stationary
    limits = {label: section.max_frames.objects.get(label, section.max_frames.default) for label in labels}
    return StationarySettings(
        threshold=section.threshold or usual,
        interval=section.interval or usual,
        max_frames={label: limit for label, limit in limits.items() if limit is not None},
    )
