import pytest

from frigate_ext.bus.schema import CameraStats, CameraUpdate
from frigate_ext.domain.camera import CameraState, SkipReason
from frigate_ext.runtime.processes import Usage
from frigate_ext.stats import Totals, stats_document
from frigate_ext.stats.connection import connection_quality
from frigate_ext.stats.document import stats_within

TOTALS = Totals(frames=1, tracked_objects=2, looks=3, alerts=4, bus_lost=5, errors=6)
USAGE = Usage(12.34, 10.0, 5.0, 1 << 20, 1.26, 8)


def document_of(folder, *, places=None, used=None, **cameras):
    """One main process, two detection processes of which one does not run, and a node."""
    return stats_document(
        version="0.1",
        uptime=61.7,
        now=1_700_000_000.0,
        data_dir=folder,
        detection=("detection", "detection-2", "garage"),
        places=places or {},
        cameras={name: stats and online(name, stats) for name, stats in cameras.items()},
        expected_fps=dict.fromkeys(cameras, 5.0),
        totals=TOTALS,
        processes={"main": 6, "detection": 7},
        used=used or {},
    )


def online(camera, stats):
    return CameraUpdate(camera=camera, epoch=1, seq=1, time=1.0, state=CameraState.ONLINE, stats=stats)


def test_frigates_clients_find_what_they_read(tmp_path):
    stats = CameraStats(
        camera_fps=5.04,
        skipped_fps=0.2,
        detection_fps=4.0,
        inference_ms=9.5,
        skips={SkipReason.IDLE: 3},
        decoder="software",
        reconnects_last_hour=1,
        stalls_last_hour=2,
    )
    places = {"porch": "detection"}
    document = document_of(tmp_path, places=places, used={"detection": USAGE}, porch=stats, yard=None)
    assert (
        document["cameras"]["porch"]
        | {
            "camera_fps": 5.0,
            "process_fps": 0.0,
            "skipped_fps": 0.2,
            "detection_fps": 4.0,
            "detection_enabled": True,
            "pid": 7,
            "connection_quality": "fair",
            "expected_fps": 5.0,
            "reconnects_last_hour": 1,
            "stalls_last_hour": 2,
            "skips": {"idle": 3},
            "decoder": "software",
        }
        == document["cameras"]["porch"]
    )
    assert document["cameras"]["yard"]["connection_quality"] == "unusable"
    assert document["detectors"]["detection"] == {
        "inference_speed": 9.5,
        "detection_start": 0.0,
        "pid": 7,
        "cpu": 12.3,
        "mem": 1.3,
    }
    assert document["cpu_usages"] == {"7": {"cpu": "12.3", "cpu_average": "10.0", "mem": "1.3"}}
    assert document["processes"] == {"main": {"pid": 6}, "detection": {"pid": 7}}
    assert (document["camera_fps"], document["service"]["uptime"]) == (5.0, 61)


def test_a_node_says_what_it_takes_and_has_no_pid_here(tmp_path):
    document = document_of(tmp_path, used={"garage": USAGE}, places={"porch": "garage"}, porch=None)
    assert document["detectors"]["garage"] | {"pid": None, "cpu": 12.3} == document["detectors"]["garage"]
    assert document["cameras"]["porch"]["pid"] is None
    assert document["cpu_usages"] == {}


def test_what_is_not_known_is_left_out(tmp_path):
    detector = document_of(tmp_path)["detectors"]["detection-2"]
    assert detector == {"inference_speed": 0.0, "detection_start": 0.0, "pid": None}


def test_a_process_is_as_fast_as_its_inferences_are_in_the_mean(tmp_path):
    document = document_of(
        tmp_path,
        places=dict.fromkeys(("porch", "yard", "gate"), "detection"),
        porch=CameraStats(detection_fps=6.0, inference_ms=5.0),
        yard=CameraStats(detection_fps=2.0, inference_ms=9.0),
        gate=None,
    )
    assert document["detectors"]["detection"]["inference_speed"] == 6.0


@pytest.mark.parametrize(
    "fps, reconnects, stalls, quality",
    [
        (4.5, 0, 4, "excellent"),
        (4.5, 0, 5, "fair"),
        (3.0, 2, 0, "fair"),
        (5.0, 3, 0, "poor"),
        (2.9, 0, 100, "poor"),
        (2.9, 0, 101, "unusable"),
        (5.0, 11, 0, "unusable"),
        (0.9, 0, 0, "unusable"),
        (0.0, 0, 0, "unusable"),
    ],
)
def test_a_connection_is_as_good_as_frigate_would_say(fps, reconnects, stalls, quality):
    assert connection_quality(fps, 5.0, reconnects, stalls) == quality


def test_sums_and_counts_tell_nothing_of_cameras_that_one_does_not_see(tmp_path):
    porch, yard = (CameraStats(camera_fps=fps, detection_fps=fps) for fps in (5.0, 3.0))
    document = document_of(tmp_path, porch=porch, yard=yard)
    seen = stats_within(document, {"porch"})
    assert (document["camera_fps"], seen["camera_fps"], seen["detection_fps"]) == (8.0, 5.0, 5.0)
    assert seen["cameras"].keys() == {"porch"}
    assert document.keys() - seen.keys() == {"cpu_usages", "frigate_ext"}
    assert stats_within(document, None) == document
