"""Stand-ins for the detection process: importable by name, because a spawned process starts from nothing."""

import ctypes
import time

from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.detect.exported import ExportedDetector
from frigate_ext.detect.openvino_backend import OpenVinoNetwork
from frigate_ext.detection_process.marks import Work
from frigate_ext.detection_process.warm_up import warm_up
from frigate_ext.domain.camera import CameraState


def crash_on_bad(settings, marks, link):
    """Announce every camera, then die in the hands of native code if `bad` is among them."""
    publisher, epoch, seq = Publisher(settings.endpoint, settings.keys), new_epoch(), 0
    cameras = [camera.name for camera in settings.cameras]
    while not link.stopping:
        link.beat()
        for newest in link.messages():
            cameras = [camera.name for camera in newest.cameras]
        for name in cameras:
            marks.enrol(name)
            publisher.publish(
                CameraUpdate(camera=name, epoch=epoch, seq=seq, time=time.time(), state=CameraState.ONLINE)
            )
            with marks.guard(name, Work.DECODE):
                if name == "bad":
                    ctypes.string_at(0)
        seq += 1
        time.sleep(0.02)
    publisher.close()


def crash_on_pictures(settings, marks, link):
    """Announce every camera, then die while a full picture of `bad` is made, unless those are given up."""
    publisher, epoch, seq = Publisher(settings.endpoint, settings.keys), new_epoch(), 0
    while not link.stopping:
        link.beat()
        for newest in link.messages():
            settings = newest
        for camera in settings.cameras:
            marks.enrol(camera.name)
            publisher.publish(
                CameraUpdate(
                    camera=camera.name, epoch=epoch, seq=seq, time=time.time(), state=CameraState.ONLINE
                )
            )
        given_up = time.monotonic() < settings.given_up.get("bad", 0.0)
        if seq > 2 and not given_up:
            with (
                marks.guard("good", Work.DECODE),
                marks.guard("bad", Work.DECODE),
                marks.guard("bad", Work.REWIND),
            ):
                ctypes.string_at(0)
        seq += 1
        time.sleep(0.02)
    publisher.close()


class SlowCompiler(OpenVinoNetwork):
    """As on a small machine with a large model."""

    def _compile(self, shape):
        time.sleep(0.5)
        return super()._compile(shape)


def compile_slowly(folder, link):
    """Four numbers of squares, which come when the loop turns already."""
    network = SlowCompiler(folder, 1, "f32", folder.parent / "compiled", link.busy)
    link.beat(turns=1)
    warm_up(ExportedDetector(network, 320, 64, 0.1), 0)
    while not link.stopping:
        link.messages()
        link.beat(turns=2)
        time.sleep(0.02)
