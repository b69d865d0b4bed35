"""When people are told that watches can't work."""

from itertools import pairwise

from frigate_ext.domain.look import AlertKind
from frigate_ext.domain.watch import Job, JobState, Origin
from jobs.troubles import Cause, News, Troubles, alert_about

DOOR = Cause(AlertKind.BLIND, "door")
YARD = Cause(AlertKind.BLIND, "yard")
MODEL = Cause(AlertKind.MODEL_DOWN, "qwen")
OWN = Cause(AlertKind.BUDGET_SPENT, "w0")
SHARED = Cause(AlertKind.BUDGET_SPENT, "qwen")
LOOKING = object()


def told(*jobs):
    """(second, kind, jobs) of all that is told; of each job, what keeps it from working each second."""
    troubles, heard = Troubles(), []
    for second, causes in enumerate(zip(*jobs, strict=True)):
        named = {f"w{n}": cause for n, cause in enumerate(causes)}
        unknown = [name for name, cause in named.items() if cause is LOOKING]
        known = {name: cause for name, cause in named.items() if cause not in {LOOKING, "gone"}}
        for news in troubles.step(float(second), known, unknown):
            troubles.told(news, float(second))
            kind = AlertKind.RECOVERED if news.recovered else news.cause.kind
            heard.append((second, kind.value, news.jobs))
    return heard


def test_half_a_minute_of_blindness_is_told_once():
    assert told([DOOR] * 3600) == [(30, "blind", ("w0",))]


def test_many_watches_of_one_dead_camera_are_one_piece_of_news():
    assert told(*[[DOOR] * 3600] * 3) == [(30, "blind", ("w0", "w1", "w2"))]


def test_a_budget_that_comes_back_look_by_look_is_one_spell_told_once_and_never_as_over():
    spell = [OWN] * 600 + [None] * 60
    assert told(spell * 20) == [(30, "budget_spent", ("w0",))]


def test_a_budget_that_is_spent_again_after_an_hour_with_room_is_told_again():
    heard = told([OWN] * 60 + [None] * 3700 + [OWN] * 60)
    assert [(second, kind) for second, kind, _ in heard] == [(30, "budget_spent"), (3790, "budget_spent")]


def test_a_judge_with_nothing_left_is_told_once_however_many_watches_find_out_when():
    later = [None] * 4000 + [SHARED] * 1000
    assert told([SHARED] * 5000, later) == [(30, "budget_spent", ("w0",))]


def test_each_camera_and_the_model_are_told_of_by_themselves():
    kinds = [kind for _, kind, _ in told([DOOR] * 60, [YARD] * 60, [MODEL] * 60)]
    assert sorted(kinds) == ["blind", "blind", "model_down"]


def test_a_short_loss_is_not_worth_telling():
    assert told(([DOOR] * 29 + [None]) * 10) == []


def test_its_end_is_told_once_too_when_the_last_watch_works_again():
    heard = told([DOOR] * 50 + [None] * 50, [DOOR] * 70 + [None] * 30)
    assert heard == [(30, "blind", ("w0", "w1")), (70, "recovered", ("w0", "w1"))]


def test_what_was_not_told_does_not_recover():
    assert told([DOOR] * 20 + [None] * 50) == []


def test_where_all_have_ended_nobody_asks_whether_it_is_back():
    assert told([DOOR] * 50 + ["gone"] * 50) == [(30, "blind", ("w0",))]


def test_looks_that_hang_do_not_hide_that_the_model_is_down():
    assert told(([LOOKING] * 20 + [MODEL] * 20) * 3) == [(50, "model_down", ("w0",))]


def test_watches_that_find_the_model_down_later_are_no_more_news():
    late = [None] * 300 + [MODEL] * 1000
    assert told([MODEL] * 1300, late) == [(30, "model_down", ("w0",))]


def test_one_watch_that_never_works_does_not_hide_that_others_stop_hours_later():
    heard = told([MODEL] * 8000, [None] * 7000 + [MODEL] * 1000)
    assert heard == [(30, "model_down", ("w0",)), (7030, "model_down", ("w1",))]


def test_a_camera_that_comes_and_goes_is_told_of_every_ten_minutes_at_most():
    heard = told(([DOOR] * 39 + [None]) * 90)
    seconds = [second for second, kind, _ in heard if kind == "blind"]
    assert 5 <= len(seconds) <= 6
    assert all(later - earlier >= 600 for earlier, later in pairwise(seconds))
    assert len(heard) <= 2 * len(seconds)


def test_what_could_not_be_told_is_said_again():
    troubles = Troubles()
    troubles.step(0.0, {"w": DOOR})
    assert troubles.step(40.0, {"w": DOOR}) == troubles.step(41.0, {"w": DOOR}) == [News(DOOR, ("w",))]


def a_job(watch):
    return Job(
        id=watch.name,
        watch=watch,
        origin=Origin.API,
        state=JobState.RUNNING,
        phase=None,
        created_at=0.0,
        error="connection refused",
    )


def test_the_alert_names_the_camera_and_the_watches(watch):
    jobs = [a_job(watch(name=f"w{n}")) for n in range(7)]
    alert = alert_about(News(DOOR, tuple(job.id for job in jobs)), jobs, "a", 1.0)
    assert alert.message == "The camera door sends no picture; can't watch: w0, w1, w2, w3, w4 and 2 more."
    assert (alert.kind, alert.job_id, alert.reasoning) == (AlertKind.BLIND, "w0", "connection refused")
    own = alert_about(News(OWN, ("w0",)), jobs[:1], "c", 3.0)
    assert own.message == "The budget of a watch is spent: w0."
    shared = alert_about(News(SHARED, ("w0", "w1")), jobs[:2], "d", 3.0)
    assert shared.message == "The budget of qwen is spent: w0, w1."
    back = alert_about(News(MODEL, ("w0",), recovered=True), jobs[:1], "b", 2.0)
    assert (back.kind, back.message) == (
        AlertKind.RECOVERED,
        "The model qwen answers again; watching again: w0.",
    )


def test_an_alert_names_no_watch_of_another_camera(watch):
    jobs = [a_job(watch(name=f"w{n}", camera=camera)) for n, camera in enumerate(["door", "yard"] * 2)]
    told = alert_about(News(MODEL, ("w0", "w1", "w2", "w3")), jobs, "a", 1.0)
    assert (told.camera, told.message[-25:]) == ("door", "watch: w0, w2 and 2 more.")
