import pytest

from frigate_ext.domain.watch import JobState, Origin
from frigate_ext.errors import InvalidRequestError, StoreError
from frigate_ext.store import jobs


def ids(page):
    return [job.id for job in page.items]


def test_a_job_comes_back_as_it_was(store, make_job):
    store.jobs.add(make_job())

    assert store.jobs.get("job-1") == make_job()
    assert store.jobs.get("job-2") is None


def test_a_saved_job_replaces_what_was_known(store, make_job):
    store.jobs.add(make_job())
    changed = make_job(state=JobState.CANCELLED, phase=None, ended_at=5.0, armed=True, last_verdict=None)

    store.jobs.save(changed)

    assert store.jobs.get("job-1") == changed


def test_saving_a_deleted_job_is_an_error(store, make_job):
    with pytest.raises(StoreError, match="job-1"):
        store.jobs.save(make_job())


def test_lists_are_newest_first_and_page_without_gaps_while_jobs_are_added(store, make_job):
    for number in range(5):
        store.jobs.add(make_job(number, created_at=1000.0))

    first = store.jobs.list(limit=2)
    store.jobs.add(make_job(5))
    second = store.jobs.list(limit=2, before=first.next)
    third = store.jobs.list(limit=2, before=second.next)

    assert [ids(page) for page in (first, second, third)] == [
        ["job-4", "job-3"],
        ["job-2", "job-1"],
        ["job-0"],
    ]
    assert third.next is None


def test_a_page_that_just_holds_everything_has_no_next(store, make_job):
    store.jobs.add(make_job())

    assert store.jobs.list(limit=1).next is None


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1 OR 1", "²", "9" * 30])
def test_a_cursor_that_is_not_ours_is_refused(store, cursor):
    with pytest.raises(InvalidRequestError) as caught:
        store.jobs.list(before=cursor)

    assert caught.value.code == "bad_cursor"


def test_lists_filter_by_state_and_camera(store, make_job):
    store.jobs.add(make_job(1, state=JobState.RUNNING, camera="porch"))
    store.jobs.add(make_job(2, state=JobState.MET, camera="porch"))
    store.jobs.add(make_job(3, state=JobState.RUNNING, camera="yard"))

    assert ids(store.jobs.list(states={JobState.RUNNING})) == ["job-3", "job-1"]
    assert ids(store.jobs.list(states={JobState.RUNNING}, cameras=("porch",))) == ["job-1"]
    assert ids(store.jobs.list(states=())) == []


def test_unfinished_jobs_are_those_whose_state_is_not_final(store, make_job):
    for number, state in enumerate(JobState):
        store.jobs.add(make_job(number, state=state))

    assert {job.state for job in store.jobs.unfinished()} == {
        JobState.QUEUED,
        JobState.RUNNING,
        JobState.PAUSED,
    }


def test_the_newest_job_of_a_name_is_found_among_those_of_its_origin(store, make_job):
    store.jobs.add(make_job(1, name="a", origin=Origin.CONFIG))
    store.jobs.add(make_job(2, name="a", origin=Origin.CONFIG))
    store.jobs.add(make_job(3, name="a", origin=Origin.API))
    store.jobs.add(make_job(4, name="b", origin=Origin.CONFIG))

    assert store.jobs.named("a", Origin.CONFIG).id == "job-2"
    assert store.jobs.named("c", Origin.CONFIG) is None
    assert store.jobs.newest(Origin.CONFIG).id == "job-4"
    assert store.jobs.newest(Origin.FRIGATE) is None


def test_everything_of_a_deleted_job_goes_with_it(store, make_job, make_alert, make_look, tmp_path):
    for number in (1, 2):
        job = make_job(number)
        store.jobs.add(job)
        store.looks.begin(make_look(job_id=job.id))
        alert = make_alert(number, job_id=job.id, evidence=1)
        store.alerts.commit(alert, (b"jpeg",), job, None, ("mqtt",))

    store.jobs.delete("job-1")

    assert store.jobs.get("job-1") is None
    assert store.looks.of_job("job-1").items == ()
    assert [alert.id for alert in store.alerts.list().items] == ["alert-2"]
    assert store.deliveries.pending() == 1
    assert [path.name for path in (tmp_path / "data" / "evidence").iterdir()] == ["alert-2"]


def test_the_last_jobs_that_were_removed_are_remembered_and_no_more(store, make_job, monkeypatch):
    monkeypatch.setattr(jobs, "TOMBSTONES", 2)
    for n in range(3):
        store.jobs.add(make_job(n))
        store.jobs.delete(f"job-{n}")
    assert store.jobs.buried() == ("job-1", "job-2")
