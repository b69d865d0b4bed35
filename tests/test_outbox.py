"""The outbox over a real store and notifiers that do as they are told."""

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.domain.watch import Job, JobState, Origin, Watch
from frigate_ext.errors import DeliveryError
from frigate_ext.outbox import Lane, Outbox, retry_delay
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Store

JOB = Job(
    id="job-1",
    watch=Watch(name="w", camera="porch", condition="c"),
    origin=Origin.API,
    state=JobState.RUNNING,
    phase=None,
    created_at=0.0,
)
ALERT = Alert(
    id="alert-1",
    kind=AlertKind.CONDITION,
    job_id="job-1",
    camera="porch",
    condition="c",
    message="m",
    reasoning="r",
    time=1000.0,
    frame_time=1000.0,
    judged_by="detector",
    confidence=1.0,
)


class Recorded:
    """A notifier that remembers what it was given; `refuses` is asked first, and may raise."""

    name = "recorded"

    def __init__(self, refuses=lambda alert: None):
        self.refuses = refuses
        self.state = PartState.OK
        self.tried = []
        self.delivered = []
        self._changed = threading.Condition()

    def deliver(self, alert, evidence):
        with self._changed:
            self.tried.append(alert.id)
            self._changed.notify_all()
        self.refuses(alert)
        with self._changed:
            self.delivered.append((alert.id, evidence))
            self._changed.notify_all()

    def health(self):
        return PartHealth(self.state)

    def wait_for(self, check):
        with self._changed:
            assert self._changed.wait_for(lambda: check(self), 5.0), (self.tried, self.delivered)

    def wait_delivered(self, *ids):
        self.wait_for(lambda _: [alert_id for alert_id, _ in self.delivered] == list(ids))


def refuse(_alert):
    raise DeliveryError("refused")


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    store.jobs.add(JOB)
    yield store
    store.close()


@pytest.fixture
def clock():
    return ManualClock(wall=2000.0)


@pytest.fixture
def start(store, clock):
    outboxes = []

    def start(**notifiers):
        outbox = Outbox(store, notifiers, clock=clock, jitter=lambda: 0.0)
        outboxes.append(outbox)
        outbox.start()
        return outbox

    yield start
    for outbox in outboxes:
        outbox.stop()
        assert outbox.join(5.0)


def commit(store, number, *notifiers, evidence=()):
    alert = replace(ALERT, id=f"alert-{number}", evidence=len(evidence))
    store.alerts.commit(alert, evidence, JOB, None, notifiers)


@given(failures=st.integers(1, 10_000), jitter=st.floats(0, 1))
def test_a_retry_waits_longer_each_time_up_to_a_cap_and_never_less_than_half(failures, jitter):
    longest = min(300.0, 2.0 * 2.0 ** min(failures - 1, 30))

    assert longest / 2 <= retry_delay(failures, jitter) <= longest
    assert retry_delay(failures + 1, jitter) >= retry_delay(failures, jitter)


def test_a_kick_delivers_what_was_just_committed_with_its_evidence(store, start):
    notifier = Recorded()
    outbox = start(mqtt=notifier)

    commit(store, 1, "mqtt", evidence=(b"before", b"judged"))
    outbox.kick()

    notifier.wait_for(lambda n: n.delivered == [("alert-1", (b"before", b"judged"))])


def test_what_an_earlier_run_left_is_delivered_oldest_first_and_once(store, start):
    for number in range(5):
        commit(store, number, "mqtt")
    first = Recorded()

    outbox = start(mqtt=first)
    first.wait_delivered(*(f"alert-{number}" for number in range(5)))
    outbox.stop()
    outbox.join(5.0)

    assert store.deliveries.pending() == 0
    second = Recorded()
    start(mqtt=second)
    commit(store, 5, "mqtt")
    start(mqtt=second).kick()
    second.wait_for(lambda n: ("alert-5", ()) in n.delivered)
    assert "alert-4" not in second.tried


def test_a_notifier_that_is_stuck_holds_up_nobody_else(store, start):
    release = threading.Event()
    stuck = Recorded(refuses=lambda alert: release.wait(10.0))
    well = Recorded()
    commit(store, 1, "stuck", "well")
    commit(store, 2, "stuck", "well")

    start(stuck=stuck, well=well)

    well.wait_delivered("alert-1", "alert-2")
    assert stuck.delivered == []
    release.set()
    stuck.wait_delivered("alert-1", "alert-2")


def test_an_alert_that_a_notifier_will_not_take_holds_up_no_other_and_is_tried_again_later(
    store, start, clock
):
    def refuse_the_first(alert):
        if alert.id == "alert-1" and picky.tried.count("alert-1") == 1:
            raise DeliveryError("too odd")

    picky = Recorded(refuses=refuse_the_first)
    commit(store, 1, "picky")
    commit(store, 2, "picky")

    outbox = start(picky=picky)
    picky.wait_delivered("alert-2")
    outbox.kick()
    assert outbox.health() == PartHealth(PartState.DEGRADED, "alerts wait for picky: too odd")
    clock.advance(2.0)
    outbox.kick()

    picky.wait_delivered("alert-2", "alert-1")


def test_while_a_notifier_is_away_no_row_is_worn_out_and_order_is_kept(store, start):
    away = Recorded(refuses=refuse)
    away.state = PartState.DEGRADED
    commit(store, 1, "mqtt")
    commit(store, 2, "mqtt")
    outbox = start(mqtt=away)
    for tries in range(1, 4):
        away.wait_for(lambda n, tries=tries: len(n.tried) >= tries)
        outbox.kick()
    away.wait_for(lambda n: len(n.tried) >= 4)
    assert set(away.tried) == {"alert-1"}
    assert [row.attempts for row in store.deliveries.due(2000.0, 10)] == [0, 0]
    assert outbox.health().state is PartState.DEGRADED

    away.refuses = lambda alert: None
    outbox.kick()

    away.wait_delivered("alert-1", "alert-2")


def test_the_outbox_is_well_again_when_nothing_waits(store, start):
    notifier = Recorded(refuses=refuse)
    notifier.state = PartState.DEGRADED
    commit(store, 1, "mqtt")
    outbox = start(mqtt=notifier)
    notifier.wait_for(lambda n: n.tried)

    notifier.refuses = lambda alert: None
    outbox.kick()
    notifier.wait_delivered("alert-1")
    outbox.stop()
    outbox.join(5.0)

    assert store.deliveries.pending() == 0


def test_deliveries_to_a_notifier_that_is_gone_are_dropped_and_logged(store, start, caplog):
    commit(store, 1, "telegram", "mqtt")
    notifier = Recorded()

    start(mqtt=notifier)

    notifier.wait_delivered("alert-1")
    assert store.deliveries.pending("telegram") == 0
    assert "dropped 1 deliveries" in caplog.text


def test_an_alert_whose_job_was_deleted_is_not_delivered_any_more(store, start):
    commit(store, 1, "mqtt")
    store.jobs.delete("job-1")
    store.jobs.add(replace(JOB, id="job-2"))
    alert = replace(ALERT, id="alert-2", job_id="job-2")
    store.alerts.commit(alert, (), replace(JOB, id="job-2"), None, ("mqtt",))
    notifier = Recorded()

    start(mqtt=notifier)

    notifier.wait_delivered("alert-2")


def test_a_fault_that_one_alert_brings_out_is_told_and_holds_up_no_other(store, start, caplog):
    def break_down(alert):
        if alert.id == "alert-1":
            raise RuntimeError("a bug")

    broken = Recorded(refuses=break_down)
    commit(store, 1, "broken")
    commit(store, 2, "broken")

    outbox = start(broken=broken)

    broken.wait_delivered("alert-2")
    assert outbox.health() == PartHealth(PartState.DEGRADED, "alerts wait for broken: a fault (a bug)")
    assert store.deliveries.pending("broken") >= 1
    assert "broken: alert alert-1 meets a fault" in caplog.text


@pytest.fixture
def lane(store, clock):
    """A lane without its thread: the test turns the clock and delivers."""
    notifier = Recorded()
    lane = Lane("mqtt", notifier, store, clock=clock, jitter=lambda: 0.0, expire_after=86400.0)
    lane.recorded = notifier
    return lane


def test_a_notifier_that_is_away_for_an_hour_loses_nothing_and_floods_nobody(store, clock, lane):
    lane.recorded.refuses, lane.recorded.state = refuse, PartState.DEGRADED
    back_at, number = clock.now().wall + 3600.0, 0
    while clock.now().wall < back_at:
        commit(store, number, "mqtt")
        number += 1
        clock.advance(lane.deliver_due())
    assert len(lane.recorded.tried) == number < 150, "it is asked every half minute at most"

    lane.recorded.refuses, lane.recorded.state = (lambda alert: None), PartState.OK
    lane.deliver_due()
    lane.deliver_due()

    assert [alert_id for alert_id, _ in lane.recorded.delivered] == [f"alert-{n}" for n in range(number)]
    assert (store.deliveries.pending(), lane.health().state) == (0, PartState.OK)


def test_an_alert_that_is_refused_is_tried_ever_more_seldom(store, clock, lane):
    lane.recorded.refuses = refuse
    commit(store, 1, "mqtt")
    for _ in range(3600):
        lane.deliver_due()
        clock.advance(1.0)

    assert len(lane.recorded.tried) == 19, "after 2, 4, 8 ... 256 seconds, then every 300"


def test_what_could_not_be_delivered_in_time_is_given_up_and_that_is_told_once(store, clock, lane, caplog):
    lane.recorded.refuses, lane.recorded.state = refuse, PartState.DEGRADED
    commit(store, 1, "mqtt")
    commit(store, 2, "mqtt")
    clock.wall = ALERT.time + 86400.0
    lane.deliver_due()
    assert store.deliveries.pending() == 2

    clock.advance(1.0)
    lane.deliver_due()
    lane.deliver_due()

    assert store.deliveries.pending() == 0
    assert caplog.text.count("gave up 2 alerts after 1 days") == 1
    assert lane.health() == PartHealth(PartState.DEGRADED, "2 alerts never reached mqtt")
    lane.recorded.refuses, lane.recorded.state = (lambda alert: None), PartState.OK
    commit(store, 3, "mqtt")
    lane.deliver_due()
    assert lane.health().state is PartState.OK


def test_old_alerts_that_can_be_delivered_are(store, clock, lane):
    commit(store, 1, "mqtt")
    clock.wall = ALERT.time + 100 * 86400.0

    lane.deliver_due()

    assert [alert_id for alert_id, _ in lane.recorded.delivered] == ["alert-1"]


def test_what_waits_for_a_notifier_that_is_exchanged_goes_through_the_new_one(store, start):
    away, there = Recorded(refuse), Recorded()
    away.state = PartState.DEGRADED
    outbox = start(recorded=away)
    commit(store, 1, "recorded")
    outbox.kick()
    away.wait_for(lambda one: one.tried)
    outbox.exchange({"recorded": there})
    there.wait_delivered("alert-1")


def test_notifiers_come_and_go_and_what_waits_for_one_that_is_gone_is_dropped(store, start):
    first, second = Recorded(refuse), Recorded()
    first.state = PartState.DEGRADED
    outbox = start(first=first)
    commit(store, 1, "first")
    outbox.exchange({"second": second})
    assert store.deliveries.pending("first") == 0
    commit(store, 2, "second")
    outbox.kick()
    second.wait_delivered("alert-2")
    assert set(outbox.outcomes()) == {"second"}
