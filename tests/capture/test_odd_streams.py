"""Files whose time or pictures do what cameras' do: made by a real encoder, read by the real thing."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from frigate_ext.capture.settings import StreamSettings
from frigate_ext.domain.geometry import Size
from tests.capture.clips import CLIP_FRAMES, number_of, numbered_picture
from tests.capture.test_files import collect
from tests.capture.waiting import next_frame

WRAP = 2**33
"""Ticks of 1/90000 s after which MPEG-TS counts from 0 again."""
TICKS = 90_000 // 25


def transport_stream(path: Path, stamp_of, *, size=(240, 120)) -> Path:
    """MPEG-TS at 25 fps, the pictures numbered; `stamp_of(number)` is in ticks."""
    with av.open(str(path), "w", format="mpegts", options={"mpegts_copyts": "1"}) as clip:
        stream = clip.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "10", "bf": "0"}
        encoded = [
            packet
            for number in range(CLIP_FRAMES)
            for packet in stream.encode(av.VideoFrame.from_ndarray(numbered_picture(number), "bgr24"))
        ]
        for number, packet in enumerate([*encoded, *stream.encode()]):
            packet.time_base = Fraction(1, 90_000)
            packet.pts = packet.dts = stamp_of(number)
            clip.mux(packet)
    return path


def watched(pool, path, count=CLIP_FRAMES):
    _, frames = collect(pool, StreamSettings(url=str(path), loop=True), count)
    return frames


def steps(frames):
    """Seconds of frame time that each picture's step of one took."""
    return [
        (b.time - a.time) / ((number_of(b) - number_of(a)) % CLIP_FRAMES)
        for a, b in pairwise(frames)
        if number_of(a) != number_of(b)
    ]


def test_time_goes_on_evenly_where_33_bits_wrap_around(pool, tmp_path):
    path = transport_stream(tmp_path / "wrap.ts", lambda n: WRAP + (n - 20) * TICKS)
    assert steps(watched(pool, path)) == pytest.approx([1 / 25] * (CLIP_FRAMES - 1), abs=0.03)


def test_a_jump_of_the_streams_time_is_none_of_ours(pool, tmp_path):
    path = transport_stream(tmp_path / "jump.ts", lambda n: n * TICKS + (n > 20) * 90_000 * 3600)
    assert all(0 <= step < 0.1 for step in steps(watched(pool, path)))


def test_frames_carry_the_streams_own_time_though_they_are_taken_late(pool, clip):
    frames = watched(pool, clip, count=30)
    assert max(abs(step - 1 / 25) for step in steps(frames[5:])) < 0.01


def test_pictures_without_time_stamps_play_at_their_rate(pool, tmp_path, clip):
    raw = tmp_path / "numbers.h264"
    with av.open(str(clip)) as source, av.open(str(raw), "w", format="h264") as bare:
        stream = bare.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                bare.mux(packet)
    frames = watched(pool, raw, count=25)
    assert frames[-1].time - frames[0].time == pytest.approx(24 / 25, rel=0.25)


def test_a_stream_that_is_joined_far_from_its_next_key_frame_is_waited_for(pool, tmp_path):
    """The first of the key frames, 0.4 s apart, is cut off; pictures may be missing for 0.25 s only."""
    whole, joined = transport_stream(tmp_path / "whole.ts", lambda n: n * TICKS), tmp_path / "joined.ts"
    with av.open(str(whole)) as source, av.open(str(joined), "w", format="mpegts") as cut:
        stream = cut.add_stream_from_template(source.streams.video[0])
        for packet in [packet for packet in source.demux(video=0) if packet.size][1:]:
            packet.stream = stream
            cut.mux(packet)
    feed = pool.open("front", StreamSettings(url=str(joined), loop=True, stall_timeout=0.25), lambda: None)
    assert number_of(next_frame(feed)) >= 10
    assert feed.status().reconnects == 0


def test_a_camera_that_changes_its_resolution_goes_on(pool, tmp_path):
    path = transport_stream(tmp_path / "sizes.ts", lambda n: n * TICKS)
    large = transport_stream(tmp_path / "large.ts", lambda n: (n + CLIP_FRAMES) * TICKS, size=(480, 240))
    path.write_bytes(path.read_bytes() + large.read_bytes())
    frames = watched(pool, path, count=2 * CLIP_FRAMES - 5)
    assert {frame.size for frame in frames} == {Size(240, 120), Size(480, 240)}
    assert {(number_of(b) - number_of(a)) % CLIP_FRAMES for a, b in pairwise(frames)} <= {1, 2, 3}
