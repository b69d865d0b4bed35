import pytest

from frigate_ext.detect.card import Head, ModelCard
from frigate_ext.errors import ModelError


def metadata(**more):
    return {"task": "detect", "names": {1: "bus", 0: "person"}, **more}


def test_labels_are_in_the_models_order():
    assert ModelCard.read(metadata()).labels == ("person", "bus")


@pytest.mark.parametrize(
    "more,head",
    [
        ({"head": "Detect"}, Head.YOLO),
        ({}, Head.YOLO),
        ({"head": "Detect", "end2end": True}, Head.END_TO_END),
        ({"end2end": "True"}, Head.END_TO_END),
        ({"head": "RTDETRDecoder", "end2end": False}, Head.RTDETR),
        ({"description": "Ultralytics rtdetr-l model"}, Head.RTDETR),
    ],
)
def test_the_head_is_told_by_what_the_exporter_wrote(more, head):
    assert ModelCard.read(metadata(**more)).head is head


@pytest.mark.parametrize("more", [{"names": None}, {"names": {}}, {"task": "segment"}, {"task": None}])
def test_a_model_that_does_not_detect_is_refused(more):
    with pytest.raises(ModelError):
        ModelCard.read(metadata(**more))
