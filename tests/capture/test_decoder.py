"""Real H.264 with a key frame every 2 s, decoded on the clock of its own time stamps."""

from pathlib import Path

import av
import numpy as np
import pytest

from frigate_ext.capture.decoder import ThriftyDecoder
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.thrift import Attention
from tests.capture.servers import RtspServer
from tests.capture.waiting import eventually, next_frame

FPS, GOP = 15, 30
APPEARS = 12.6
"""Seconds: in the middle between two key frames."""
YARD = np.kron(np.random.default_rng(0).integers(40, 200, (18, 32)), np.ones((10, 10))).astype(np.int16)


def film(
    path: Path,
    *,
    seconds: float = 16.0,
    appears: float = APPEARS,
    b_frames: int = 0,
    gop: int = GOP,
    fps: int = FPS,
) -> Path:
    """320x180: a still, faintly noisy yard, which somebody enters, two pixels further in each frame."""
    random = np.random.default_rng(1)
    visitor = random.integers(0, 255, (40, 16))
    with av.open(str(path), "w") as clip:
        stream = clip.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        fixed = {"g": str(gop), "keyint_min": str(gop), "sc_threshold": "0"}
        stream.options = {"preset": "veryfast", "crf": "26", "bf": str(b_frames), **fixed}
        for number in range(round(seconds * fps)):
            picture = YARD + random.integers(-1, 2, YARD.shape)
            if number >= appears * fps:
                left = 20 + 2 * (number - round(appears * fps))
                picture[60:100, left : left + 16] = visitor
            grey = np.clip(picture, 0, 255).astype(np.uint8)
            clip.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "gray")))
        clip.mux(stream.encode())
    return path


class Play:
    """A file's packets through the decoder; `shown` are (when, the picture's own time), in seconds."""

    def __init__(self, path: Path, attention=lambda _: Attention.NONE) -> None:
        self.shown: list[tuple[float, float]] = []
        self.pictures: list[av.VideoFrame] = []
        with av.open(str(path)) as clip:
            stream = clip.streams.video[0]
            stream.codec_context.thread_count = 1
            decoder = ThriftyDecoder(stream.codec_context)
            for number, packet in enumerate(packet for packet in clip.demux(stream) if packet.size):
                now = number / FPS
                for picture in decoder.decode(packet, 1000 + now, attention(now)):
                    self.pictures.append(picture)
                    self.shown.append((now, picture.pts * float(stream.time_base)))

    def between(self, begin: float, end: float) -> list[tuple[float, float]]:
        return [shown for shown in self.shown if begin <= shown[0] < end]


@pytest.fixture(scope="module")
def yard(tmp_path_factory):
    return film(tmp_path_factory.mktemp("yard") / "yard.mp4")


def test_a_still_yard_is_seen_by_its_key_frames_at_once(yard):
    shown = Play(yard).between(8.0, APPEARS)
    assert shown == [(8.0, 8.0), (10.0, 10.0), (12.0, 12.0)]


def test_somebody_who_appears_between_key_frames_is_seen_within_a_second(yard):
    first = Play(yard).between(APPEARS, 16.0)[0]
    assert first[0] < APPEARS + 1.0
    assert first[0] - first[1] < 1 / FPS


def test_from_then_on_every_frame_is_seen(yard):
    play = Play(yard)
    woken = play.between(APPEARS, 16.0)[0][0]
    assert len(play.between(woken, 14.0)) == round((14.0 - woken) * FPS)


def test_the_backlog_leads_to_the_very_picture_that_decoding_everything_leads_to(yard):
    """But for the loop filter nothing may differ: what is put off is decoded after all."""
    saved, whole = Play(yard), Play(yard, lambda _: Attention.WANTED)
    woken = next(n for n, shown in enumerate(saved.shown) if shown[0] > APPEARS)
    same = next(n for n, shown in enumerate(whole.shown) if shown == saved.shown[woken])
    assert np.array_equal(saved.pictures[woken].to_ndarray(), whole.pictures[same].to_ndarray())


def test_a_neighbours_event_wakes_it_with_the_next_packet(yard):
    play = Play(yard, lambda now: Attention.WANTED if 9.1 <= now < 9.6 else Attention.NONE)
    assert [shown[0] for shown in play.between(8.1, 9.3)] == pytest.approx([137 / FPS, 138 / FPS, 139 / FPS])


def test_b_frames_delay_no_key_frame(tmp_path):
    clip = film(tmp_path / "b.mp4", b_frames=3)
    alone = [shown for shown in Play(clip).between(8.0, APPEARS) if shown[1] % 2.0 == 0]
    assert [shown[1] for shown in alone] == [8.0, 10.0, 12.0]
    assert all(when - time < 4 / FPS for when, time in alone)


def test_with_key_frames_far_apart_everything_is_decoded(tmp_path):
    play = Play(film(tmp_path / "long.mp4", gop=5 * FPS))
    assert len(play.shown) == 16 * FPS


def test_a_camera_at_rest_hands_over_every_key_frame_and_counts_the_others(pool, tmp_path):
    """At 50 fps with two key frames a second, so that it is known soon."""
    path = film(tmp_path / "fast.mp4", seconds=3.5, gop=25, fps=50)
    feed = pool.open("yard", StreamSettings(url=str(path), loop=True, max_fps=5), lambda: None)
    feed.attend(0.0)
    assert eventually(lambda: feed.status().idle > 0)
    first, second, third = (next_frame(feed) for _ in range(3))
    assert third.time - first.time > second.time - first.time > 0.4
    assert feed.status().fps == pytest.approx(5.0, abs=1.5)


@pytest.mark.slow
def test_over_rtsp_somebody_between_key_frames_is_seen_within_a_second(pool, tmp_path):
    """At 50 fps, so that it is known soon; how late the visitor is seen, the picture itself tells."""
    film(tmp_path / "yard.mp4", seconds=7.0, appears=4.8, gop=100, fps=50)
    server = RtspServer(tmp_path)
    try:
        feed = pool.open("yard", StreamSettings(url=f"{server.url}/yard.mp4?play_count=0"), lambda: None)
        feed.attend(0.0)
        assert eventually(lambda: feed.status().idle > 0, timeout=20.0)
        walked = None
        while walked is None:
            walked = way_walked(next_frame(feed))
    finally:
        server.kill()
    assert walked / 2 / 50 < 1.0


def way_walked(frame) -> float | None:
    """Pixels that the visitor has come since appearing; None where there is none."""
    changed = np.abs(frame.y[60:100].astype(np.int16) - YARD[60:100]).mean(axis=0) > 25
    return float(changed.argmax() - 20) if changed.sum() > 8 else None
