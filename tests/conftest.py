"""Fixtures that every package's tests share: real parts, and the promise that nothing is left behind."""

import os
import threading
from pathlib import Path

import hypothesis
import pytest

from frigate_ext.runtime.cache import cache_dir

hypothesis.settings.register_profile(
    "here",
    deadline=None,  # a busy machine is not a defect
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("here")


def _real_part(path: Path) -> Path:
    """A fetched file; missing, it is a failure on CI and a visible skip elsewhere."""
    if not path.exists():
        message = f"{path} is missing: `make assets` fetches it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def street_clip() -> Path:
    """640x272, 25 fps, 10 s: cars, a cyclist, walkers."""
    return _real_part(cache_dir() / "clips" / "bikes.mp4")


@pytest.fixture(scope="session")
def yolov8n_weights() -> Path:
    """COCO-80 YOLOv8n, a `.pt` whose hash was checked when it was fetched."""
    return _real_part(cache_dir() / "models" / "yolov8n.pt")


@pytest.fixture(autouse=True)
def no_thread_left_behind():
    """Fails a test that leaves a non-daemon or one of our own (`fx-`) threads running."""
    before = set(threading.enumerate())
    yield
    started = [t for t in threading.enumerate() if t not in before]
    left = [t for t in started if not t.daemon or t.name.startswith("fx-")]
    for thread in left:
        thread.join(2.0)
    still = [t.name for t in left if t.is_alive()]
    assert not still, f"threads left behind: {still}"
