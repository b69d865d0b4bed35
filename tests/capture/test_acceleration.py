from contextlib import contextmanager

import av
import pytest
from av.codec.hwaccel import hwdevices_available

from frigate_ext.capture.acceleration import Acceleration, accelerated
from frigate_ext.capture.pool import CapturePool
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.source import open_source
from tests.capture.clips import number_of, write_clip
from tests.capture.waiting import eventually, next_frame


@pytest.fixture
def codec(clip):
    with av.open(str(clip)) as container:
        yield container.streams.video[0].codec_context


def test_nothing_wanted_is_the_processor(codec):
    assert accelerated(codec, None) == (codec, "software")


def test_a_device_that_ffmpeg_does_not_know_falls_back_and_says_so(codec):
    opened, name = accelerated(codec, Acceleration("warp"))
    assert opened is codec
    assert name == "software (warp: this FFmpeg is built without it)"


def test_a_device_that_does_not_decode_the_codec_falls_back(clip):
    decoder = av.CodecContext.create("mjpeg", "r")
    kinds = [kind for kind in hwdevices_available() if kind in {"qsv", "amf"}]
    assert {accelerated(decoder, Acceleration(kind)).codec for kind in kinds} <= {decoder}


@pytest.mark.parametrize("device", [None, "99", "nonsense"])
def test_a_card_that_is_not_there_falls_back(codec, device):
    opened, name = accelerated(codec, Acceleration("cuda", device or "98"))
    assert opened is codec
    assert name.startswith("software (cuda: ")


def test_a_stream_plays_without_the_device_it_was_to_have(pool, clip, caplog):
    settings = StreamSettings(url=str(clip), loop=True, acceleration=Acceleration("warp"))
    feed = pool.open("front", settings, lambda: None)
    assert number_of(next_frame(feed)) >= 0
    assert feed.status().decoder == "software (warp: this FFmpeg is built without it)"
    assert caplog.text.count("decoded by") == 1


def test_a_camera_is_marked_while_its_device_is_opened(clip, monkeypatch):
    """A driver may crash, or never return."""
    marked, seen = set(), []

    @contextmanager
    def guard(camera):
        marked.add(camera)
        yield
        marked.discard(camera)

    def opened(codec, _wanted):
        seen.append(set(marked))
        return codec, "warp"

    monkeypatch.setattr("frigate_ext.capture.reader.accelerated", opened)
    pool = CapturePool(guard)
    feed = pool.open("front", StreamSettings(url=str(clip), acceleration=Acceleration("warp")), lambda: None)
    assert eventually(lambda: feed.take() is not None)
    pool.stop()
    assert pool.join(2.0)
    assert seen[0] == {"front"}


def test_a_device_that_brings_no_picture_is_not_asked_again(pool, clip, monkeypatch):
    """A decoder that swallows everything stands in for a driver that does."""
    silent = av.CodecContext.create("mpeg1video", "r")
    monkeypatch.setattr(
        "frigate_ext.capture.reader.accelerated",
        lambda codec, wanted: (silent, "warp") if wanted else (codec, "software"),
    )
    settings = StreamSettings(url=str(clip), loop=True, acceleration=Acceleration("warp"), stall_timeout=0.5)
    feed = pool.open("front", settings, lambda: None)
    assert eventually(lambda: feed.take() is not None)
    assert feed.status().decoder == "software (warp: it brought no picture)"


class Silence:
    """A camera that takes the call and hangs up, as one that starts anew does."""

    def __init__(self):
        self.codec = av.CodecContext.create("h264", "r")

    def packets(self):
        return iter(())

    def close(self):
        pass


def test_a_camera_that_hangs_up_before_its_first_key_frame_says_nothing_of_the_device(
    pool, clip, monkeypatch
):
    calls = [Silence()]
    monkeypatch.setattr(
        "frigate_ext.capture.reader.accelerated",
        lambda codec, wanted: (codec, "warp" if wanted else "software"),
    )
    monkeypatch.setattr(
        "frigate_ext.capture.session.open_source",
        lambda *settings: calls.pop() if calls else open_source(*settings),
    )
    settings = StreamSettings(url=str(clip), loop=True, acceleration=Acceleration("warp"))
    feed = pool.open("front", settings, lambda: None)
    assert eventually(lambda: feed.take() is not None)
    assert feed.status().decoder == "warp"


def test_nor_does_one_that_hangs_up_before_the_decoder_could_bring_its_first_picture(
    pool, tmp_path, monkeypatch
):
    """Where pictures may come in another order, the first one waits for those that may come before it."""
    clip = write_clip(tmp_path / "reordered.mp4", b_frames=2)
    calls = [True]

    def first_packet_only(*settings):
        source = open_source(*settings)
        if calls and calls.pop():
            packets = source.packets()
            source.packets = lambda: iter([next(packets)])
        return source

    monkeypatch.setattr(
        "frigate_ext.capture.reader.accelerated",
        lambda codec, wanted: (codec, "warp" if wanted else "software"),
    )
    monkeypatch.setattr("frigate_ext.capture.session.open_source", first_packet_only)
    settings = StreamSettings(url=str(clip), loop=True, acceleration=Acceleration("warp"))
    feed = pool.open("front", settings, lambda: None)
    assert eventually(lambda: feed.take() is not None)
    assert feed.status().decoder == "warp"
