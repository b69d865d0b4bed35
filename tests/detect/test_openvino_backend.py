import os
import threading

import numpy as np
import pytest

from frigate_ext.detect.openvino_backend import OpenVinoNetwork
from tests.detect.tiny import openvino_folder

ROW = [1.0, 2.0, 30.0, 40.0, 0.9, 1.0]


@pytest.fixture
def network(tmp_path):
    told = []
    made = OpenVinoNetwork(openvino_folder(tmp_path / "tiny", [ROW]), 1, "f32", tmp_path / "c", told.append)
    made.told = told
    yield made
    made.close()


def test_whoever_waits_is_told_before_each_compilation_and_only_then(network):
    for shape in ((1, 64, 64, 3), (2, 64, 64, 3), (1, 64, 64, 3)):
        assert network.run(np.zeros(shape, np.uint8)).tolist() == [[pytest.approx(ROW)]] * shape[0]
    assert network.told == [120.0, 120.0]


def test_inference_is_bound_to_no_core_where_another_process_may_be_busy(network):
    everywhere, picture, stop = (
        os.sched_getaffinity(0),
        np.zeros((1, 320, 320, 3), np.uint8),
        threading.Event(),
    )
    network.run(picture)

    def run():
        while not stop.is_set():
            network.run(picture)

    runner = threading.Thread(target=run)
    runner.start()
    try:
        assert all(os.sched_getaffinity(runner.native_id or 0) == everywhere for _ in range(20_000))
    finally:
        stop.set()
        runner.join()
