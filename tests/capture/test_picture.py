import av
import numpy as np
import pytest

from frigate_ext.capture.picture import Scaler
from frigate_ext.domain.geometry import Size


def half_white(width: int, height: int) -> av.VideoFrame:
    image = np.zeros((height, width, 3), np.uint8)
    image[:, width // 2 :] = 255
    return av.VideoFrame.from_ndarray(image, "bgr24")


def test_odd_sizes_round_their_chroma_up():
    picture = Scaler(None).planes(half_white(35, 33).reformat(format="yuv420p"))
    assert (picture.y.shape, picture.u.shape, picture.v.shape) == ((33, 35), (17, 18), (17, 18))
    assert picture.y.flags.c_contiguous


@pytest.mark.parametrize(
    "pixel_format, full_range, black, white",
    [
        ("yuv420p", False, 16, 235),
        ("yuvj420p", True, 0, 255),
        ("yuvj422p", True, 0, 255),
        ("yuv444p", False, 16, 235),
        ("yuv420p10le", False, 16, 235),
        ("nv12", False, 16, 235),
        ("gray", False, 16, 235),
    ],
)
@pytest.mark.parametrize("size", [None, Size(32, 16)])
def test_every_pixel_format_becomes_planes_in_its_own_range(pixel_format, full_range, black, white, size):
    picture = Scaler(size).planes(half_white(64, 32).reformat(format=pixel_format))
    height, width = picture.y.shape
    assert Size(width, height) == (size or Size(64, 32))
    assert picture.full_range is full_range
    assert picture.y[height // 2, 2] == pytest.approx(black, abs=2)
    assert picture.y[height // 2, -3] == pytest.approx(white, abs=2)
    assert picture.u.mean() == pytest.approx(128, abs=1)


def test_one_scaler_follows_a_stream_that_changes_its_resolution():
    scaler = Scaler(Size(32, 16))
    for width, height in [(64, 32), (128, 64), (35, 33), (64, 32)]:
        assert scaler.planes(half_white(width, height).reformat(format="yuv420p")).y.shape == (16, 32)


def test_planes_are_copies_that_outlive_the_decoders_buffer():
    decoded = half_white(64, 32).reformat(format="yuv420p")
    picture = Scaler(None).planes(decoded)
    np.frombuffer(decoded.planes[0], np.uint8).fill(99)
    assert picture.y[0, 0] == 16
