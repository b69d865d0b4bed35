import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.bus.ring import FrameRing
from frigate_ext.domain.frame import Frame, FrameKey

FRAME_BYTES = 64 * 48 * 3 // 2


def key(seq, epoch=1):
    return FrameKey("porch", epoch, seq)


@pytest.fixture
def ring_of(make_frame):
    """A ring with one frame a second from t=0 on."""

    def ring_of(count, seconds=10.0, max_bytes=1 << 20):
        ring = FrameRing(seconds, max_bytes)
        for second in range(count):
            ring.put(key(second), make_frame(second, time=float(second)))
        return ring

    return ring_of


def seqs(kept):
    return [found.key.seq for found in kept]


def test_a_frame_is_found_by_its_exact_key(ring_of):
    assert ring_of(5).get(key(3)).frame.y[0, 0] == 3


@pytest.mark.parametrize("missing", [key(5), key(3, epoch=2)])
def test_a_frame_of_another_seq_or_epoch_is_not_there(ring_of, missing):
    assert ring_of(5).get(missing) is None


def test_frames_older_than_the_rings_seconds_are_gone(ring_of):
    assert seqs(ring_of(15).moments(None, 100, 100.0)) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]


def test_the_oldest_frames_go_when_the_bytes_run_out(ring_of):
    assert seqs(ring_of(8, max_bytes=3 * FRAME_BYTES).moments(None, 100, 100.0)) == [5, 6, 7]


def test_the_newest_frame_stays_whatever_its_size(ring_of):
    assert ring_of(3, max_bytes=1).newest().key == key(2)


def test_a_frame_is_kept_by_reference(make_frame):
    ring, frame = FrameRing(10.0, 1 << 20), make_frame()
    ring.put(key(0), frame)
    assert ring.newest().frame is frame


def test_a_wall_clock_set_back_drops_the_frames_of_the_future(make_frame):
    ring = FrameRing(10.0, 1 << 20)
    ring.put(key(0), make_frame(time=1000.0))
    ring.put(key(1), make_frame(time=10.0))
    assert seqs(ring.moments(None, 9, 2000.0)) == [1]


@pytest.mark.parametrize(
    "count, seconds, expected",
    [(1, 0.0, [9]), (4, 6.0, [3, 5, 7, 9]), (2, 9.0, [0, 9]), (3, 100.0, [0, 9]), (4, 2.0, [7, 8, 9])],
)
def test_moments_are_spread_evenly_oldest_first_and_end_with_the_newest(ring_of, count, seconds, expected):
    assert seqs(ring_of(10).moments(None, count, seconds)) == expected


def test_moments_before_a_key_end_with_that_frame_not_with_a_later_one(ring_of):
    assert seqs(ring_of(10).moments(key(6), 3, 4.0)) == [2, 4, 6]


def test_moments_before_a_frame_that_is_gone_are_none(ring_of):
    assert ring_of(15).moments(key(1), 3, 4.0) == []


def test_an_empty_ring_has_nothing():
    assert FrameRing(10.0, 1).moments(None, 3, 1.0) == []


@given(st.integers(1, 32), st.floats(0, 20), st.integers(1, 9))
def test_moments_are_in_order_without_repeats_and_never_more_than_asked(count, seconds, length):
    pixel = np.zeros((1, 1), np.uint8)
    ring = FrameRing(100.0, 1 << 20)
    for seq in range(length):
        ring.put(key(seq), Frame("porch", float(seq), pixel, pixel, pixel))
    found = seqs(ring.moments(None, count, seconds))
    assert found == sorted(set(found))
    assert len(found) <= count
