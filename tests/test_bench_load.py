"""How the load bench reads what a run has left."""

from dataclasses import replace

import pytest

from bench.arrivals import Arrivals, Timed
from bench.load_run import Stopwatch, backwards, fairness, waits
from bench.scenes import somebody
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.look import Look, LookReason, LookState
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Job, JobState, Origin, Phase, Watch


def look(began, *, reason=LookReason.SCHEDULED, answer=Answer.NOT_MET, frame=None):
    verdict = Verdict(answer=answer, confidence=1.0, reasoning="", frame_time=began, judged_by="stub")
    return Look(
        id=0,
        job_id="a",
        reason=reason,
        state=LookState.DONE,
        started_at=began,
        frame_time=began if frame is None else frame,
        latency=0.5,
        verdict=verdict,
    )


def test_a_scheduled_look_waits_from_its_interval_after_the_answer_before():
    scheduled, _ = waits([[look(10.0), look(14.75), look(20.0)]], every=4.0)
    assert scheduled == [0.25, 0.75]


def test_after_an_alert_no_heartbeat_is_due():
    scheduled, _ = waits([[look(10.0, answer=Answer.MET), look(40.0)]], every=4.0)
    assert scheduled == []


def test_a_triggered_look_waits_from_its_frame_on():
    triggered = waits([[look(10.0, reason=LookReason.TRIGGER, frame=9.5)]], every=4.0).triggered
    assert triggered == [0.5]


def test_a_look_at_an_older_frame_than_the_last_is_counted():
    assert backwards([[look(10.0), look(20.0), look(30.0, frame=19.0)], [look(5.0)]]) == 1


@pytest.mark.parametrize("looks, index", [([3, 3, 3], 1.0), ([4, 0, 0, 0], 0.25), ([1, 3], 0.8)])
def test_jains_index_is_one_for_equals_and_a_share_for_one_who_has_all(looks, index):
    assert fairness([[look(0.0)] * count for count in looks]) == pytest.approx(index)


def test_a_reaction_runs_from_the_arrival_to_the_first_look_after_it_less_the_model():
    arrivals = Arrivals()
    visitor = somebody("door", "1", 10.0, Box(0, 0, 9, 9))
    for seq, seen in enumerate((10.0, 10.2)):
        arrivals(message(seq, seen, visitor))
    looks = [Timed("a", "door", 9.9, 10.3, 0.3), Timed("a", "door", 10.5, 11.0, 0.3)]
    elsewhere = Timed("b", "yard", 10.1, 10.2, 0.1)
    assert arrivals.reactions([*looks, elsewhere]) == [pytest.approx(0.7)]


def message(seq, seen, *objects):
    online = CameraState.ONLINE
    return CameraUpdate(
        camera="door", epoch=1, seq=seq, time=seen, state=online, frame_time=seen, objects=objects
    )


def test_the_stopwatch_times_a_look_from_its_phase_to_its_verdict():
    watched = Stopwatch()
    watch = Watch(name="w", camera="door", condition="somebody walks about")
    job = Job(
        id="a",
        watch=watch,
        origin=Origin.API,
        state=JobState.RUNNING,
        phase=Phase.WATCHING,
        created_at=0.0,
        started_at=0.0,
        expires_at=None,
    )
    verdict = replace(look(0.0).verdict, reasoning="0.25")
    watched(job)
    watched(replace(job, phase=Phase.LOOKING))
    watched(replace(job, phase=Phase.LOOKING, looks=1, last_verdict=verdict))
    watched(replace(job, phase=Phase.LOOKING, looks=2, error="no model"))
    (timed,) = watched.timed
    assert (timed.job, timed.camera, timed.model) == ("a", "door", 0.25)
    assert watched.jobs == {"a": 2}
