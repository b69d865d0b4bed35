"""Where PyTorch computes. No card is needed: one that fails is played by the network."""

import numpy as np
import pytest
import torch

from frigate_ext.detect import detector as detecting
from frigate_ext.detect import tuning, ultralytics_backend
from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.detect.graphics_card import Placement
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box
from frigate_ext.runtime.cache import cache_dir

FRAME = Frame("yard", 0.0, *(np.full(shape, 128, np.uint8) for shape in ((64, 64), (32, 32), (32, 32))))


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Network:
    """Ultralytics' model, as far as it is used; on the card it fails while `error` is set."""

    def __init__(self, *_):
        self.names = {0: "person"}
        self.asked = []
        self.error = None

    def predict(self, picture, *, device, quantize, **_):
        self.asked.append((device, quantize))
        if self.error and device != "cpu":
            raise self.error
        return [self]

    @property
    def boxes(self):
        return self

    def cpu(self):
        return self

    numpy = cpu
    xyxy = np.array([[1.0, 2.0, 30.0, 40.0]], np.float32)
    conf = np.array([0.9], np.float32)
    cls = np.array([0.0], np.float32)


@pytest.fixture
def make(monkeypatch):
    monkeypatch.setattr(ultralytics_backend, "YOLO", Network)

    def make(placement):
        made = ultralytics_backend.UltralyticsDetector(
            cache_dir() / "no.pt", 64, 64, threads=0, min_score=0.1, placement=placement
        )
        return made, made._model

    return make


def boxes(detector):
    return [seen.box for seen in detector.infer(FRAME)]


@pytest.mark.parametrize(
    "placement, where",
    [
        (Placement(card=True), ("cuda:0", 16)),
        (Placement(card=True, half=False), ("cuda:0", None)),
        (Placement(card=False), ("cpu", None)),
    ],
    ids=["card", "card in 32 bits", "no card"],
)
def test_a_card_computes_in_16_bits_where_there_is_one_and_the_processor_in_32(make, placement, where):
    detector, network = make(placement)
    assert boxes(detector) == [Box(1, 2, 30, 40)]
    assert network.asked == [where]


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB"), RuntimeError("no kernel image")],
)
def test_what_a_failing_card_leaves_undone_the_processor_does_until_the_card_is_tried_again(
    make, error, caplog
):
    caplog.set_level("INFO")
    clock = Clock()
    detector, network = make(Placement(card=True, monotonic=clock))
    network.error = error
    assert boxes(detector) == [Box(1, 2, 30, 40)]
    assert f"failed ({error}): on the processor for 60 s" in caplog.text
    boxes(detector)
    clock.now += 60
    boxes(detector)
    assert [device for device, _ in network.asked] == ["cuda:0", "cpu", "cpu", "cuda:0", "cpu"]
    assert "on the processor for 120 s" in caplog.text

    network.error = None
    clock.now += 120
    boxes(detector)
    boxes(detector)
    assert network.asked[-2:] == [("cuda:0", 16)] * 2
    assert caplog.text.count("works again") == 1


def test_an_error_that_is_not_the_cards_is_raised(make):
    detector, network = make(Placement(card=False))
    network.predict = lambda *_, **__: (_ for _ in ()).throw(RuntimeError("broken"))
    with pytest.raises(RuntimeError, match="broken"):
        detector.infer(FRAME)


def test_the_backend_is_told_whether_there_is_a_card(monkeypatch, yolov8n_weights):
    placements = []
    monkeypatch.setattr(detecting, "has_card", lambda: True)
    monkeypatch.setattr(detecting, "Placement", lambda **options: placements.append(options))
    for precision in ("auto", "f32"):
        load_detector(DetectorSettings(backend="ultralytics", precision=precision), cache_dir()).close()
    assert placements == [{"card": True, "half": True}, {"card": True, "half": False}]


def test_with_a_card_16_bits_are_measured_too(monkeypatch):
    for card, precisions in ((False, {"f32"}), (True, {"f32", "f16"})):
        monkeypatch.setattr(tuning, "has_card", lambda card=card: card)
        assert {way.precision for way in tuning.ways(["ultralytics"])} == precisions
