from dataclasses import replace

import pytest

from frigate_ext.domain.look import LookReason, LookState
from frigate_ext.errors import StoreError


@pytest.fixture
def begin(store, make_job):
    store.jobs.add(make_job())

    def begin(**changes):
        return store.looks.begin("job-1", **{"reason": LookReason.TRIGGER, "started_at": 7.0, **changes})

    return begin


def test_a_look_is_pending_from_before_the_judge_is_asked(store, begin):
    look = begin(trigger="person entered porch", frame_time=6.5, image_bytes=1234)

    assert look.state is LookState.PENDING
    assert store.looks.of_job("job-1").items == (look,)


def test_a_finished_look_keeps_its_verdict(store, begin, verdict):
    look = replace(begin(), state=LookState.DONE, verdict=verdict, latency=0.25, tokens=90)

    store.looks.finish(look)

    assert store.looks.of_job("job-1").items == (look,)


def test_a_look_of_no_job_is_refused(store):
    with pytest.raises(StoreError):
        store.looks.begin("job-9", reason=LookReason.INITIAL, started_at=1.0)


def test_looks_page_newest_first(store, begin):
    looks = [begin(started_at=float(n)) for n in range(3)]

    page = store.looks.of_job("job-1", limit=2)

    assert page.items == (looks[2], looks[1])
    assert store.looks.of_job("job-1", limit=2, before=page.next).items == (looks[0],)


def test_the_last_verdicts_leave_out_looks_without_one_and_come_oldest_first(store, begin, verdict):
    for n in range(3):
        store.looks.finish(
            replace(begin(), state=LookState.DONE, verdict=replace(verdict, frame_time=float(n)))
        )
        store.looks.finish(replace(begin(), state=LookState.FAILED, error="timeout"))

    assert [verdict.frame_time for verdict in store.looks.last_verdicts("job-1", 2)] == [1.0, 2.0]


def test_looks_that_nobody_waits_for_any_more_are_abandoned(store, begin, verdict):
    done = replace(begin(), state=LookState.DONE, verdict=verdict)
    store.looks.finish(done)
    pending = begin()

    assert store.looks.abandon_pending() == 1
    assert store.looks.of_job("job-1").items == (replace(pending, state=LookState.ABANDONED), done)
