import logging

import pytest


@pytest.fixture
def restored():
    """The root logger as it was, whatever the test does to it."""
    root, ours = logging.getLogger(), logging.getLogger("frigate_ext")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.captureWarnings(capture=False)
