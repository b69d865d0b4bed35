from frigate_ext.runtime.clock import ManualClock
from frigate_ext.stats.loads import Loads, Past, Series, slots


def test_a_point_is_the_mean_of_what_was_measured_in_its_step():
    series = Series(step=60, length=10)
    for time, cpu in [(0, 10.0), (30, 20.0), (130, 50.0)]:
        series.add(time, {"cpu": cpu})
    assert series.view(range(4)) == {"cpu": [15.0, None, 50.0, None]}


def test_what_is_measured_later_has_gaps_before_it():
    series = Series(step=60, length=10)
    series.add(0, {"cpu main": 1.0})
    series.add(60, {"cpu main": 2.0, "cpu detection": 3.0})
    assert series.view(range(2)) == {"cpu detection": [None, 3.0], "cpu main": [1.0, 2.0]}


def test_no_more_is_kept_than_asked_for():
    series = Series(step=1, length=3)
    for time in range(100):
        series.add(time, {"cpu": float(time)})
    assert series.view(range(95, 100)) == {"cpu": [None, None, 97.0, 98.0, 99.0]}


def test_the_past_ends_with_the_step_that_goes_on():
    for past in Past:
        steps = slots(past, 1_700_000_000.0)
        assert len(steps) * past.step == past.seconds
        assert steps[-1] * past.step <= 1_700_000_000.0 < (steps[-1] + 1) * past.step


def test_samples_are_seen_in_every_span():
    clock = ManualClock()
    loads = Loads(lambda: {"fps": 5.0}, clock)
    loads.take()
    for past in Past:
        assert loads.view(past, clock.now().wall)["fps"][-1] == 5.0


def test_the_thread_samples_until_it_is_stopped():
    loads = Loads(lambda: {"fps": 5.0})
    loads.start()
    loads.stop()
    assert loads.join(5)
