"""Statistics in Frigate's shape, as `GET /api/stats` shows them."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from frigate_ext.bus.schema import CameraStats, CameraUpdate
from frigate_ext.domain.document import Document
from frigate_ext.runtime.processes import Usage
from frigate_ext.stats.connection import connection_quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts since the program started."""

    frames: int
    tracked_objects: int
    looks: int
    alerts: int
    bus_lost: int
    errors: int
    """Records of level ERROR in any process."""


def stats_document(
    *,
    version: str,
    uptime: float,
    now: float,
    data_dir: Path,
    detection: Collection[str],
    places: Mapping[str, str],
    cameras: Mapping[str, CameraUpdate | None],
    expected_fps: Mapping[str, float],
    totals: Totals,
    processes: Mapping[str, int],
    used: Mapping[str, Usage],
) -> Document:
    """What Frigate's clients read, plus our own counts under `frigate_ext`. Times in epoch seconds.

    `detection` names the detection processes and nodes, `places` the one that has each camera. `processes`
    are the pids of this host's, `used` what each takes, nodes included where it is known.
    """
    stats = {name: update.stats if update else CameraStats() for name, update in cameras.items()}
    per_camera = {
        name: _camera(stats[name], processes.get(places.get(name, "")), expected_fps.get(name, 0.0))
        for name in cameras
    }
    return {
        "cameras": per_camera,
        "detectors": {
            name: _detector(
                [stats[one] for one in cameras if places.get(one) == name],
                processes.get(name),
                used.get(name),
            )
            for name in detection
        },
        **_sums(per_camera),
        "cpu_usages": {str(pid): _usage(used[name]) for name, pid in processes.items() if name in used},
        "processes": {name: {"pid": pid} for name, pid in processes.items()},
        "service": {
            "uptime": int(uptime),
            "version": version,
            "latest_version": version,
            "storage": {str(data_dir): _storage(data_dir)},
            "last_updated": int(now),
        },
        "frigate_ext": asdict(totals),
    }


def stats_within(stats: Mapping[str, Any], cameras: Collection[str] | None) -> Document:
    """Return what somebody may know who sees these cameras alone; None sees all.

    Sums and counts are of these cameras, too: what is left of a sum tells of the others.
    """
    if cameras is None:
        return dict(stats)
    seen = {name: one for name, one in stats["cameras"].items() if name in cameras}
    left = {key: value for key, value in stats.items() if key not in _OF_ALL}
    return {**left, "cameras": seen, **_sums(seen)}


def _sums(per_camera: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    return {rate: round(sum(one[rate] for one in per_camera.values()), 1) for rate in _RATES}


_OF_ALL = frozenset({"cpu_usages", "frigate_ext"})
_RATES = ("camera_fps", "process_fps", "skipped_fps", "detection_fps")


def _detector(cameras: Sequence[CameraStats], pid: int | None, used: Usage | None) -> dict[str, Any]:
    inferences = sum(each.detection_fps for each in cameras)
    busy = sum(each.detection_fps * each.inference_ms for each in cameras)
    return {
        "inference_speed": round(busy / inferences, 2) if inferences else 0.0,
        "detection_start": 0.0,
        "pid": pid,
        **({"cpu": round(used.cpu, 1), "mem": round(used.memory_share, 1)} if used else {}),
    }


def _camera(stats: CameraStats, pid: int | None, expected_fps: float) -> dict[str, Any]:
    return {
        **{rate: round(getattr(stats, rate), 1) for rate in _RATES},
        "detection_enabled": True,
        "pid": pid,
        "capture_pid": pid,
        "ffmpeg_pid": pid,
        "connection_quality": connection_quality(
            stats.camera_fps, expected_fps, stats.reconnects_last_hour, stats.stalls_last_hour
        ),
        "expected_fps": expected_fps,
        "reconnects_last_hour": stats.reconnects_last_hour,
        "stalls_last_hour": stats.stalls_last_hour,
        "frames": stats.frames,
        "skipped": stats.skipped,
        "skips": {reason.value: count for reason, count in stats.skips.items()},
        "reconnects": stats.reconnects,
        "decoder": stats.decoder,
    }


def _usage(used: Usage) -> dict[str, str]:
    """Percentages as text, as Frigate has them."""
    return {
        "cpu": f"{used.cpu:.1f}",
        "cpu_average": f"{used.cpu_average:.1f}",
        "mem": f"{used.memory_share:.1f}",
    }


def _storage(folder: Path) -> dict[str, float | str]:
    """Megabytes, as Frigate has them."""
    usage = shutil.disk_usage(folder)
    return {
        "total": round(usage.total / 2**20, 1),
        "used": round(usage.used / 2**20, 1),
        "free": round(usage.free / 2**20, 1),
        "mount_type": "",
    }
