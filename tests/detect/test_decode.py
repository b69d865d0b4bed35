import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.detect.card import Head
from frigate_ext.detect.decode import MAX_CANDIDATES, Candidates, decode, suppress
from frigate_ext.domain.geometry import Box, Size, iou

CANVAS = Size(100, 100)


def columns(*rows):
    return np.array(rows, np.float32).T


def test_yolo_columns_become_corners_with_their_best_class_best_first():
    raw = columns([20, 20, 20, 20, 0.1, 0.6], [60, 50, 20, 40, 0.9, 0.3], [80, 80, 10, 10, 0.2, 0.2])
    found = decode(raw, Head.YOLO, CANVAS, 0.5)
    assert found.boxes.tolist() == [[50, 30, 70, 70], [10, 10, 30, 30]]
    assert found.classes.tolist() == [0, 1]
    assert np.allclose(found.scores, [0.9, 0.6])


def test_duplicates_go_within_a_class_and_stay_across_classes():
    raw = columns([50, 50, 20, 20, 0.9, 0], [51, 50, 20, 20, 0.8, 0], [50, 50, 20, 20, 0, 0.7])
    assert decode(raw, Head.YOLO, CANVAS, 0.5).classes.tolist() == [0, 1]


def test_nothing_above_the_minimum_is_nothing():
    assert len(decode(columns([50, 50, 20, 20, 0.1, 0]), Head.YOLO, CANVAS, 0.5).scores) == 0


def test_end_to_end_rows_are_taken_as_they_are():
    raw = np.array([[1, 2, 3, 4, 0.4, 7], [5, 6, 7, 8, 0.9, 2], [0, 0, 1, 1, 0.1, 0]], np.float32)
    found = decode(raw, Head.END_TO_END, CANVAS, 0.3)
    assert found.boxes.tolist() == [[5, 6, 7, 8], [1, 2, 3, 4]]
    assert found.classes.tolist() == [2, 7]


def test_rtdetr_boxes_are_fractions_in_both_its_forms():
    newer = np.array([[0.5, 0.5, 0.2, 0.4, 0.8, 1]], np.float32)
    older = np.array([[0.5, 0.5, 0.2, 0.4, 0.1, 0.8, 0.3]], np.float32)
    for raw in (newer, older):
        found = decode(raw, Head.RTDETR, CANVAS, 0.5)
        assert np.allclose(found.boxes, [[40, 30, 60, 70]])
        assert found.classes.tolist() == [1]


def test_a_pathological_picture_costs_no_more_than_the_cap():
    count = 5 * MAX_CANDIDATES
    boxes = np.stack([np.arange(count) * 10] * 4, axis=1).astype(np.float32) + np.array(
        [0, 0, 5, 5], np.float32
    )
    scores = np.linspace(0.1, 0.9, count, dtype=np.float32)
    kept = suppress(Candidates(boxes, scores, np.zeros(count, np.intp)))
    assert len(kept.scores) == MAX_CANDIDATES
    assert kept.scores.max() == scores.max()


@given(
    st.lists(
        st.tuples(
            *[st.integers(0, 80)] * 2, *[st.integers(1, 40)] * 2, st.integers(0, 1), st.integers(1, 99)
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_is_left_of_a_class_does_not_overlap_and_holds_the_best(rows):
    boxes = np.array([[x, y, x + w, y + h] for x, y, w, h, _, _ in rows], np.float32)
    scores = np.array([row[5] / 100 for row in rows], np.float32)
    classes = np.array([row[4] for row in rows], np.intp)
    kept = suppress(Candidates(boxes, scores, classes))
    assert kept.scores.max() == scores.max()
    for a in range(len(kept.scores)):
        for b in range(a):
            if kept.classes[a] == kept.classes[b]:
                assert iou(Box(*kept.boxes[a].astype(int)), Box(*kept.boxes[b].astype(int))) <= 0.5 + 1e-6
