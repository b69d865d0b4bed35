"""The chat that looks are compared with, and that the comparison is run as the product runs."""

from base64 import b64decode

import cv2
import numpy as np
import pytest

from bench import look_cost
from frigate_ext.domain.frame import Frame


@pytest.fixture
def film():
    """Sixteen grey frames of 960x720."""
    half = np.full((360, 480), 128, np.uint8)
    return [Frame("street", float(n), np.full((720, 960), 10 * n, np.uint8), half, half) for n in range(16)]


def pictures(request):
    contents = [message["content"] for message in request["messages"] if message["role"] == "user"]
    urls = [part["image_url"]["url"] for content in contents for part in content if "image_url" in part]
    return [cv2.imdecode(np.frombuffer(b64decode(url.split(",")[1]), np.uint8), 1) for url in urls]


@pytest.mark.parametrize("looks, shown", [(1, 1), (2, 2), (11, 11), (12, 11), (16, 11)])
def test_the_chat_keeps_ten_turns_and_asks_about_the_newest_frame(film, looks, shown):
    request = look_cost.chat(film[:looks])
    assert len(pictures(request)) == shown
    roles = [message["role"] for message in request["messages"]]
    assert roles == ["system", *["user", "assistant"] * (shown - 1), "user"]


def test_its_pictures_are_at_most_480_pixels_high(film):
    assert {picture.shape for picture in pictures(look_cost.chat(film[:3]))} == {(480, 640, 3)}


@pytest.mark.slow
def test_the_requests_that_are_measured_show_what_the_record_says(film):
    for way, shown in zip(look_cost.WAYS, (1, 1, 4), strict=True):
        *_, last = look_cost.requests(way, film)
        assert len(pictures(last)) == shown
