from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.bus.incumbents import Incumbents


def test_of_two_that_speak_for_a_camera_the_newer_is_heard():
    incumbents = Incumbents()
    spoken = [(1, 0.0), (2, 0.5), (1, 0.6), (2, 1.5), (1, 1.6)]
    heard = [(epoch, at) for epoch, at in spoken if incumbents.admits("porch", epoch, at)]
    assert heard == [(1, 0.0), (2, 0.5), (2, 1.5)]


def test_an_older_one_is_heard_again_when_the_newer_has_been_silent_for_three_seconds():
    incumbents = Incumbents()
    assert incumbents.admits("porch", 2, 0.0)
    assert not incumbents.admits("porch", 1, 3.0)
    assert incumbents.admits("porch", 1, 3.1)


def test_cameras_have_nothing_to_do_with_each_other():
    incumbents = Incumbents()
    assert incumbents.admits("porch", 2, 0.0)
    assert incumbents.admits("yard", 1, 0.0)


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 2)), max_size=50))
def test_never_is_an_older_one_heard_within_three_seconds_of_a_newer(steps):
    incumbents, now, heard = Incumbents(), 0.0, []
    for epoch, gap in steps:
        now += gap
        if incumbents.admits("porch", epoch, now):
            assert all(other <= epoch for other, at in heard[-1:] if now - at <= 3.0)
            heard.append((epoch, now))
