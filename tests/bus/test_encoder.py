"""Each JPEG is made once, small enough, and says what it shows."""

import cv2
import numpy as np
import pytest

from frigate_ext.bus.encoder import FrameEncoder, Piece
from frigate_ext.bus.schema import Outline, OutlineKind
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.errors import FrameUnavailableError

KEY = FrameKey("porch", 1, 1)
SQUARE = (Point(10, 10), Point(50, 10), Point(50, 40), Point(10, 40))


def decoded(encoded):
    return cv2.imdecode(np.frombuffer(encoded.jpeg, np.uint8), cv2.IMREAD_COLOR)


@pytest.fixture
def piece(make_frame):
    """`piece(seq, level, crop=, outlines=)`: a grey frame of 640x480 that is `seq` seconds old."""

    def build(seq=1, level=128, **shown):
        return Piece(
            KEY._replace(seq=seq), make_frame(level, time=float(seq), width=640, height=480), **shown
        )

    return build


def test_the_same_view_of_the_same_frame_is_encoded_once(piece):
    encoder = FrameEncoder()
    first = encoder.encode(piece(), height=24)
    assert encoder.encode(piece(), height=24) is first
    assert (encoder.counts.encoded, encoder.counts.reused) == (1, 1)


def test_another_frame_size_crop_outline_or_quality_is_encoded_anew(piece):
    encoder = FrameEncoder()
    encoder.encode(piece())
    encoder.encode(piece(2))
    encoder.encode(piece(), height=24)
    encoder.encode(piece(crop=Box(0, 0, 10, 10)))
    encoder.encode(piece(outlines=(Outline(OutlineKind.ZONE, SQUARE),)))
    encoder.encode(piece(), quality=50)
    assert encoder.counts.encoded == 6


def test_the_same_tile_is_encoded_once_and_one_of_other_moments_anew(piece):
    encoder = FrameEncoder()
    first = encoder.encode(piece(1), piece(3), height=240)
    assert encoder.encode(piece(1), piece(3), height=240) is first
    encoder.encode(piece(2), piece(3), height=240)
    assert (encoder.counts.encoded, encoder.counts.reused) == (2, 1)


def test_the_cache_forgets_the_least_recently_used_when_it_is_full(piece):
    size = len(FrameEncoder().encode(piece()).jpeg)
    encoder = FrameEncoder(max_bytes=2 * size)
    for seq in (1, 2, 1, 3, 1, 2):
        encoder.encode(piece(seq))
    assert (encoder.counts.encoded, encoder.counts.reused) == (4, 2)


def test_an_encoded_frame_says_which_frame_it_is_and_what_part(make_frame):
    encoded = FrameEncoder().encode(Piece(KEY, make_frame(time=12.5), Box(1, 1, 21, 11)), height=6)
    assert (encoded.epoch, encoded.seq, encoded.frame_time) == (1, 1, 12.5)
    assert (encoded.frame_size, encoded.crop, encoded.size) == (Size(64, 48), Box(0, 0, 22, 12), Size(12, 6))
    assert encoded.panes == ()


def test_a_tile_shows_every_piece_where_its_pane_says(piece):
    close = Box(0, 0, 100, 100)
    tile = FrameEncoder().encode(piece(1, 40), piece(3, 200, crop=close), piece(3, 120))
    shown = decoded(tile)
    assert [round(shown[p.place.y1 : p.place.y2, p.place.x1 : p.place.x2].mean()) for p in tile.panes] == [
        pytest.approx(level, abs=2) for level in (40, 200, 120)
    ]
    assert [(pane.frame_time, pane.crop) for pane in tile.panes] == [(1.0, None), (3.0, close), (3.0, None)]
    assert (tile.seq, tile.crop, tile.size) == (3, None, shown.shape[1::-1])


def test_a_close_up_outside_the_frame_is_refused(piece):
    with pytest.raises(FrameUnavailableError, match="outside"):
        FrameEncoder().encode(piece(crop=Box(900, 900, 950, 950)), piece())


def test_outlines_are_drawn_in_their_colours_and_leave_the_frame_as_it_was(piece):
    thing = Outline(OutlineKind.OBJECT, (Point(100, 100), Point(300, 300)))
    outlined = piece(outlines=(Outline(OutlineKind.ZONE, SQUARE), thing))
    shown = decoded(FrameEncoder().encode(outlined, quality=95)).astype(int)
    blue, green, red = shown[40, 30]
    assert min(red, green) > blue + 80  # yellow
    blue, green, red = shown[200, 200]
    assert red > max(blue, green) + 80
    assert abs(shown[25, 30] - 128).max() < 8
    assert np.all(outlined.frame.y == 128)


@pytest.mark.parametrize("far", [-1e300, 1e9])
def test_points_far_outside_the_frame_are_drawn_towards(piece, far):
    outline = Outline(OutlineKind.ZONE, (Point(320, 240), Point(far, 240)))
    shown = decoded(FrameEncoder().encode(piece(outlines=(outline,)))).astype(int)
    assert abs(shown[240, 10 if far < 0 else 630] - 128).max() > 50


def test_a_picture_that_is_too_large_is_encoded_at_less_quality(make_frame):
    frame = make_frame(width=640, height=480)
    frame.y[:] = np.random.default_rng(1).integers(0, 256, frame.y.shape, np.uint8)
    free = FrameEncoder().encode(Piece(KEY, frame))
    bound = FrameEncoder().encode(Piece(KEY, frame), max_bytes=len(free.jpeg) // 2)
    assert len(bound.jpeg) <= len(free.jpeg) // 2
    assert bound.size == free.size
