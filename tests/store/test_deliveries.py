import pytest


@pytest.fixture
def committed(store, make_job, make_alert):
    """Two alerts, each for two notifiers."""
    store.jobs.add(make_job())
    for number in (1, 2):
        alert = make_alert(number, time=1000.0 + number)
        store.alerts.commit(alert, (), make_job(), None, ("mqtt", "push"))


def waiting(rows):
    return [(row.alert_id, row.notifier) for row in rows]


def test_due_rows_come_oldest_first(store, committed):
    assert waiting(store.deliveries.due(2000.0, 3)) == [
        ("alert-1", "mqtt"),
        ("alert-1", "push"),
        ("alert-2", "mqtt"),
    ]
    assert waiting(store.deliveries.due(2000.0, 10, "push")) == [("alert-1", "push"), ("alert-2", "push")]


def test_a_delivered_row_is_done_with(store, committed):
    (first, *_) = store.deliveries.due(2000.0, 10)

    store.deliveries.delivered(first, 2000.0)

    assert store.deliveries.pending() == 3
    assert store.deliveries.pending("mqtt") == 1
    assert first.id not in [row.id for row in store.deliveries.due(3000.0, 10)]


def test_a_failed_row_waits_and_says_why(store, committed):
    (first, *_) = store.deliveries.due(2000.0, 10, "mqtt")

    store.deliveries.failed(first.id, "refused" * 1000, 2030.0)

    assert waiting(store.deliveries.due(2029.0, 10, "mqtt")) == [("alert-2", "mqtt")]
    (row, _) = store.deliveries.due(2030.0, 10, "mqtt")
    assert (row.id, row.attempts, len(row.error)) == (first.id, 1, 500)


def test_a_row_does_not_wait_for_a_clock_that_was_set_back(store, committed):
    (first, *_) = store.deliveries.due(2000.0, 10, "mqtt")
    store.deliveries.failed(first.id, "refused", 100_000.0)

    assert first.id in [row.id for row in store.deliveries.due(2000.0, 10, "mqtt")]


def test_the_next_try_is_the_earliest_of_a_notifier(store, committed):
    for row, at in zip(store.deliveries.due(2000.0, 10, "mqtt"), (2030.0, 2010.0), strict=True):
        store.deliveries.failed(row.id, "refused", at)

    assert store.deliveries.next_try_at("mqtt") == 2010.0
    assert store.deliveries.next_try_at("telegram") is None


def test_rows_of_notifiers_that_are_gone_are_dropped(store, committed):
    assert store.deliveries.drop_all_but({"push"}) == 2
    assert store.deliveries.pending() == 2
    assert store.deliveries.pending("mqtt") == 0
