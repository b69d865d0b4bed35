import pytest

from frigate_ext.detection_process.ration import Ration, Standing


def overloaded(times):
    """After so many bad intervals in a row."""
    ration = Ration()
    for now in range(times):
        ration.update(now, late=10, due=100, waited=0.0)
    return ration


def turns(ration):
    return [ration.share(standing) for standing in Standing]


def test_with_time_for_all_everybody_has_every_turn():
    ration = Ration()
    ration.update(1.0, late=1, due=100, waited=0.1)
    assert turns(ration) == [1, 1, 1]


@pytest.mark.parametrize(
    "times, expected",
    [
        (1, [0.5, 1, 1]),
        (3, [0.125, 1, 1]),
        (4, [0.125, 0.875, 1]),
        (7, [0.125, 0.5, 1]),
        (9, [0.125, 0.25, 1]),
        (99, [0.125, 0.25, 1]),
    ],
)
def test_quiet_cameras_give_way_first_and_one_a_job_looks_at_never(times, expected):
    assert turns(overloaded(times)) == expected


def test_turns_come_back_one_step_for_ten_seconds_with_time_to_spare():
    ration = overloaded(2)
    levels = [ration.update(now, late=0, due=100, waited=0.5) for now in range(100, 125, 5)]
    assert levels == [2, 2, 1, 1, 0]


@pytest.mark.parametrize(
    "times, waited, seconds",
    [
        (2, 0.63, 2),  # twice the work would take 74 % of the time
        (2, 0.62, 20),
        (4, 0.35, 31),  # 8/7 of it 74 %, and then it stays to be seen for quiet cameras
        (4, 0.33, 40),
    ],
)
def test_turns_come_back_at_once_where_there_is_time_for_them_whoever_needs_them(times, waited, seconds):
    ration, now = overloaded(times), 100
    while ration.update(now, late=0, due=100, waited=waited):
        now += 1
    assert now - 99 == pytest.approx(seconds, abs=1)


def test_without_time_to_spare_it_stays_as_it_is():
    ration = overloaded(2)
    assert {ration.update(now, late=0, due=100, waited=0.1) for now in range(100, 200)} == {2}
