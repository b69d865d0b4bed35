import json

import pytest

from frigate_ext.detect import trust, tuning
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detect.sample import sample_frame
from frigate_ext.detect.tuning import Measured, Way, agreement, best, tuned, ways
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError


def measured(milliseconds, *, precision="f32", threads=1, agreement=1.0, cpu=None):
    way = Way(backend="openvino", precision=precision, threads=threads)
    cpu = milliseconds if cpu is None else cpu
    return Measured(way=way, milliseconds=milliseconds, cpu_milliseconds=cpu, agreement=agreement)


def person(score, x=0):
    return Detection("person", score, Box(x, 0, x + 40, 100))


def test_the_fastest_way_that_finds_the_same_is_taken():
    table = [measured(60), measured(20, precision="bf16"), measured(10, precision="bf16", agreement=0.5)]
    assert best(table) == table[1].way


@pytest.mark.parametrize("two_threads, threads", [(40, 1), (35, 2)])
def test_another_thread_must_save_two_fifths_of_the_time(two_threads, threads):
    assert best([measured(60), measured(two_threads, threads=2)]).threads == threads


def test_a_busy_machine_does_not_talk_into_more_threads():
    table = [
        measured(83, cpu=21),
        measured(42, cpu=10, precision="bf16"),
        measured(23, cpu=11, precision="bf16", threads=2),
    ]
    assert best(table) == table[1].way


def test_agreement_is_the_share_of_sure_detections_that_are_found_again():
    reference = [person(0.9), person(0.6, x=200), person(0.3, x=400)]
    assert agreement(reference, reference) == 1
    assert agreement(reference, [person(0.2, x=2)]) == 0.5
    assert agreement([], [person(0.9)]) == 1


def test_the_reference_is_tried_first():
    assert next(ways(["openvino", "onnx"])) == Way(backend="openvino", precision="f32", threads=1)


def test_what_was_measured_once_is_kept_and_what_is_set_is_not_measured(tmp_path, monkeypatch):
    model = tmp_path / "model.onnx"
    model.write_bytes(b"weights")
    runs = []

    def measure(settings, load, frame, tried):
        runs.append(list(tried))
        return [measured(60), measured(20, threads=2)]

    monkeypatch.setattr(tuning, "measure", measure)
    settings = DetectorSettings(weights=str(model), backend="onnx")
    assert tuned(settings, tmp_path).threads == 2
    assert tuned(settings, tmp_path).threads == 2
    assert len(runs) == 1
    assert tuned(DetectorSettings(weights=str(model), threads=1, precision="f32"), tmp_path).threads == 1
    model.write_bytes(b"other weights")
    trust.remember(model, tmp_path)
    tuned(settings, tmp_path)
    assert len(runs) == 2
    (first, _) = (tmp_path / "tuning").iterdir()
    assert json.loads(first.read_text())["measured"][0]["milliseconds"] == 60


def test_a_broken_note_is_measured_again(tmp_path, monkeypatch):
    model = tmp_path / "model.onnx"
    model.write_bytes(b"weights")
    monkeypatch.setattr(tuning, "measure", lambda *_: [measured(60)])
    settings = DetectorSettings(weights=str(model), backend="onnx")
    tuned(settings, tmp_path)
    for note in (tmp_path / "tuning").iterdir():
        note.write_text("{")
    assert tuned(settings, tmp_path).threads == 1


def test_the_sample_is_a_whole_frame():
    frame = sample_frame()
    assert frame.size == (640, 640)
    assert frame.u.shape == frame.v.shape == (320, 320)


class Sees:
    def __init__(self, *found):
        self.found = list(found)

    def infer(self, frame):
        return self.found

    def close(self):
        pass


def load(settings):
    """A model that does not run in 16 bits."""
    if settings.precision == "bf16":
        raise ModelError("no suitable implementations")
    return Sees(person(0.9)) if settings.threads == 1 else Sees()


def test_a_way_that_does_not_work_is_left_out_and_told(caplog):
    tried = [
        Way(backend="openvino", precision=p, threads=n) for p, n in (("bf16", 1), ("f32", 1), ("f32", 2))
    ]
    table = list(tuning.measure(DetectorSettings(), load, sample_frame(), tried))
    assert [(each.way, each.agreement) for each in table] == [(tried[1], 1.0), (tried[2], 0.0)]
    assert "openvino in bf16: no suitable" in caplog.text


def test_a_model_that_runs_in_no_way_is_an_error():
    tried = [Way(backend="openvino", precision="bf16", threads=1)]
    with pytest.raises(ModelError, match="no suitable"):
        list(tuning.measure(DetectorSettings(), load, sample_frame(), tried))
