import numpy as np

from frigate_ext.track.association import assign, overlaps
from frigate_ext.track.kalman import BoxFilters


def box(x, y=0.0, width=40.0, height=90.0):
    return np.array([[x, y, x + width, y + height]], float)


def test_a_steady_walker_is_expected_where_it_will_be():
    filters = BoxFilters()
    filters.add(box(0))
    for step in range(1, 15):
        filters.predict(0.2)
        filters.update(np.array([0]), box(10 * step))
    filters.predict(1.0)
    assert abs(filters.boxes[0, 0] - 190) < 3
    assert abs(filters.boxes[0, 1]) < 1


def test_a_filter_grows_unsure_without_measurements_and_sure_with_them():
    filters = BoxFilters()
    filters.add(box(0))
    variances = [filters.centre_variances[0, 0]]
    for _ in range(3):
        filters.predict(0.2)
        variances.append(filters.centre_variances[0, 0])
    assert variances == sorted(variances)
    filters.update(np.array([0]), box(0))
    assert filters.centre_variances[0, 0] < variances[-1] / 2


def test_a_closed_form_step():
    """After the first box the variance is the measurement's: the second pulls the estimate halfway."""
    filters = BoxFilters()
    filters.add(box(0))
    filters.update(np.array([0]), box(10))
    assert np.allclose(filters.boxes[0], [5, 0, 45, 90])


def test_rows_are_independent_and_kept_in_order():
    filters = BoxFilters()
    filters.add(np.vstack([box(0), box(100), box(200)]))
    filters.update(np.array([1]), box(110))
    filters.keep(np.array([1, 2]))
    assert len(filters) == 2
    assert np.allclose(filters.boxes[:, 0], [105, 200])


def test_overlaps_of_hand_made_boxes():
    a = np.array([[0, 0, 10, 10]], float)
    b = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 0, 30, 10]], float)
    iou, diou = overlaps(a, b)
    assert np.allclose(iou, [[1, 1 / 3, 0]])
    assert np.allclose(diou, [[1, 1 / 3 - 25 / 325, -400 / 1000]])


def test_assignment_minimises_the_total_and_keeps_to_what_is_allowed():
    distance = np.array([[0.1, 0.2], [0.2, 0.9]])
    everything = np.ones((2, 2), bool)
    assert assign(distance, everything) == [(0, 1), (1, 0)]
    assert assign(distance, np.array([[True, False], [False, False]])) == [(0, 0)]
    assert assign(distance, ~everything) == []
