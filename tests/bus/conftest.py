"""A real broker on a socket of the test's own, and frames whose pixels tell which they are."""

import threading
import time

import numpy as np
import pytest

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import Frame


@pytest.fixture
def endpoint(tmp_path_factory):
    return f"ipc://{tmp_path_factory.mktemp('b')}/bus"


@pytest.fixture
def running():
    """Start workers that are stopped, the last one first, when the test ends."""
    started = []

    def start(worker):
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in reversed(started):
        worker.stop()
    assert all(worker.join(5.0) for worker in started)


@pytest.fixture
def broker(endpoint, running):
    return running(Broker(endpoint))


@pytest.fixture
def wait_until():
    def wait(condition, seconds=5.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            threading.Event().wait(0.005)

    return wait


@pytest.fixture
def make_update():
    def make(camera="porch", seq=0, epoch=1, **fields):
        return CameraUpdate(
            camera=camera, epoch=epoch, seq=seq, time=100.0, state=CameraState.ONLINE, **fields
        )

    return make


@pytest.fixture
def make_frame():
    """A grey frame of one level, by default 64x48; its level survives scaling and JPEG."""

    def make(level=128, *, time=0.0, width=64, height=48, full_range=True, u=128, v=128):
        half = ((height + 1) // 2, (width + 1) // 2)
        planes = (
            np.full((height, width), level, np.uint8),
            np.full(half, u, np.uint8),
            np.full(half, v, np.uint8),
        )
        return Frame("porch", time, *planes, full_range=full_range)

    return make
