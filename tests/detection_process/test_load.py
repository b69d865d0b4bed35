"""How the loop judges its own load."""

import pytest

from frigate_ext.detection_process.load import Load


@pytest.mark.parametrize("waited, patience", [(0.0, 0.03), (1.5, 0.0075), (3.0, 0.0)])
def test_the_busier_the_loop_is_the_longer_frames_wait_for_others(waited, patience, monkeypatch):
    clock = iter((0.0, waited))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    load = Load(now=0.0)
    assert load.patience == 0.0
    load.waited(lambda: None)
    load.measure([], 3.0)
    assert load.patience == pytest.approx(patience)
