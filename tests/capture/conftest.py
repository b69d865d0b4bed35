"""Streams for capture: a numbered clip, and servers that behave or don't."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frigate_ext.capture.pool import CapturePool
from frigate_ext.demo.street import free_port
from tests.capture.clips import write_clip
from tests.capture.servers import Answer, RtspServer, WebCamera
from tests.capture.twin import TwinCamera


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """240x120, 25 fps, 1.6 s, pictures numbered from 0 to 39."""
    return write_clip(tmp_path_factory.mktemp("clips") / "numbers.mp4")


@pytest.fixture
def pool() -> Iterator[CapturePool]:
    pool = CapturePool()
    yield pool
    pool.stop()
    assert pool.join(2.0)


@pytest.fixture
def web_camera() -> Iterator[Callable[[Answer], WebCamera]]:
    cameras: list[WebCamera] = []

    def start(answer: Answer) -> WebCamera:
        cameras.append(WebCamera(answer))
        return cameras[-1]

    yield start
    for web in cameras:
        web.close()


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def dead_port() -> int:
    """Nobody listens here."""
    return free_port()


@pytest.fixture
def rtsp_server(clip) -> Iterator[RtspServer]:
    server = RtspServer(clip.parent)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def twin(clip, tmp_path_factory) -> Iterator[TwinCamera]:
    """Its large stream is not cut; a test that does so restores it."""
    camera = TwinCamera(clip, tmp_path_factory.mktemp("twin"), small=(240, 120), large=(960, 480))
    yield camera
    camera.close()
