import os
import sys
import threading
from dataclasses import replace

import pytest

from frigate_ext.domain.geometry import Box
from frigate_ext.domain.look import AlertKind, Feedback, LookState, SeenObject
from frigate_ext.domain.watch import JobState
from frigate_ext.errors import NotFoundError, StoreError
from frigate_ext.store import Store
from frigate_ext.store.looks import PICTURES_OF


@pytest.fixture
def job(store, make_job):
    store.jobs.add(make_job())
    return make_job()


def test_an_alert_is_committed_with_evidence_job_look_and_deliveries(
    store, job, make_alert, make_look, verdict
):
    look = store.looks.begin(make_look())
    look = replace(look, state=LookState.DONE, verdict=verdict)
    met = replace(job, state=JobState.MET, alerts=1)
    alert = make_alert(evidence=2)

    store.alerts.commit(alert, (b"before", b"judged"), met, look, ("mqtt", "push"))

    assert store.alerts.get("alert-1") == alert
    assert store.alerts.evidence("alert-1", 0) == b"before"
    assert store.alerts.evidence("alert-1", 1) == b"judged"
    assert store.alerts.evidence("alert-1", 2) is None
    assert store.jobs.get(job.id) == met
    assert store.looks.of_job(job.id).items == (look,)
    assert [row.notifier for row in store.deliveries.due(alert.time, 10)] == ["mqtt", "push"]


def test_an_alert_nobody_raised_is_not_found(store):
    with pytest.raises(NotFoundError, match="alert-9"):
        store.alerts.get("alert-9")


def test_an_alert_about_the_watch_itself_needs_no_frame(store, job, make_alert):
    blind = make_alert(kind=AlertKind.BLIND, frame_time=None, judged_by=None, confidence=None)

    store.alerts.commit(blind, (), job, None, ())

    assert store.alerts.get("alert-1") == blind
    assert store.alerts.last_evidence(job.id) is None


def test_nothing_is_left_of_an_alert_whose_job_has_been_deleted(store, job, make_alert, tmp_path):
    store.jobs.delete(job.id)

    with pytest.raises(StoreError):
        store.alerts.commit(make_alert(evidence=1), (b"jpeg",), job, None, ("mqtt",))

    assert store.alerts.list().items == ()
    assert store.deliveries.pending() == 0
    assert list((tmp_path / "data" / "evidence").iterdir()) == []


def test_nothing_is_left_of_an_alert_whose_evidence_could_not_be_written(
    store, job, make_alert, tmp_path, monkeypatch
):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.alerts.commit(make_alert(evidence=1), (b"jpeg",), job, None, ("mqtt",))

    assert store.alerts.list().items == ()
    assert list((tmp_path / "data" / "evidence").iterdir()) == []


def test_nothing_is_left_of_an_alert_that_did_not_fit_on_the_disk(store, job, make_alert, tmp_path):
    with store._database.writing() as db:
        db.pragma("max_page_count", db.pragma("page_count"))

    with pytest.raises(StoreError, match="full"):
        store.alerts.commit(make_alert(evidence=1, reasoning="x" * 50_000), (b"jpeg",), job, None, ("mqtt",))

    assert store.alerts.list().items == ()
    assert store.deliveries.pending() == 0
    assert list((tmp_path / "data" / "evidence").iterdir()) == []
    assert store.jobs.get(job.id) == job


def test_a_second_alert_of_the_same_id_is_refused_and_spares_the_first(store, job, make_alert):
    store.alerts.commit(make_alert(evidence=1), (b"first",), job, None, ())

    with pytest.raises(StoreError):
        store.alerts.commit(make_alert(evidence=1), (b"second",), job, None, ())

    assert store.alerts.evidence("alert-1", 0) == b"first"


def test_lists_filter_by_job_camera_and_kind(store, job, make_alert, make_job):
    store.jobs.add(make_job(2))
    store.alerts.commit(make_alert(1, camera="porch"), (), job, None, ())
    store.alerts.commit(make_alert(2, camera="yard", kind=AlertKind.BLIND), (), job, None, ())
    store.alerts.commit(make_alert(3, camera="porch", job_id="job-2"), (), make_job(2), None, ())

    def found(**filters):
        return [alert.id for alert in store.alerts.list(**filters).items]

    assert found() == ["alert-3", "alert-2", "alert-1"]
    assert found(job_id="job-1") == ["alert-2", "alert-1"]
    assert found(cameras=("porch",)) == ["alert-3", "alert-1"]
    assert found(kind=AlertKind.BLIND) == ["alert-2"]
    page = store.alerts.list(limit=1)
    assert [alert.id for alert in store.alerts.list(limit=1, before=page.next).items] == ["alert-2"]


def test_the_last_evidence_is_the_judged_frame_of_the_newest_alert_with_pictures(store, job, make_alert):
    store.alerts.commit(make_alert(1, evidence=1), (b"old",), job, None, ())
    store.alerts.commit(make_alert(2, evidence=2), (b"before", b"judged"), job, None, ())
    store.alerts.commit(make_alert(3), (), job, None, ())

    assert store.alerts.last_evidence(job.id) == b"judged"


def test_an_alert_is_acknowledged_once(store, job, make_alert):
    store.alerts.commit(make_alert(), (), job, None, ())

    assert store.alerts.acknowledge("alert-1", 5.0).acknowledged_at == 5.0
    assert store.alerts.acknowledge("alert-1", 9.0).acknowledged_at == 5.0


def test_an_owner_may_think_again_about_an_alert(store, job, make_alert):
    store.alerts.commit(make_alert(), (), job, None, ())

    store.alerts.judge("alert-1", Feedback.WRONG, "our own bin")
    alert = store.alerts.judge("alert-1", Feedback.RIGHT, "")

    assert alert == make_alert(feedback=Feedback.RIGHT)


def test_the_last_notes_on_wrong_alerts_come_oldest_first(store, job, make_alert, make_job):
    store.jobs.add(make_job(2))
    said = [(Feedback.WRONG, "bin"), (Feedback.RIGHT, "yes"), (Feedback.WRONG, ""), (Feedback.WRONG, "cat")]
    for number, (feedback, note) in enumerate([*said, (Feedback.WRONG, "dog")]):
        store.alerts.commit(make_alert(number), (), job, None, ())
        store.alerts.judge(f"alert-{number}", feedback, note)
    store.alerts.commit(make_alert(9, job_id="job-2"), (), make_job(2), None, ())
    store.alerts.judge("alert-9", Feedback.WRONG, "another job's")

    assert store.alerts.wrong_notes("job-1", 2) == ("cat", "dog")
    assert store.alerts.feedback(["job-1", "job-2", "job-3"]) == {
        "job-1": {Feedback.WRONG: 4, Feedback.RIGHT: 1},
        "job-2": {Feedback.WRONG: 1},
    }


def test_a_deleted_alert_takes_its_evidence_and_deliveries_along(store, job, make_alert):
    store.alerts.commit(make_alert(evidence=1), (b"jpeg",), job, None, ("mqtt",))

    store.alerts.delete("alert-1")

    assert store.alerts.evidence("alert-1", 0) is None
    assert store.deliveries.pending() == 0


def test_nothing_can_be_done_to_an_alert_that_nobody_raised(store):
    for change in (
        lambda: store.alerts.acknowledge("alert-9", 1.0),
        lambda: store.alerts.judge("alert-9", Feedback.RIGHT, ""),
        lambda: store.alerts.delete("alert-9"),
    ):
        with pytest.raises(NotFoundError, match="alert-9"):
            change()


def test_the_pictures_a_look_was_shown_are_its_alerts_evidence_and_outlive_later_looks(
    store, job, make_alert, make_look, tmp_path
):
    look = store.looks.begin(make_look(), (b"before", b"judged"))
    store.alerts.commit(make_alert(evidence=2, look_id=look.id), (), job, look, ())
    for _ in range(PICTURES_OF + 1):
        store.looks.begin(make_look(episode=None), (b"later",))

    assert [store.alerts.evidence("alert-1", n) for n in (0, 1, 2, 2**70)] == [
        b"before",
        b"judged",
        None,
        None,
    ]
    assert store.alerts.last_evidence(job.id) == b"judged"
    assert not (tmp_path / "data" / "evidence").exists(), "they are not written twice"

    store.alerts.delete("alert-1")
    assert store.looks.picture(look.id, 0) is None


@pytest.mark.parametrize(
    "alert_id, n",
    [
        ("..", 0),
        ("../frigate_ext.db", 0),
        ("alert-1/../alert-1", 0),
        ("/etc", 0),
        ("", 0),
        ("alert-1", -1),
        ("a\0b", 0),
    ],
)
def test_no_path_leads_out_of_the_evidence_folder(store, job, make_alert, alert_id, n):
    store.alerts.commit(make_alert(evidence=1), (b"jpeg",), job, None, ())

    assert store.alerts.evidence(alert_id, n) is None


def test_many_threads_may_commit_and_read_at_once(store, job, make_alert):
    def commit(thread):
        for n in range(5):
            store.alerts.commit(make_alert(f"{thread}-{n}", evidence=1), (b"jpeg",), job, None, ("mqtt",))
            assert store.alerts.list(limit=5).items

    threads = [threading.Thread(target=commit, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)

    assert len(store.alerts.list().items) == store.deliveries.pending() == 40


COMMIT_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import ALERT, JOB
from dataclasses import replace
from frigate_ext.store import Store
from frigate_ext.store.looks import PICTURES_OF

store = Store.open(Path(sys.argv[1]))
store.jobs.add(JOB)
for n in count(1):
    alert = replace(ALERT, id=f"alert-{n}", evidence=2)
    store.alerts.commit(alert, (b"a" * 40_000, b"b" * 40_000), replace(JOB, alerts=n), None, ("mqtt",))
    print(alert.id, flush=True)
"""


@pytest.mark.slow
def test_a_process_killed_between_commits_leaves_every_alert_whole(tmp_path, request, spawn):
    process = spawn(sys.executable, "-c", COMMIT_FOR_EVER, str(tmp_path), str(request.path.parent))
    announced = [process.stdout.readline().strip() for _ in range(30)]
    process.kill()
    announced += process.stdout.read().split()
    process.wait(5.0)

    store = Store.open(tmp_path)
    committed = {alert.id for alert in store.alerts.list(limit=1000).items}
    waiting = {row.alert_id for row in store.deliveries.due(1e10, 1000)}
    counted = store.jobs.get("job-1").alerts
    whole = {path.name for path in (tmp_path / "evidence").iterdir() if len(list(path.glob("[01].jpg"))) == 2}
    store.close()

    assert announced[0] == "alert-1"
    assert set(announced) <= committed
    assert committed == waiting == whole
    assert counted == len(committed)


def test_alerts_are_found_by_what_was_in_the_judged_frame_and_by_the_zones_of_their_watch(
    store, make_job, make_alert, make_look
):
    job = make_job()
    job = replace(job, watch=replace(job.watch, zones=("porch",)))
    store.jobs.add(job)
    person = SeenObject(id="1", label="person", score=0.9, box=Box(0, 0, 9, 9))
    look = store.looks.begin(make_look(objects=(person,)))
    store.alerts.commit(make_alert(look_id=look.id), (), job, look, ())

    def found(**chosen):
        return [alert.id for alert in store.alerts.list(**chosen).items]

    assert found(labels=["dog", "person"]) == found(zones=["porch"]) == ["alert-1"]
    assert (
        found(labels=["dog"])
        == found(zones=["door", 'po"rch'])
        == found(labels=["person"], zones=["a"])
        == []
    )


def test_what_comes_with_an_alert_is_its_evidence_and_not_what_the_look_was_shown(
    store, job, make_alert, make_look
):
    look = store.looks.begin(make_look(), (b"covered",))
    store.alerts.commit(make_alert(evidence=1, look_id=look.id), (b"sharp",), job, look, ())

    assert store.alerts.evidence("alert-1", 0) == b"sharp"
    assert store.looks.picture(look.id, 0) == b"covered"
