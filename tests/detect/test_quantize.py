import pytest

from frigate_ext.detect import quantize
from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.detect.export import export
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError
from frigate_ext.runtime.cache import cache_dir


@pytest.mark.slow
def test_an_eight_bit_model_finds_what_the_original_finds(yolov8n_weights, street_frames, tmp_path):
    model = export(yolov8n_weights, cache_dir(), "onnx")
    small = quantize.quantize(model, street_frames[::4], 320, tmp_path / "small.onnx")
    assert small.stat().st_size < 0.6 * model.stat().st_size
    for backend in ("openvino", "onnx"):
        detectors = [
            load_detector(DetectorSettings(weights=str(path), size=320, backend=backend), tmp_path)
            for path in (model, small)
        ]
        result = quantize.compare(*detectors, street_frames[1::8])
        assert result.frames == 7
        assert result.kept >= 0.9 * result.sure > 0
        assert result.extra <= 0.2 * result.sure
        for detector in detectors:
            detector.close()


def test_too_few_frames_are_refused(tmp_path):
    with pytest.raises(ModelError, match="too few"):
        quantize.quantize(tmp_path / "model.onnx", [], 320, tmp_path / "small.onnx")


class Sees:
    def __init__(self, *found):
        self.found = found

    def infer(self, frame):
        return [Detection("person", 0.9, Box(x, 0, x + 40, 100)) for x in self.found]


def test_a_comparison_counts_what_is_lost_and_what_is_made_up(bus_frame):
    result = quantize.compare(Sees(0, 200), Sees(0, 400, 600, 800), [bus_frame] * 3)
    assert (result.frames, result.sure, result.kept, result.extra) == (3, 6, 3, 9)


def test_frames_with_nothing_in_them_prove_nothing(bus_frame):
    result = quantize.compare(Sees(), Sees(), [bus_frame] * 3)
    assert (result.frames, result.sure, result.kept) == (3, 0, 0)
