import cv2
import numpy as np
import pytest

from frigate_ext.detect.prepare import Letterbox, bgr
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Size


def flat(width, height, yuv, *, full_range=False):
    half = ((height + 1) // 2, (width + 1) // 2)
    planes = [
        np.full(shape, value, np.uint8)
        for shape, value in zip([(height, width), half, half], yuv, strict=True)
    ]
    return Frame("yard", 0.0, *planes, full_range=full_range)


@pytest.mark.parametrize(
    "frame,size,canvas",
    [
        (Size(640, 360), 320, (192, 320)),
        (Size(1920, 1080), 640, (384, 640)),
        (Size(640, 640), 320, (320, 320)),
        (Size(810, 1080), 640, (640, 480)),
        (Size(4000, 10), 320, (32, 320)),
        (Size(641, 271), 640, (288, 640)),
    ],
)
def test_the_input_keeps_the_frames_aspect_rounded_up_to_the_stride(frame, size, canvas):
    rgb = Letterbox.of_size(frame, size).rgb(flat(*frame, (126, 128, 128)))
    assert rgb.shape == (*canvas, 3)


def test_video_range_white_is_white_and_the_margins_are_grey():
    rgb = Letterbox.of_size(Size(640, 360), 320).rgb(flat(640, 360, (235, 128, 128)))
    assert rgb[6:186].min() >= 254
    assert np.abs(rgb[:6].astype(int) - 114).max() <= 1
    assert np.abs(rgb[186:].astype(int) - 114).max() <= 1


def test_full_range_white_and_black_keep_their_places():
    letterbox = Letterbox.of_size(Size(64, 64), 64)
    assert letterbox.rgb(flat(64, 64, (255, 128, 128), full_range=True)).min() >= 254
    assert letterbox.rgb(flat(64, 64, (0, 128, 128), full_range=True)).max() <= 1


def test_channels_are_red_green_blue():
    red = cv2.cvtColor(np.full((64, 64, 3), (0, 0, 255), np.uint8), cv2.COLOR_BGR2YUV_I420)
    values = (int(red[0, 0]), int(red[64, 0]), int(red[80, 0]))
    pixel = Letterbox.of_size(Size(64, 64), 64).rgb(flat(64, 64, values))[32, 32]
    assert pixel[0] > 250
    assert pixel[1:].max() < 5
    assert bgr(flat(64, 64, values))[32, 32, 2] > 250


def test_boxes_come_back_in_frame_pixels_and_inside_the_frame():
    letterbox = Letterbox.of_size(Size(640, 360), 320)
    boxes = letterbox.to_frame(np.array([[10, 26, 30, 46], [-5, 176, 330, 192]], np.float32))
    assert boxes.tolist() == [[20, 40, 60, 80], [0, 340, 640, 360]]


def test_stretching_fills_the_input_and_maps_back_by_side():
    letterbox = Letterbox(Size(640, 320), Size(64, 64), stretch=True)
    assert letterbox.to_frame(np.array([[32, 32, 64, 64]], np.float32)).tolist() == [[320, 160, 640, 320]]


def test_strided_planes_are_taken_as_they_are():
    frame = flat(64, 64, (235, 128, 128))
    padded = np.zeros((64, 96), np.uint8)
    padded[:, :64] = frame.y
    strided = Frame("yard", 0.0, padded[:, :64], frame.u, frame.v)
    assert Letterbox.of_size(Size(64, 64), 64).rgb(strided).min() >= 254
