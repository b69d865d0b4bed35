"""The detection service with real processes on a real bus."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from frigate_ext.bus.frames import FrameClient
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detection_process import DetectionService
from frigate_ext.detection_process.hangs import Hangs
from frigate_ext.detection_process.marks import Work
from frigate_ext.detection_process.quarantine import Quarantine
from frigate_ext.domain.camera import CameraState
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.health import PartHealth, PartState
from tests.capture.clips import write_clip
from tests.detection_process.child_targets import (
    crash_on_bad,
    crash_on_pictures,
    fall_behind,
    hang_on_decoding,
    hang_on_pictures,
)

pytestmark = pytest.mark.slow


def states(heard, camera):
    return {update.state for update in heard if update.camera == camera}


class Turned(Quarantine):
    """Holds cameras until its hands are turned, however long a process takes to start."""

    ahead = 0.0

    def convict(self, camera, now):
        super().convict(camera, now + self.ahead)

    def held(self, now):
        return super().held(now + self.ahead)


def test_a_camera_that_keeps_crashing_its_process_is_left_out_visibly_and_tried_again(
    heard, settings_for, running, wait_until
):
    quarantine = Turned(crashes=2)
    service = running(
        DetectionService(settings_for("good", "bad"), target=crash_on_bad, quarantine=quarantine)
    )
    wait_until(lambda: CameraState.QUARANTINED in states(heard, "bad"))
    wait_until(lambda: states(heard, "good") == {CameraState.ONLINE})
    assert service.stats().quarantined == ("bad",)
    wait_until(lambda: service.health() == PartHealth(PartState.DEGRADED, "in quarantine: bad"))

    quarantine.ahead = quarantine.duration
    assert service.stats().quarantined == ()
    wait_until(lambda: service.stats().quarantined == ("bad",))  # it was added again, and crashed again


def test_a_camera_comes_and_goes_while_the_process_runs_and_another_detector_renews_it(
    heard, settings_for, running, wait_until
):
    service = running(DetectionService(settings_for("good"), target=crash_on_bad))
    wait_until(lambda: states(heard, "good"))
    process = service.stats().pid
    service.reconfigure(settings_for("good", "late"))
    wait_until(lambda: states(heard, "late"))
    assert service.stats().pid == process

    service.reconfigure(settings_for("good", detector=DetectorSettings(size=640)))
    wait_until(lambda: len({update.epoch for update in heard}) == 2)
    assert service.stats().restarts == 1
    assert service.health().state is PartState.OK


def test_a_camera_in_quarantine_is_tried_again_when_its_settings_change(
    heard, settings_for, running, wait_until
):
    quarantine = Quarantine(crashes=1, duration=600.0)
    service = running(
        DetectionService(settings_for("good", "bad"), target=crash_on_bad, quarantine=quarantine)
    )
    wait_until(lambda: service.stats().quarantined == ("bad",))
    good, bad = settings_for("good", "bad").cameras
    repaired = replace(bad, stream=replace(bad.stream, loop=False))
    service.reconfigure(replace(settings_for("good"), cameras=(good, repaired)))
    assert service.stats().quarantined == ()


def test_full_pictures_that_keep_crashing_the_process_are_given_up_and_their_camera_goes_on(
    heard, settings_for, running, wait_until, caplog
):
    caplog.set_level("INFO")
    full_pictures = Turned(crashes=2)
    settings = settings_for("good", "bad")
    cameras = tuple(replace(one, main=one.stream) for one in settings.cameras)
    service = running(
        DetectionService(
            replace(settings, cameras=cameras), target=crash_on_pictures, full_pictures=full_pictures
        )
    )
    wait_until(lambda: service.health() == PartHealth(PartState.DEGRADED, "no full pictures: bad"))
    assert service.stats().restarts == 2
    assert service.stats().quarantined == ()
    wait_until(lambda: states(heard, "bad") == {CameraState.ONLINE})
    assert "at that time it worked on: bad (a full picture)" in caplog.messages
    assert "camera bad gets no full pictures for 10 min" in caplog.text

    full_pictures.ahead = full_pictures.duration
    wait_until(lambda: "full pictures are tried again, on probation: bad" in caplog.messages)
    assert service.stats().quarantined == ()


def test_a_full_picture_that_hangs_is_given_up_and_the_process_that_hangs_with_it_is_renewed(
    heard, settings_for, running, wait_until, caplog
):
    settings = settings_for("good", "bad")
    cameras = tuple(replace(one, main=one.stream) for one in settings.cameras)
    service = running(
        DetectionService(
            replace(settings, cameras=cameras), target=hang_on_pictures, hangs=Hangs({Work.REWIND: 2})
        )
    )
    wait_until(lambda: len({update.epoch for update in heard}) == 2)
    assert service.health() == PartHealth(PartState.DEGRADED, "no full pictures: bad")
    assert states(heard, "bad") == {CameraState.ONLINE}
    assert "camera bad: making a full picture has hung for 2 s" in caplog.text
    assert (service.stats().restarts, service.stats().quarantined) == (1, ())


def test_a_camera_whose_decoder_hangs_is_left_out_visibly_while_the_others_go_on_in_a_new_process(
    heard, settings_for, running, wait_until, caplog, tmp_path
):
    cameras = tuple(
        settings_for(name, url=str(write_clip(tmp_path / f"{name}.mp4"))).cameras[0]
        for name in ("good", "bad")
    )
    quarantine, hangs = Turned(), Hangs({Work.DECODE: 2})
    service = running(
        DetectionService(
            replace(settings_for(), cameras=cameras),
            target=hang_on_decoding,
            quarantine=quarantine,
            hangs=hangs,
        )
    )
    wait_until(lambda: CameraState.QUARANTINED in states(heard, "bad"))
    wait_until(lambda: len({update.epoch for update in heard if update.camera == "good"}) == 2)
    assert (service.stats().restarts, service.stats().quarantined) == (1, ("bad",))
    assert "camera bad: decoding its stream has hung for 2 s." in caplog.text
    assert "the camera is left out for 10 min, then tried again" in caplog.text
    assert service.health() == PartHealth(PartState.DEGRADED, "in quarantine: bad")

    quarantine.ahead = quarantine.duration
    wait_until(lambda: service.stats().quarantined == ())
    wait_until(lambda: service.stats().quarantined == ("bad",))  # it was added again, and hung again
    assert states(heard, "good") == {CameraState.ONLINE}


def test_a_process_that_falls_behind_says_so(heard, settings_for, running, wait_until):
    service = running(DetectionService(settings_for("good"), target=fall_behind))
    wait_until(lambda: service.health().state is PartState.DEGRADED)
    assert service.health().detail.startswith("overloaded: ")
    assert service.stats().overload == 2


def test_a_kill_from_outside_blames_no_camera(heard, settings_for, running, wait_until):
    service = running(
        DetectionService(settings_for("good"), target=crash_on_bad, quarantine=Quarantine(crashes=1))
    )
    wait_until(lambda: heard)
    os.kill(service.stats().pid, signal.SIGKILL)
    wait_until(lambda: len({update.epoch for update in heard}) == 2)
    assert service.stats().quarantined == ()


def test_real_footage_becomes_objects_and_frames_and_is_back_within_5_s_of_a_crash(
    heard, settings_for, running, wait_until, street_clip, yolov8n_weights, endpoint
):
    settings = settings_for("street", url=str(street_clip), cache=cache_dir())
    service = running(DetectionService(settings))
    client = running(FrameClient(endpoint))

    wait_until(lambda: any(each.is_real for update in heard for each in update.objects), 100.0)
    shown = next(update for update in reversed(heard) if update.frame_time)
    (frame,) = client.fetch("street", key=shown.key)
    assert (frame.frame_time, frame.frame_size) == (shown.frame_time, shown.size)
    assert "libtorch" not in Path(f"/proc/{service.stats().pid}/maps").read_text()
    assert service.stats().errors == 0

    os.kill(service.stats().pid, signal.SIGSEGV)
    crashed_at = time.monotonic()
    wait_until(lambda: heard[-1].epoch != shown.epoch and heard[-1].frame_time)
    assert time.monotonic() - crashed_at <= 5.0
