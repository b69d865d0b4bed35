"""Stand-ins for the detection process: importable by name, because a spawned process starts from nothing."""

import ctypes
import threading
import time

from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.capture import reader
from frigate_ext.capture.decoder import ThriftyDecoder
from frigate_ext.capture.pool import CapturePool
from frigate_ext.detect.exported import ExportedDetector
from frigate_ext.detect.openvino_backend import OpenVinoNetwork
from frigate_ext.detection_process.marks import Work
from frigate_ext.detection_process.warm_up import warm_up
from frigate_ext.domain.camera import CameraState


def crash_on_bad(settings, marks, link):
    """Announce every camera, then die in the hands of native code if `bad` is among them."""
    for newest in turns(settings, marks, link):
        for camera in newest.cameras:
            with marks.guard(camera.name, Work.DECODE):
                if camera.name == "bad":
                    ctypes.string_at(0)


def crash_on_pictures(settings, marks, link):
    """Announce every camera, then die while a full picture of `bad` is made, unless those are given up."""
    for newest in turns(settings, marks, link):
        if time.monotonic() >= newest.given_up.get("bad", 0.0):
            with (
                marks.guard("good", Work.DECODE),
                marks.guard("bad", Work.DECODE),
                marks.guard("bad", Work.REWIND),
            ):
                ctypes.string_at(0)


def hang_on_pictures(settings, marks, link):
    """Announce every camera, while making a full picture of `bad` never ends, unless those are given up."""
    if "bad" not in settings.given_up:
        marks.enrol("bad")
        threading.Thread(target=_hang, args=(marks.guard("bad", Work.REWIND),), daemon=True).start()
    for _ in turns(settings, marks, link):
        pass


def _hang(guard):
    with guard:
        ctypes.CDLL(None).pause()


class _Stuck(ThriftyDecoder):
    def decode(self, packet, now, attention):
        if threading.current_thread().name == "fx-capture-bad":
            ctypes.CDLL(None).pause()
        return super().decode(packet, now, attention)


def hang_on_decoding(settings, marks, link):
    """Announce every camera and read its stream; decoding that of `bad` never ends."""
    reader.ThriftyDecoder = _Stuck
    pool, feeds = CapturePool(guard=lambda camera: marks.guard(camera, Work.DECODE)), {}
    for newest in turns(settings, marks, link):
        for camera in newest.cameras:
            if camera.name not in feeds:
                feeds[camera.name] = pool.open(camera.name, camera.stream, lambda: None)
    pool.stop()
    pool.join(1.0)


def fall_behind(_settings, _marks, link):
    """Have more to look at than there is time for."""
    while not link.stopping:
        link.messages()
        link.beat(overload=2)
        time.sleep(0.02)


def turns(settings, marks, link):
    """Announce every camera and yield the newest settings, fifty times a second until told to stop."""
    publisher, epoch, seq = Publisher(settings.endpoint, settings.keys), new_epoch(), 0
    while not link.stopping:
        link.beat()
        settings = (link.messages() or [settings])[-1]
        for camera in settings.cameras:
            marks.enrol(camera.name)
            publisher.publish(
                CameraUpdate(
                    camera=camera.name, epoch=epoch, seq=seq, time=time.time(), state=CameraState.ONLINE
                )
            )
        yield settings
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
