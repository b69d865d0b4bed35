"""What is forgotten, decided on a turned clock and done to a real store."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.event import Event
from frigate_ext.domain.look import Alert, AlertKind, Look, LookReason, LookState
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Job, JobState, Origin, Watch
from frigate_ext.retention import DAY, Limits, Retention, cutoff
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.runtime.health import PartState
from frigate_ext.store import Store

NOW = 1_700_000_000.0
HOUR = 3600.0
JOB = Job(
    id="job-1",
    watch=Watch(name="w", camera="porch", condition="c"),
    origin=Origin.API,
    state=JobState.RUNNING,
    phase=None,
    created_at=0.0,
)
LOOK = Look(id=0, job_id="job-1", reason=LookReason.SCHEDULED, state=LookState.PENDING, started_at=NOW)
VERDICT = Verdict(answer=Answer.NOT_MET, confidence=1.0, reasoning="", frame_time=NOW, judged_by="detector")
ALERT = Alert(
    id="a",
    kind=AlertKind.CONDITION,
    job_id="job-1",
    camera="porch",
    condition="c",
    message="m",
    reasoning="r",
    time=NOW,
    frame_time=NOW,
    judged_by="detector",
    confidence=1.0,
)


def test_nothing_goes_while_everything_is_young_and_small():
    assert cutoff(NOW, NOW - 29 * DAY, 100, Limits(days=30, bytes=100)) is None
    assert cutoff(NOW, None, 10**12, Limits()) is None


def test_what_is_too_old_goes():
    assert cutoff(NOW, NOW - 31 * DAY, 0, Limits(days=30)) == NOW - 30 * DAY


def test_what_an_ended_job_never_got_an_answer_to_goes_too(store, look, make_room):
    look(40 * DAY, finished=False, intent=b"ask again")
    store.looks.abandon_pending()
    assert make_room(days=30) == 0

    store.jobs.save(replace(JOB, state=JobState.CANCELLED))

    assert make_room(days=30) == 1


def test_where_there_is_too_little_room_the_oldest_tenth_goes():
    assert cutoff(NOW, NOW - 20 * DAY, 101, Limits(days=30, bytes=100)) == NOW - 18 * DAY


@given(age=st.floats(0, 1e9), size=st.integers(0, 10**13), days=st.floats(0.1, 3650))
def test_the_last_two_hours_stay_and_each_step_gets_somewhere(age, size, days):
    oldest = NOW - age
    line = cutoff(NOW, oldest, size, Limits(days=days))

    assert line is None or oldest < line <= NOW - 2 * HOUR


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    store.jobs.add(JOB)
    yield store
    store.close()


@pytest.fixture
def look(store):
    def look(age, *pictures, finished=True, intent=None):
        begun = store.looks.begin(replace(LOOK, started_at=NOW - age), pictures, intent)
        if finished:
            store.looks.finish(replace(begun, state=LookState.DONE, verdict=VERDICT))
        return begun.id

    return look


@pytest.fixture
def alert(store):
    def alert(alert_id, age, *notifiers, look_id=None, jpeg=b"jpeg"):
        row = replace(ALERT, id=alert_id, time=NOW - age, evidence=1, look_id=look_id)
        store.alerts.commit(row, (jpeg,), JOB, None, notifiers)

    return alert


@pytest.fixture
def make_room(store):
    def make_room(forgot=lambda _: None, **limits):
        return Retention(store, Limits(**limits), ManualClock(wall=NOW), forgot=forgot).make_room()

    return make_room


def event(event_id, age):
    end = None if age is None else NOW - age
    return Event(
        id=event_id, camera="porch", label="person", start_time=NOW - 99 * DAY, end_time=end, top_score=1.0
    )


def kept(store):
    looks = {look.id for look in store.looks.of_job("job-1", 1000).items}
    return looks, {a.id for a in store.alerts.list().items}, {e.id for e in store.events.list().items}


def test_old_looks_alerts_and_events_go_with_their_pictures(store, look, alert, make_room):
    old, young = look(31 * DAY, b"jpeg"), look(29 * DAY, b"jpeg")
    alert("old", 31 * DAY)
    alert("young", 29 * DAY)
    store.events.save(event("old", 31 * DAY), b"jpeg")
    store.events.save(event("young", 29 * DAY), b"jpeg")

    assert make_room(days=30) == 3

    assert kept(store) == ({young}, {"young"}, {"young"})
    assert (store.looks.picture(old, 0), store.looks.picture(young, 0)) == (None, b"jpeg")
    assert (store.alerts.evidence("old", 0), store.alerts.evidence("young", 0)) == (None, b"jpeg")
    assert (store.events.snapshot("old"), store.events.snapshot("young")) == (None, b"jpeg")


def ended(job_id, age, origin=Origin.API, name="w"):
    watch = replace(JOB.watch, name=name)
    return replace(JOB, id=job_id, watch=watch, origin=origin, state=JobState.MET, ended_at=NOW - age)


def test_ended_jobs_go_after_as_many_days_with_all_that_is_theirs_and_are_remembered_to_have_been(
    store, look, alert, make_room
):
    forgotten = []
    look(40 * DAY)
    alert("old", 40 * DAY)
    store.jobs.save(ended("job-1", 31 * DAY))
    store.jobs.add(ended("young", 29 * DAY))
    assert make_room(forgotten.append, days=30) == 3
    assert [job.id for job in store.jobs.list().items] == ["young"]
    assert forgotten == ["job-1"]
    assert store.jobs.buried() == ("job-1",)


def test_an_ended_job_stays_as_long_as_somebody_has_to_be_told_its_alert(store, alert, make_room):
    alert("waits", 40 * DAY, "mqtt")
    store.jobs.save(ended("job-1", 40 * DAY))
    assert make_room(days=30) == 0
    (delivery,) = store.deliveries.due(NOW, 10, "mqtt")
    store.deliveries.delivered(delivery, NOW)
    assert make_room(days=30) == 2


def test_the_last_job_of_each_name_in_the_configuration_stays_lest_it_be_started_again(store, make_room):
    for number, age in enumerate((50, 40)):
        store.jobs.add(ended(f"config-{number}", age * DAY, Origin.CONFIG, "porch"))
    assert make_room(days=30) == 1
    assert store.jobs.named("porch", Origin.CONFIG).id == "config-1"


def test_what_an_undelivered_alert_refers_to_stays_until_it_is_delivered(store, look, alert, make_room):
    told = look(40 * DAY)
    alert("waits", 40 * DAY, "mqtt", look_id=told)
    assert make_room(days=30) == 0
    assert kept(store) == ({told}, {"waits"}, set())
    assert store.alerts.evidence("waits", 0) == b"jpeg"

    (row,) = store.deliveries.due(NOW, 1)
    store.deliveries.delivered(row, NOW)

    assert make_room(days=30) == 2
    assert kept(store) == (set(), set(), set())


def test_what_was_given_up_holds_nothing_any_more(store, alert, make_room):
    alert("waits", 40 * DAY, "mqtt")
    store.deliveries.expire("mqtt", NOW, NOW - 7 * DAY)

    assert make_room(days=30) == 1


def test_what_goes_on_stays(store, look, make_room):
    unanswered = look(40 * DAY, finished=False, intent=b"ask again")
    store.events.save(event("open", None), b"jpeg")

    assert make_room(days=30) == 0
    assert kept(store) == ({unanswered}, set(), {"open"})


def test_where_there_is_too_little_room_the_oldest_go_until_the_rest_fits(store, alert, make_room):
    for hours in range(100, 0, -1):
        alert(f"a{hours}", hours * HOUR, jpeg=b"x" * 40_000)
    before = store.size()

    make_room(bytes=before - 200_000)

    _, alerts, _ = kept(store)
    assert store.size() <= before - 200_000
    assert alerts == {f"a{hours}" for hours in range(1, len(alerts) + 1)}, "the youngest are left"
    assert 80 < len(alerts) <= 95


def test_a_folder_that_is_too_full_of_what_is_needed_is_reported(store, alert, caplog):
    alert("waits", 40 * DAY, "mqtt")
    retention = Retention(store, Limits(bytes=1), ManualClock(wall=NOW))

    retention.make_room()
    retention.make_room()

    assert retention.health().state is PartState.DEGRADED
    assert caplog.text.count("what is left is still needed") == 1


def test_more_goes_than_fits_one_step(store, look, make_room):
    for _ in range(501):
        look(40 * DAY)

    assert make_room(days=30) == 501


def test_it_stops_when_it_is_told_to(store):
    retention = Retention(store, Limits())
    retention.start()
    retention.stop()
    assert retention.join(5.0)
