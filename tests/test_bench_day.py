"""The scripted day: what is seen of it, and how the looks at it are counted."""

from dataclasses import replace

import pytest

from bench import day, day_film, day_script
from bench.day import Diary, House
from bench.day_script import Script, Stay, Visit
from frigate_ext.domain.watch import Mode, Watch

WATCH = Watch(
    name="gate",
    camera="gate",
    condition="a car stands here",
    labels=("car",),
    zones=("gate",),
    mode=Mode.STANDING,
)
CAR = Visit("1", "car", (Stay(100.0), Stay(102.0, "gate"), Stay(105.0, "gate", moves=False)), end=140.0)


@pytest.fixture
def end_the_day_at(monkeypatch):
    def end(time):
        for module in (day, day_film):
            monkeypatch.setattr(module, "DAY", time)

    return end


def seen(time, visit=CAR):
    return day_film.seen(visit, "gate", time)


def test_the_day_is_the_same_for_the_same_seed_and_another_for_another():
    assert day_script.day(1) == day_script.day(1)
    assert day_script.day(1) != day_script.day(2)


def test_conditions_hold_one_after_the_other_within_the_day():
    for script in day_script.day(1):
        edges = [edge for span in script.holds for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= edge <= day_script.DAY for edge in edges)


def test_an_object_is_doubted_then_moves_enters_and_comes_to_rest():
    assert seen(100.4).false_positive
    assert (seen(100.6).is_real, seen(100.6).active, seen(100.6).current_zones) == (True, True, ())
    assert seen(102.0).current_zones == ("gate",)
    assert seen(114.8).active
    assert (seen(115.0).stationary, seen(115.0).active) == (True, False)


def test_what_is_never_believed_is_never_real():
    assert not seen(130.0, replace(CAR, believed=False)).is_real


def test_every_frame_around_a_change_is_published_and_one_a_second_else(monkeypatch):
    monkeypatch.setattr(day_film, "DAY", 200.0)
    times = day_film.frame_times([CAR])
    assert [time for time in times if 50 <= time < 53] == [50.0, 51.0, 52.0]
    assert [time for time in times if 139 <= time < 141] == pytest.approx([139 + n / 5 for n in range(10)])
    assert [time for time in times if 120 <= time < 123] == [120.0, 121.0, 122.0]


@pytest.mark.parametrize("call, looks", [(1.0, 100), (1.1, 83), (0.1, 500)])
def test_back_to_back_looks_wait_for_the_next_frame(call, looks):
    assert day.back_to_back(100.0, call, fps=5.0) == looks


def test_a_condition_is_decided_by_the_first_alert_about_a_frame_in_which_it_held():
    script = Script(WATCH, (), holds=((10.0, 20.0), (30.0, 40.0)))
    diary = Diary(alerts=[9.9, 22.0, 23.0], frames=[9.0, 19.0, 19.5])
    assert list(day.decision_delays(script, diary)) == [12.0, None]


def test_a_job_in_the_house_looks_at_what_happens_and_alerts_once(end_the_day_at):
    end_the_day_at(200.0)
    script = Script(WATCH, (CAR,), holds=((105.0, 140.0),))
    (diary,) = House([script], call=1.0).live()
    (delay,) = day.decision_delays(script, diary)
    assert len(diary.alerts) == 1
    assert delay <= 5.0 + 1.0  # looks at most 5 s apart while it moves, and the call
    assert 2 <= diary.looks <= 10


def test_the_model_answers_one_look_at_a_time(end_the_day_at):
    end_the_day_at(30.0)
    scripts = [Script(replace(WATCH, name=str(n), camera=str(n)), ()) for n in range(5)]
    diaries = House(scripts, call=10.0).live()
    assert [diary.looks for diary in diaries] == [1, 1, 1, 1, 0]


def test_a_visit_shorter_than_the_call_is_judged_in_the_frame_of_its_arrival(end_the_day_at):
    end_the_day_at(6000.0)
    visit = Visit("1", "car", (Stay(4932.0, "gate"),), end=4934.6)
    script = Script(WATCH, (visit,), holds=((4932.6, 4934.6),))
    (diary,) = House([script], call=3.0).live()
    assert list(day.decision_delays(script, diary)) == pytest.approx([3.0])
