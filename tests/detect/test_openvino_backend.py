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
