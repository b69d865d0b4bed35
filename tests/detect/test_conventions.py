"""Every form in which exports are written, through every engine that reads ONNX, down to boxes of the frame.

All of these networks see one car: the left half of the frame, and nothing else that is worth telling.
"""

import json

import numpy as np
import pytest

from frigate_ext.detect.coco import COCO_80
from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.detect.labels import labels_beside
from frigate_ext.detect.signature import Form, Signature
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.errors import ModelError
from tests.detect.tiny import ANY, ULTRALYTICS, onnx_file

FRAME = Frame("yard", 0.0, *(np.full(shape, 128, np.uint8) for shape in ((240, 480), (120, 240), (120, 240))))
LEFT_HALF = Box(0, 0, 240, 240)
"""As fractions: centre (.25, .5), size (.5, 1). In the input of 320 x 160: (80, 80) and (160, 160)."""
SQUARE = (1, 3, 640, 640)


def logit(score):
    return np.log(score / (1 - score))


def yolo(file):
    """YOLOv8 and 11: columns of cxcywh in pixels and a score for each class; the second is a duplicate."""
    columns = [[80, 80, 160, 160, 0.05, 0.9], [81, 80, 160, 160, 0.0, 0.8], [200, 80, 9, 9, 0.01, 0.02]]
    return onnx_file(file, {"output0": np.transpose(columns)}, metadata={**ULTRALYTICS, "end2end": False})


def yolo_end_to_end(file):
    """YOLO26 and v10: rows of xyxy in pixels, score, class."""
    rows = [[0, 0, 160, 160, 0.9, 1], [200, 0, 210, 10, 0.01, 0]]
    return onnx_file(file, {"output0": rows}, metadata={**ULTRALYTICS, "end2end": True})


def rtdetr_of_ultralytics(file):
    """Rows of cxcywh as fractions, score, class; the input is square and fixed."""
    rows = [[0.25, 0.5, 0.5, 1, 0.9, 1], [0.9, 0.9, 0.1, 0.1, 0.01, 0]]
    metadata = {**ULTRALYTICS, "head": "RTDETRDecoder", "end2end": False}
    return onnx_file(file, {"output0": rows}, shape=SQUARE, metadata=metadata)


def rtdetr_official(file):
    """Boxes are xyxy in pixels of the size that is asked for; names stand in a file beside it."""
    file.with_suffix(".txt").write_text("person\ncar\n")
    outputs = {"labels": [1, 0], "boxes": [[0, 0, 0.5, 1], [0.9, 0.9, 1, 1]], "scores": [0.9, 0.01]}
    return onnx_file(file, outputs, shape=(None, 3, 640, 640), sizes=True)


def rtdetr_of_hugging_face(file):
    """Logits and cxcywh as fractions; shapes are left open, names stand in `config.json`."""
    (file.parent / "config.json").write_text(json.dumps({"id2label": {"1": "car", "0": "person"}}))
    outputs = {
        "logits": [[logit(0.05), logit(0.9)], [logit(0.01), logit(0.02)]],
        "pred_boxes": [[0.25, 0.5, 0.5, 1], [0.9, 0.9, 0.1, 0.1]],
    }
    return onnx_file(file, outputs, shape=ANY, pixels="pixel_values")


@pytest.mark.parametrize("engine", ["openvino", "onnx"])
@pytest.mark.parametrize(
    "write", [yolo, yolo_end_to_end, rtdetr_of_ultralytics, rtdetr_official, rtdetr_of_hugging_face]
)
def test_every_form_of_export_gives_the_same_detection(write, engine, tmp_path):
    model = write(tmp_path / "model.onnx")
    detector = load_detector(DetectorSettings(weights=str(model), backend=engine, precision="f32"), tmp_path)
    assert detector.labels == ("person", "car")
    for _ in range(2):
        (car,) = detector.infer(FRAME)
        assert (car.label, car.box) == ("car", LEFT_HALF)
        assert car.score == pytest.approx(0.9, abs=1e-3)
    detector.close()


def test_a_transformer_whose_shape_is_open_is_shown_what_it_was_trained_on():
    signature = Signature.read(["pixel_values"], ["logits", "pred_boxes"])
    assert signature.form is Form.LOGITS
    assert signature.input_size(None, None) == Size(640, 640)
    assert signature.input_size(512, 512) == Size(512, 512)
    assert Signature.read(["images"], ["output0"]).input_size(None, None) is None


@pytest.mark.parametrize(
    "inputs, outputs",
    [
        (["pixel_values", "pixel_mask"], ["logits", "pred_boxes"]),
        (["images"], ["output0", "output1"]),
        (["images", "orig_target_sizes"], ["output0"]),
        ([], []),
    ],
)
def test_what_is_no_detector_of_a_known_form_is_refused_by_name(inputs, outputs):
    with pytest.raises(ModelError, match="that is no detector as"):
        Signature.read(inputs, outputs)


def test_without_any_names_they_are_those_of_coco(tmp_path):
    assert len(COCO_80) == len(set(COCO_80)) == 80
    assert (COCO_80[0], COCO_80[10], COCO_80[79]) == ("person", "fire hydrant", "toothbrush")
    for classes in (None, 80):
        assert labels_beside(tmp_path / "model.onnx", classes) == COCO_80
    with pytest.raises(ModelError, match=r"knows 91 classes .* model\.txt"):
        labels_beside(tmp_path / "model.onnx", 91)


def test_names_may_lie_in_the_folder_above_and_are_told_in_the_usual_words(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "motorbike", "1": "cat"}}))
    (tmp_path / "onnx").mkdir()
    assert labels_beside(tmp_path / "onnx" / "model.onnx", 2) == ("motorcycle", "cat")
    with pytest.raises(ModelError, match="knows 3 classes and there are 2 names"):
        labels_beside(tmp_path / "onnx" / "model.onnx", 3)


@pytest.mark.parametrize("text", ["", "[]", '{"id2label": 5}', '{"id2label": {"a": "b"}}'])
def test_a_configuration_that_is_none_is_refused(text, tmp_path):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ModelError, match=r"config\.json is not a configuration"):
        labels_beside(tmp_path / "model.onnx", 2)


def test_a_class_without_a_name_is_an_error_that_says_so(tmp_path):
    model = rtdetr_official(tmp_path / "model.onnx")
    model.with_suffix(".txt").write_text("person\n")
    detector = load_detector(DetectorSettings(weights=str(model), backend="onnx"), tmp_path)
    with pytest.raises(ModelError, match="class 1 and has 1 names"):
        detector.infer(FRAME)
    detector.close()
