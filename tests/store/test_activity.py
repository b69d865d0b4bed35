import pytest

from frigate_ext.domain.look import LookState
from frigate_ext.store.activity import Service, Spell


@pytest.fixture
def busy(store, make_job, make_look, make_alert):
    """Two cameras: the porch is looked at in the minutes 16 and 17, the yard in 17."""
    porch, yard = make_job(1, camera="porch"), make_job(2, camera="yard")
    store.jobs.add(porch)
    store.jobs.add(yard)
    asked = [
        ("job-1", 970.0, LookState.DONE, 100, 1.0),
        ("job-1", 1021.0, LookState.DONE, 200, 3.0),
        ("job-1", 1022.0, LookState.FAILED, None, 90.0),
        ("job-2", 1023.0, LookState.DONE, 50, 0.5),
    ]
    for job_id, at, state, tokens, latency in asked:
        look = store.looks.begin(make_look(job_id=job_id, episode=None, started_at=at), ())
        store.looks.finish(
            make_look(
                id=look.id,
                job_id=job_id,
                episode=None,
                started_at=at,
                state=state,
                tokens=tokens,
                latency=latency,
                provider="cloud",
                model="m",
            )
        )
    store.alerts.commit(make_alert(time=1025.0), (), porch, None, ())
    return store.activity


def test_looks_tokens_and_alerts_are_counted_by_step(busy):
    assert busy.spells(0.0, 60, None) == {
        16: Spell(16, looks=1, tokens=100),
        17: Spell(17, looks=3, failed=1, tokens=250, alerts=1),
    }


def test_what_is_of_other_cameras_is_not_counted(busy):
    assert busy.spells(0.0, 60, ["yard"]) == {17: Spell(17, looks=1, tokens=50)}
    assert busy.spells(0.0, 60, []) == {}


def test_what_is_older_is_not_counted(busy):
    assert list(busy.spells(1020.0, 60, None)) == [17]


def test_a_model_is_measured_by_what_it_answered(busy):
    assert busy.services(0.0) == (
        Service(provider="cloud", model="m", looks=4, failed=1, tokens=350, latency=1.5, slowest=3.0),
    )
    assert busy.services(2000.0) == ()
