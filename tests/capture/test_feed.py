import numpy as np

from frigate_ext.capture.feed import Feed
from frigate_ext.capture.health import StreamHealth
from frigate_ext.capture.picture import Picture
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.thrift import Attention
from frigate_ext.runtime.clock import ManualClock


def feed_at(clock, max_fps):
    return Feed(
        "porch",
        StreamSettings(url="a.mp4", max_fps=max_fps),
        on_frame=lambda: None,
        on_close=lambda _: None,
        health=StreamHealth(10.0),
        clock=clock,
    )


def test_frame_times_never_run_backwards_unless_the_wall_clock_is_set_back():
    clock, pixel = ManualClock(wall=10_000.0), np.zeros((2, 2), np.uint8)
    feed = feed_at(clock, None)
    times = []
    for wall, taken in ((10_000.0, 10_000.0), (10_000.1, 9_999.9), (6_400.2, 6_400.2), (6_400.4, 6_400.3)):
        clock.wall = wall
        feed.put(Picture(pixel, pixel, pixel, full_range=False), taken, clock.now())
        times.append(feed.take().time)
    assert times == [10_000.0, 10_000.0, 6_400.2, 6_400.3]


def test_what_is_left_out_takes_no_turn_from_a_key_frame_and_counts_at_the_wanted_rate():
    clock = ManualClock()
    feed = feed_at(clock, max_fps=5.0)
    wanted = []
    for number in range(15 * 20):
        clock.advance(1 / 15)
        if number % 30:
            feed.left_out(clock.now())
        else:
            wanted.append(feed.wants(clock.now()))
    assert wanted == [True] * 10
    assert 80 <= feed.status().idle <= 100


def test_who_never_asks_has_the_full_rate_for_ever():
    clock = ManualClock()
    feed = feed_at(clock, None)
    clock.advance(1e6)
    assert feed.attention(clock.now()) is Attention.WANTED


def test_who_asks_has_it_until_then_and_asking_for_less_shortens_nothing():
    clock = ManualClock(monotonic=0.0)
    feed = feed_at(clock, None)
    feed.attend(60.0)
    feed.attend(10.0)
    feed.attend(5.0, Attention.MOTION)
    seen = []
    for now in (4.0, 50.0, 61.0):
        clock.monotonic = now
        seen.append(feed.attention(clock.now()))
    assert seen == [Attention.MOTION, Attention.WANTED, Attention.NONE]
