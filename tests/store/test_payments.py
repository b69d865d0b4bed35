"""What looks have cost, remembered apart from them."""

from dataclasses import replace

import pytest

from frigate_ext.domain.look import LookState
from frigate_ext.store.payments import Payment


@pytest.fixture
def look(store, make_job, make_look):
    """Begin a look that is expected to cost something, and finish it with what it did cost."""
    store.jobs.add(make_job())

    def act(at, *paid):
        look = store.looks.begin(make_look(started_at=at, paid=(("eyes", 0),), episode=None))
        store.looks.finish(replace(look, state=LookState.FAILED, verdict=None, paid=paid))
        return look

    return act


def test_what_a_look_has_cost_takes_the_place_of_what_was_expected(store, look):
    look(100.0, ("eyes", 7))
    look(200.0, ("eyes", 0), ("brain", 9))
    look(300.0)

    assert store.payments.since(200.0) == (Payment(200.0, "eyes", 0), Payment(200.0, "brain", 9))


def test_a_look_that_a_crash_cut_short_counts_as_paid(store, make_job, make_look):
    store.jobs.add(make_job())
    store.looks.begin(make_look(started_at=100.0, paid=(("eyes", 0),), episode=None))

    store.looks.abandon_pending()

    assert store.payments.since(0.0) == (Payment(100.0, "eyes", 0),)


def test_several_payments_for_one_look_are_one_look_of_its_job(store, look):
    look(100.0, ("eyes", 7))
    look(200.0, ("eyes", 1), ("brain", 9))

    assert store.payments.of_job("job-1", 0.0) == ((100.0, 7), (200.0, 10))
    assert store.payments.of_job("job-1", 150.0) == ((200.0, 10),)
    assert store.payments.of_job("job-2", 0.0) == ()


def test_payments_outlive_their_job_until_they_are_forgotten(store, look):
    look(100.0, ("eyes", 7))
    look(200.0, ("eyes", 8))
    store.jobs.delete("job-1")

    assert store.payments.forget_before(150.0) == 1
    assert store.payments.since(0.0) == (Payment(200.0, "eyes", 8),)


def test_what_was_paid_for_no_look_is_no_jobs(store, look):
    look(100.0, ("eyes", 7))
    store.payments.add(200.0, [("eyes", 90)])
    store.payments.add(300.0, [("eyes", 91)])

    assert store.payments.since(150.0) == (Payment(200.0, "eyes", 90), Payment(300.0, "eyes", 91))
    assert store.payments.of_job("job-1", 0.0) == ((100.0, 7),)
