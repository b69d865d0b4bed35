"""One contract for every backend and a scripted fake; and that the real ones agree with each other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from frigate_ext.detect.detector import DetectorSettings, choose_backend, load_detector
from frigate_ext.detect.export import export
from frigate_ext.detect.regions import Views
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.geometry import Box, Size, covered, iou
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError
from frigate_ext.runtime.cache import cache_dir

BACKENDS = ("openvino", "onnx", "ultralytics")


class ScriptedDetector:
    """Finds the same things in every frame."""

    def __init__(self, *found):
        self.found = list(found)
        self.labels = tuple({detection.label for detection in found})

    def infer(self, frame):
        return sorted(self.found, key=lambda detection: -detection.score)

    def infer_all(self, shots):
        return [
            [seen for seen in self.infer(shot.frame) if covered(seen.box, shot.shown) == 1] for shot in shots
        ]

    def views(self, frame):
        return Views(frame, Size(640, 640), Size(320, 256))

    def close(self):
        self.found = []


@pytest.fixture(scope="module", params=[*BACKENDS, "scripted"])
def detector(request):
    if request.param == "scripted":
        chosen = ScriptedDetector(
            *[Detection("person", score, Box(10, 10, 50, 90)) for score in (0.9, 0.8, 0.7)],
            Detection("bus", 0.8, Box(0, 0, 400, 300)),
        )
    else:
        request.getfixturevalue("yolov8n_weights")
        chosen = load_detector(DetectorSettings(backend=request.param, size=640), cache_dir())
    yield chosen
    chosen.close()
    chosen.close()


@pytest.mark.slow
def test_a_bus_and_its_people_are_found_best_first_and_inside_the_frame(detector, bus_frame):
    found = detector.infer(bus_frame)
    strong = [detection.label for detection in found if detection.score >= 0.6]
    assert sorted(strong) == ["bus", "person", "person", "person"]
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
    width, height = bus_frame.size
    for detection in found:
        assert detection.label in detector.labels
        assert 0 < detection.score <= 1
        assert 0 <= detection.box.x1 < detection.box.x2 <= width
        assert 0 <= detection.box.y1 < detection.box.y2 <= height
        assert all(isinstance(side, int) for side in detection.box)


@pytest.mark.slow
def test_areas_are_looked_at_in_pixels_of_the_frame(detector, bus_frame):
    whole = [seen for seen in detector.infer(bus_frame) if seen.score >= 0.6]
    areas = [Box(0, 270, 810, 1080), Box(0, 0, 810, 810), Box(0, 340, 300, 640), *[Box(0, 0, 64, 64)] * 3]
    found = detector.infer_all([Shot(bus_frame, area) for area in areas])
    assert len(found) == len(areas)
    for area, seen in zip(areas, found, strict=True):
        assert all(covered(detection.box, area) == 1 for detection in seen)
    inside = [
        (w, seen) for w in whole for a, seen in zip(areas[:2], found, strict=False) if covered(w.box, a) == 1
    ]
    assert inside
    assert all(any(d.label == w.label and iou(d.box, w.box) > 0.7 for d in seen) for w, seen in inside)
    assert detector.infer_all([]) == []


@pytest.mark.slow
def test_views_say_what_a_frame_is_scaled_to(detector):
    views = detector.views(Size(1920, 1080))
    assert views.frame == (1920, 1080)
    assert views.whole.width == 640
    assert views.part
    assert views.part.width == 320


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["openvino", "onnx"])
def test_an_export_finds_what_the_weights_find(backend, yolov8n_weights, bus_frame, street_frames):
    reference = load_detector(DetectorSettings(backend="ultralytics", size=640), cache_dir())
    exported = load_detector(DetectorSettings(backend=backend, size=640), cache_dir())
    for frame in (bus_frame, street_frames[7], street_frames[24]):
        ours, theirs = exported.infer(frame), reference.infer(frame)
        assert strong(theirs)
        assert all(matched(detection, ours) for detection in strong(theirs))
        assert all(matched(detection, theirs) for detection in strong(ours))
    reference.close()
    exported.close()


def strong(found):
    return [detection for detection in found if detection.score >= 0.6]


def matched(wanted, found):
    return any(
        d.label == wanted.label and iou(d.box, wanted.box) >= 0.9 and abs(d.score - wanted.score) <= 0.1
        for d in found
    )


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["openvino", "onnx"])
def test_neither_torch_nor_telemetry_is_imported_where_an_export_serves(backend, yolov8n_weights):
    export(yolov8n_weights, cache_dir(), backend)
    script = f"""
import sys
import numpy as np
from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.cache import cache_dir
plane = np.full((96, 160), 128, np.uint8)
detector = load_detector(DetectorSettings(backend={backend!r}, size=160), cache_dir())
detector.infer(Frame("yard", 0.0, plane, plane[::2, ::2].copy(), plane[::2, ::2].copy()))
print(sorted(name for name in ("torch", "ultralytics", "openvino_telemetry") if sys.modules.get(name)))
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_an_export_is_taken_as_weights_by_its_path(yolov8n_weights, bus_frame):
    folder = export(yolov8n_weights, cache_dir())
    detector = load_detector(DetectorSettings(weights=str(folder)), cache_dir())
    assert len(detector.labels) == 80
    assert "bus" in [detection.label for detection in detector.infer(bus_frame)]
    detector.close()


@pytest.mark.parametrize("name", ["no_such_model", "/nowhere/model.pt"])
def test_unknown_weights_are_refused_with_the_known_names(name, tmp_path):
    with pytest.raises(ModelError, match="yolov8n"):
        load_detector(DetectorSettings(weights=name), tmp_path)


def test_a_broken_export_is_a_model_error(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    folder = tmp_path / "model_openvino"
    folder.mkdir()
    for weights in (tmp_path / "model.onnx", folder):
        with pytest.raises(ModelError, match=r"not a usable|holds 0 \.xml"):
            load_detector(DetectorSettings(weights=str(weights)), tmp_path)


def test_the_backend_must_be_able_to_read_the_file(tmp_path):
    onnx = tmp_path / "model.onnx"
    assert choose_backend("auto", onnx) == "openvino"
    assert choose_backend("onnx", onnx) == "onnx"
    assert choose_backend("auto", tmp_path) == "openvino"
    assert choose_backend("auto", Path("yolov8n.pt")) == "openvino"
    assert choose_backend("ultralytics", Path("yolov8n.pt")) == "ultralytics"
    with pytest.raises(ModelError, match="ultralytics"):
        choose_backend("ultralytics", onnx)
    with pytest.raises(ModelError, match="onnx"):
        choose_backend("onnx", tmp_path)


@pytest.mark.parametrize("settings", [{"size": 100}, {"size": 0}, {"size": 8192}, {"min_score": 1.0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(ModelError):
        DetectorSettings(**settings)


@pytest.mark.slow
def test_an_export_is_made_once_and_leaves_no_scratch(yolov8n_weights, tmp_path):
    mine = tmp_path / "mine.pt"
    shutil.copyfile(yolov8n_weights, mine)
    first = export(mine, tmp_path)
    made = (first / "metadata.yaml").stat().st_mtime_ns
    assert export(mine, tmp_path) == first
    assert (first / "metadata.yaml").stat().st_mtime_ns == made
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == [".lock", first.name]


def test_weights_that_are_none_give_a_model_error_and_no_export(tmp_path):
    mine = tmp_path / "mine.pt"
    mine.write_bytes(b"no pickle")
    with pytest.raises(ModelError, match=r"mine\.pt can't be exported"):
        export(mine, tmp_path)
    assert [path.name for path in (tmp_path / "exports").iterdir()] == [".lock"]
