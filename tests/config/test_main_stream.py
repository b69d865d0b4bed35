"""Which stream full pictures come from."""

import pytest

from config import plain
from config.detection import detection_settings

TWO_STREAMS = """\
cameras:
  front:
    ffmpeg:
      inputs:
        - {path: "rtsp://viewer:hush@10.0.0.1/sub", roles: [detect]}
        - {path: "rtsp://viewer:hush@10.0.0.1/main", roles: [record]}
"""


def main_of(config):
    main = plain.main_stream(config, "front")
    return main.url if main else None


def test_the_input_that_is_recorded_gives_full_pictures(load_texts, tmp_path):
    config = load_texts(TWO_STREAMS)
    assert main_of(config) == "rtsp://viewer:hush@10.0.0.1/main"
    (camera,) = detection_settings(config, "ipc:///bus", tmp_path).cameras
    assert camera.main == plain.main_stream(config, "front")
    assert "hush" not in repr(camera)
    assert plain.main_streams(config) == {"front"}


@pytest.mark.parametrize(
    "change",
    [
        ("[record]", "[audio]"),
        ("[detect]", "[detect, audio]"),
        ("10.0.0.1/main", "10.0.0.1/sub"),
        ("rtsp://viewer:hush@10.0.0.1/main", "rtmp://10.0.0.1/main"),
        ("rtsp://viewer:hush@10.0.0.1/main", "exec:record"),
    ],
    ids=["nobody records", "roles beside", "the same stream", "not to be opened", "a command"],
)
def test_without_another_stream_that_may_be_opened_there_are_none(load_texts, change):
    config = load_texts(TWO_STREAMS.replace(*change))
    is_recorded = change == ("[detect]", "[detect, audio]")
    assert (main_of(config) is not None) == is_recorded


@pytest.mark.parametrize(
    "own, wanted",
    [
        ("{full_pictures: false}", False),
        ("{full_pictures: false, streams: {front: {full_pictures: true}}}", True),
        ("{streams: {front: {full_pictures: false}}}", False),
        ("{streams: {front: {loop: true}}}", True),
    ],
)
def test_they_can_be_turned_off_for_all_cameras_and_for_each(load_texts, own, wanted):
    config = load_texts(f"{TWO_STREAMS}frigate_ext: {own}\n")
    assert (main_of(config) is not None) == wanted
    assert plain.main_streams(config) == ({"front"} if wanted else set())
