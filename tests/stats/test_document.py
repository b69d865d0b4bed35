from frigate_ext.bus.schema import CameraStats, CameraUpdate
from frigate_ext.domain.camera import CameraState, SkipReason
from frigate_ext.stats import Totals, Usage, stats_document
from frigate_ext.stats.document import stats_within

TOTALS = Totals(frames=1, tracked_objects=2, looks=3, alerts=4, bus_lost=5, errors=6)


def test_frigates_clients_find_what_they_read(tmp_path):
    stats = CameraStats(
        camera_fps=5.04,
        skipped_fps=0.2,
        detection_fps=4.0,
        inference_ms=9.5,
        skips={SkipReason.IDLE: 3},
        decoder="software",
    )
    porch = CameraUpdate(camera="porch", epoch=1, seq=1, time=1.0, state=CameraState.ONLINE, stats=stats)
    document = stats_document(
        version="0.1",
        uptime=61.7,
        now=1_700_000_000.0,
        data_dir=tmp_path,
        detection={"detection": 7, "detection-2": None},
        places={"porch": "detection"},
        cameras={"porch": porch, "yard": None},
        totals=TOTALS,
        processes={7: Usage(12.34, 10.0, 5.0, 1 << 20, 1.26, 8)},
    )
    assert (
        document["cameras"]["porch"]
        | {
            "camera_fps": 5.0,
            "process_fps": 0.0,
            "skipped_fps": 0.2,
            "detection_fps": 4.0,
            "detection_enabled": True,
            "pid": 7,
            "skips": {"idle": 3},
            "decoder": "software",
        }
        == document["cameras"]["porch"]
    )
    assert document["detectors"]["detection"] == {
        "inference_speed": 9.5,
        "detection_start": 0.0,
        "pid": 7,
        "cpu": 12.3,
        "mem": 1.3,
    }
    assert document["detectors"]["detection-2"]["inference_speed"] == 0.0
    assert document["cpu_usages"] == {"7": {"cpu": "12.3", "cpu_average": "10.0", "mem": "1.3"}}
    assert (document["camera_fps"], document["service"]["uptime"]) == (5.0, 61)


def test_a_process_is_as_fast_as_its_inferences_are_in_the_mean(tmp_path):
    def online(camera, detection_fps, inference_ms):
        stats = CameraStats(detection_fps=detection_fps, inference_ms=inference_ms)
        return CameraUpdate(camera=camera, epoch=1, seq=1, time=1.0, state=CameraState.ONLINE, stats=stats)

    document = stats_document(
        version="0.1",
        uptime=61.7,
        now=1_700_000_000.0,
        data_dir=tmp_path,
        detection={"detection": 7},
        places={"porch": "detection", "yard": "detection", "gate": "detection"},
        cameras={"porch": online("porch", 6.0, 5.0), "yard": online("yard", 2.0, 9.0), "gate": None},
        totals=TOTALS,
        processes={},
    )
    assert document["detectors"]["detection"]["inference_speed"] == 6.0


def test_sums_and_counts_tell_nothing_of_cameras_that_one_does_not_see(tmp_path):
    def online(camera, fps):
        stats = CameraStats(camera_fps=fps, detection_fps=fps)
        return CameraUpdate(camera=camera, epoch=1, seq=1, time=1.0, state=CameraState.ONLINE, stats=stats)

    document = stats_document(
        version="0.1",
        uptime=61.7,
        now=1_700_000_000.0,
        data_dir=tmp_path,
        detection={},
        places={},
        cameras={"porch": online("porch", 5.0), "yard": online("yard", 3.0)},
        totals=TOTALS,
        processes={7: Usage(12.34, 10.0, 5.0, 1 << 20, 1.26, 8)},
    )
    seen = stats_within(document, {"porch"})
    assert (document["camera_fps"], seen["camera_fps"], seen["detection_fps"]) == (8.0, 5.0, 5.0)
    assert seen["cameras"].keys() == {"porch"}
    assert document.keys() - seen.keys() == {"cpu_usages", "frigate_ext"}
    assert stats_within(document, None) == document
