"""What is kept of a stream, with packets of one byte that come once a second."""

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.capture.gops import Codec, Gops

H264 = Codec("h264", None)


def fill(gops, times, *, every=2, size=1, codec=H264):
    """Packets taken and arrived at these times, a key frame every so many seconds."""
    for time in times:
        gops.put(av.Packet(bytes(size)), float(time), codec, float(time), is_key=time % every == 0)


def shown(gops, at):
    found = gops.find(at)
    return [kept.time for kept in found[1]] if found else None


def test_a_moment_is_made_of_all_from_its_key_frame_up_to_the_next_one():
    gops = Gops()
    fill(gops, range(8))
    assert shown(gops, 4.5) == [4, 5, 6]
    assert shown(gops, 7.9) == [6, 7]


def test_of_a_moment_before_everything_the_first_key_frame_is_nearest():
    gops = Gops()
    fill(gops, range(4, 8))
    assert shown(gops, 3.9) == [4, 5, 6]
    assert Gops().find(0.0) is None


def test_nothing_is_kept_before_the_first_key_frame():
    gops = Gops()
    fill(gops, [1, 2])
    assert shown(gops, 5.0) == [2]


def test_a_group_goes_when_all_of_it_is_old():
    gops = Gops(seconds=5.0)
    fill(gops, range(6))
    assert shown(gops, 1.0) == [0, 1, 2]  # its last packet came at 1: kept until 6
    fill(gops, [6])
    assert shown(gops, 1.0) == [2, 3, 4]
    assert shown(gops, 2.0) == [2, 3, 4]


def test_a_moment_that_is_held_outlives_the_others():
    gops = Gops(seconds=5.0)
    fill(gops, range(4))
    gops.hold(1.0, until=60.0)
    fill(gops, range(4, 59))
    assert shown(gops, 0.5)[:2] == [0, 1]
    assert shown(gops, 3.0)[:2] == [0, 1]  # the nearest there is before it
    fill(gops, range(59, 63))
    assert shown(gops, 0.5)[0] > 50


def test_a_moment_that_is_held_may_come_with_the_next_key_frame():
    gops = Gops(seconds=5.0)
    fill(gops, range(4))
    gops.hold(4.5, until=60.0)
    fill(gops, range(4, 50))
    assert [shown(gops, at)[:2] for at in (2.5, 4.5)] == [[2, 3], [4, 5]]
    assert shown(gops, 6.5)[:2] == [4, 5]  # nobody holds what came after


def test_where_room_is_short_the_oldest_goes_that_nobody_holds_and_the_newest_stays():
    gops = Gops(seconds=100.0, max_bytes=6)
    fill(gops, range(2))
    gops.hold(0.0, until=500.0)
    fill(gops, range(2, 8))
    assert shown(gops, 1.0)[:2] == [0, 1]
    assert [shown(gops, at)[0] for at in (3.0, 5.0, 7.0)] == [0, 4, 6]  # 2 and 3 had to go


def test_a_group_larger_than_all_room_goes_and_what_follows_waits_for_a_key_frame():
    gops = Gops(max_bytes=3)
    fill(gops, range(4), every=4)
    assert (shown(gops, 3.0), gops.nbytes) == (None, 0)
    fill(gops, [5, 6, 8, 9], every=4)
    assert shown(gops, 9.0) == [8, 9]


def test_what_follows_a_gap_waits_for_a_key_frame():
    gops = Gops()
    fill(gops, range(4))
    gops.interrupt()
    fill(gops, [5, 6])
    assert shown(gops, 5.0) == [2, 3, 6]


def test_a_key_frame_for_another_decoder_ends_nothing():
    gops = Gops()
    fill(gops, range(2))
    fill(gops, range(2, 4), codec=Codec("hevc", None))
    assert shown(gops, 1.0) == [0, 1]
    assert gops.find(3.0)[0].name == "hevc"


def put_stamped(gops, *stamps_and_times):
    for number, (stamp, time) in enumerate(stamps_and_times):
        gops.put(av.Packet(b"x"), time, H264, float(number), is_key=number == 0, stamp=stamp)


def test_packets_held_up_while_the_stream_was_opened_are_placed_by_one_that_was_not():
    gops = Gops()
    put_stamped(gops, (10.0, 100.25), (10.25, 100.5), (10.5, 100.5), (10.75, 100.75))
    assert shown(gops, 100.6) == [100.0, 100.25, 100.5, 100.75]


def test_a_jump_of_the_streams_time_moves_nothing_that_came_before():
    gops = Gops()
    put_stamped(gops, (10.0, 100.0), (10.25, 100.25), (3000.0, 100.5), (3000.25, 100.75))
    assert shown(gops, 100.6) == [100.0, 100.25, 100.5, 100.75]


@given(
    packets=st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.floats(0, 2)), max_size=60),
    held=st.sets(st.integers(0, 60)),
)
def test_never_more_is_kept_than_there_is_room_for_and_each_group_begins_with_its_key_frame(packets, held):
    gops, now, keys = Gops(seconds=5.0, max_bytes=20), 0.0, set()
    for number, (is_key, size, gap) in enumerate(packets):
        now += gap
        packet = av.Packet(bytes(size))
        keys |= {packet} if is_key else set()
        gops.put(packet, now, H264, now, is_key=is_key)
        if number in held:
            gops.hold(now, now + 30.0)
        assert gops.nbytes <= 20
        if found := gops.find(now):
            assert found[1][0].packet in keys


@pytest.mark.parametrize("held", [False, True])
def test_all_is_let_go_of_at_once(held):
    gops = Gops()
    fill(gops, range(4))
    if held:
        gops.hold(1.0, until=500.0)
    gops.clear()
    assert (gops.nbytes, gops.find(1.0)) == (0, None)
