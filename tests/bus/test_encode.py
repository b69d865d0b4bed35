import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.bus.encode import encode_jpeg, view_of
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.errors import FrameUnavailableError


def decoded(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def picture():
    """A BGR picture with strong colours, smooth so that chroma subsampling does not matter; 320x240."""
    rows, columns = np.mgrid[0:240, 0:320].astype(np.float32)
    blue, green, red = columns / 320, rows / 240, 1 - columns / 320
    return (np.dstack([blue, green, red]) * 255).astype(np.uint8)


def video_range_frame(bgr):
    height, width = bgr.shape[:2]
    planes = cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420).reshape(-1)
    luma, half = width * height, (height // 2, width // 2)
    u, v = planes[luma : luma * 5 // 4].reshape(half), planes[luma * 5 // 4 :].reshape(half)
    return Frame("porch", 1.0, planes[:luma].reshape(height, width), u, v)


def test_colours_are_those_of_the_bgr_path():
    bgr = picture()
    frame = video_range_frame(bgr)
    ours = decoded(encode_jpeg(frame, view_of(frame.size, None, 240), 95)).astype(int)
    assert np.abs(ours - bgr).mean() < 2.0


def test_scaled_colours_are_those_of_an_area_average():
    bgr = picture()
    frame = video_range_frame(bgr)
    ours = decoded(encode_jpeg(frame, view_of(frame.size, None, 96), 95)).astype(int)
    expected = cv2.resize(bgr, (128, 96), interpolation=cv2.INTER_AREA)
    assert np.abs(ours - expected).mean() < 2.5


@pytest.mark.parametrize("level, full_range, shown", [(16, False, 0), (235, False, 255), (16, True, 16)])
def test_video_range_is_stretched_and_full_range_is_left_alone(make_frame, level, full_range, shown):
    frame = make_frame(level, full_range=full_range)
    assert abs(int(decoded(encode_jpeg(frame, view_of(frame.size, None, 48), 95)).mean()) - shown) <= 1


@pytest.mark.parametrize(
    "frame, height, size",
    [
        (Size(1920, 1080), 480, Size(854, 480)),
        (Size(640, 272), 480, Size(640, 272)),
        (Size(641, 273), 480, Size(640, 272)),
        (Size(1280, 720), 101, Size(178, 100)),
        (Size(4000, 8), 2, Size(1000, 2)),
    ],
)
def test_pictures_are_scaled_down_to_even_sizes_and_never_up(frame, height, size):
    assert view_of(frame, None, height).size == size


def test_a_crop_grows_to_even_edges_inside_the_frame():
    assert view_of(Size(64, 48), Box(-5, 3, 11, 99), 480).crop == Box(0, 2, 12, 48)


@pytest.mark.parametrize(
    "crop", [Box(64, 0, 80, 10), Box(10, 10, 10, 10), Box(30, 30, 10, 10), Box(-9, -9, 0, 0)]
)
def test_a_crop_outside_the_frame_is_refused(crop):
    with pytest.raises(FrameUnavailableError, match="outside"):
        view_of(Size(64, 48), crop, 480)


@given(st.integers(2, 200), st.integers(2, 200), st.integers(2, 300), st.integers(0, 3))
def test_any_frame_encodes_at_any_height_to_a_jpeg_of_the_promised_size(width, height, wanted, stride):
    wide = np.zeros((height, width + stride), np.uint8)
    half = np.zeros(((height + 1) // 2, (width + 1) // 2 + stride), np.uint8)
    trimmed = half[:, : (width + 1) // 2]
    frame = Frame("porch", 1.0, wide[:, :width], trimmed, trimmed, full_range=True)
    view = view_of(frame.size, None, wanted)
    high, wide_out = decoded(encode_jpeg(frame, view, 80)).shape[:2]
    assert Size(wide_out, high) == view.size
    assert high <= min(wanted, height)


def test_a_crop_shows_what_lies_inside_it(make_frame):
    frame = make_frame(0)
    frame.y[10:20, 30:40] = 255
    crop = Box(30, 10, 40, 20)
    assert decoded(encode_jpeg(frame, view_of(frame.size, crop, 480), 95)).mean() > 250
