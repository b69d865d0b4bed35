import threading
import time
from pathlib import Path

import pytest

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detection_process import CameraSettings, DetectionSettings
from frigate_ext.pipeline import PipelineSettings


@pytest.fixture
def wait_until():
    def wait(condition, seconds=15.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            threading.Event().wait(0.01)

    return wait


@pytest.fixture
def endpoint(tmp_path_factory):
    return f"ipc://{tmp_path_factory.mktemp('d')}/bus"


@pytest.fixture
def running():
    """Start parts that are stopped, the last one first, when the test ends."""
    started = []

    def start(part):
        part.start()
        started.append(part)
        return part

    yield start
    for part in reversed(started):
        part.stop()
    assert all(part.join(5.0) for part in started)


@pytest.fixture
def heard(endpoint, running):
    """Every update on the bus, in order."""
    updates = []
    running(Broker(endpoint))
    running(Subscriber(endpoint, [updates.append]))
    return updates


@pytest.fixture
def settings_for(endpoint):
    def make(*names, url="/nowhere.mp4", **options):
        cameras = tuple(
            CameraSettings(
                name=name,
                stream=StreamSettings(url=url, loop=True, max_fps=10.0),
                pipeline=PipelineSettings(camera=name, labels=("person", "car", "bicycle"), fps=10.0),
            )
            for name in names
        )
        options = {"detector": DetectorSettings(size=320), "cache": Path("/nowhere"), **options}
        return DetectionSettings(cameras=cameras, endpoint=endpoint, **options)

    return make
