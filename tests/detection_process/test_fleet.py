"""Several detection processes on a real bus."""

import os
import signal

from frigate_ext.detection_process import DetectionFleet, Sharing
from frigate_ext.domain.camera import CameraState
from frigate_ext.runtime.health import PartState
from tests.detection_process.child_targets import crash_on_bad


def test_a_process_that_is_killed_costs_only_its_own_cameras(heard, settings_for, running, wait_until):
    settings = settings_for("porch", "yard", "attic")
    fleet = running(DetectionFleet(settings, Sharing(2), target=crash_on_bad))
    assert fleet.places() == {"porch": "detection", "yard": "detection-2", "attic": "detection"}
    wait_until(lambda: {update.camera for update in heard} == {"porch", "yard", "attic"})
    wait_until(lambda: {one.state for one in fleet.health().values()} == {PartState.OK})

    before = fleet.pids()
    os.kill(before["detection-2"], signal.SIGKILL)
    wait_until(lambda: fleet.stats()["detection-2"].restarts == 1 and fleet.pids()["detection-2"])
    wait_until(lambda: len({update.epoch for update in heard if update.camera == "yard"}) == 2)
    assert fleet.pids()["detection"] == before["detection"]
    assert len({(update.camera, update.epoch) for update in heard if update.camera != "yard"}) == 2
    assert {update.state for update in heard} == {CameraState.ONLINE}


def test_a_process_without_cameras_is_not_started(heard, settings_for):
    assert list(DetectionFleet(settings_for("porch"), Sharing(4)).stats()) == ["detection"]


def test_cameras_stay_where_they_are_when_others_come_and_processes_end_that_nobody_needs(
    heard, settings_for, running, wait_until
):
    names = ("porch", "yard")
    fleet = running(DetectionFleet(settings_for(*names), Sharing(2), target=crash_on_bad))
    wait_until(lambda: {update.camera for update in heard} == {*names} and all(fleet.pids().values()))
    places, pids = fleet.places(), fleet.pids()

    fleet.reconfigure(settings_for(*names, "gate"), Sharing(2))
    wait_until(lambda: "gate" in {update.camera for update in heard})
    assert {name: fleet.places()[name] for name in names} == places
    assert fleet.pids() == pids

    fleet.reconfigure(settings_for("porch"), Sharing(1))
    assert (fleet.places(), set(fleet.pids())) == ({"porch": "detection"}, {"detection"})
