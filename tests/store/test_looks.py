from dataclasses import replace

import pytest

from frigate_ext.domain.look import LookState
from frigate_ext.errors import StoreError
from frigate_ext.store import Store
from frigate_ext.store.looks import PICTURES_OF
from frigate_ext.store.timeline import Span


@pytest.fixture
def begin(store, make_job, make_look):
    store.jobs.add(make_job())

    def begin(*pictures, intent=None, **changes):
        return store.looks.begin(make_look(**{"episode": None, **changes}), pictures, intent)

    return begin


@pytest.fixture
def finish(store, verdict):
    """`finish(look, **changes)`: with a verdict, unless told otherwise."""

    def finish(look, **changes):
        done = replace(look, **{"state": LookState.DONE, "verdict": verdict, **changes})
        store.looks.finish(done)
        return done

    return finish


def test_a_look_is_pending_from_before_the_judge_is_asked(store, begin):
    look = begin()

    assert look.state is LookState.PENDING
    assert store.looks.of_job("job-1").items == (look,)


def test_a_finished_look_keeps_its_verdict_and_what_was_said(store, begin, finish):
    said = {"provider": "qwen", "model": "q-2", "prompt": "Is it there?", "reply": '{"met": true}'}

    look = finish(begin(), latency=0.25, tokens=90, **said)

    assert store.looks.of_job("job-1").items == (look,)


def test_endless_replies_are_cut(store, begin, finish):
    finish(begin(), reply="x" * 1_000_000)

    assert len(store.looks.of_job("job-1").items[0].reply) == 8_000


def test_a_look_is_finished_together_with_its_job_or_not_at_all(store, begin, make_job, verdict):
    look = replace(begin(), state=LookState.DONE, verdict=verdict)

    store.looks.finish(look, make_job(looks=1))
    with pytest.raises(StoreError):
        store.looks.finish(replace(look, state=LookState.FAILED, verdict=None), make_job(number=9))

    assert store.jobs.get("job-1").looks == 1
    assert store.looks.of_job("job-1").items == (look,)


def test_a_look_of_no_job_is_refused(store, make_look):
    with pytest.raises(StoreError):
        store.looks.begin(make_look(job_id="job-9"))


def test_looks_page_newest_first(store, begin):
    looks = [begin(started_at=float(n)) for n in range(3)]

    page = store.looks.of_job("job-1", limit=2)

    assert page.items == (looks[2], looks[1])
    assert store.looks.of_job("job-1", limit=2, before=page.next).items == (looks[0],)


def test_the_last_verdicts_leave_out_looks_without_one_and_come_oldest_first(store, begin, finish, verdict):
    for n in range(3):
        finish(begin(), verdict=replace(verdict, frame_time=float(n)))
        finish(begin(), state=LookState.FAILED, verdict=None)

    assert [verdict.frame_time for verdict in store.looks.last_verdicts("job-1", 2)] == [1.0, 2.0]


def test_looks_that_nobody_waits_for_any_more_are_abandoned(store, begin, finish):
    done = finish(begin())
    pending = begin()

    assert store.looks.abandon_pending() == 1
    assert store.looks.of_job("job-1").items == (replace(pending, state=LookState.ABANDONED), done)


def test_the_frames_as_sent_are_kept_with_the_look(store, begin):
    look = begin(b"earlier", b"judged")

    assert store.looks.of_job("job-1").items[0].pictures == 2
    assert [store.looks.picture(look.id, n) for n in (0, 1, 2)] == [b"earlier", b"judged", None]


def test_pictures_are_kept_of_the_last_looks_of_each_job(store, begin, make_job):
    store.jobs.add(make_job(2))
    other = begin(b"other", job_id="job-2")
    looks = [begin(b"one", b"two") for _ in range(PICTURES_OF + 2)]
    begin()

    kept = [store.looks.picture(look.id, 0) is not None for look in looks]

    assert kept == [False] * 2 + [True] * PICTURES_OF
    assert [look.pictures for look in store.looks.of_job("job-1").items] == [0] + [2] * PICTURES_OF + [0] * 2
    assert store.looks.picture(other.id, 0) == b"other"


def test_what_was_asked_is_there_after_a_crash_with_the_very_pictures(store, begin, tmp_path):
    look = begin(b"earlier", b"judged", intent=b"the porch")
    store.close()

    reopened = Store.open(tmp_path / "data")
    reopened.looks.abandon_pending()
    unanswered, pictures = reopened.looks.unanswered("job-1"), reopened.looks.pictures(look.id)
    reopened.close()

    assert (unanswered.look_id, unanswered.intent) == (look.id, b"the porch")
    assert pictures == (b"earlier", b"judged")


def test_an_answer_leaves_nothing_to_ask(store, begin, finish):
    finish(begin(b"jpeg", intent=b"the porch"))

    assert store.looks.unanswered("job-1") is None


def test_a_judge_that_did_not_answer_leaves_the_question_open(store, begin):
    look = replace(begin(b"jpeg", intent=b"the porch"), state=LookState.FAILED, error="refused")

    store.looks.finish(look, unanswered=True)

    assert store.looks.unanswered("job-1").intent == b"the porch"


def test_a_job_asks_one_thing_at_a_time(store, begin):
    begin(b"old", intent=b"the porch")
    begin(b"new", intent=b"the yard")

    assert store.looks.unanswered("job-1").intent == b"the yard"


def test_what_is_left_to_ask_stays_until_a_look_of_the_job_is_answered(store, begin, finish):
    begin(b"old", intent=b"the porch")
    another = begin(b"by request")
    assert store.looks.unanswered("job-1").intent == b"the porch"

    finish(another)
    assert store.looks.unanswered("job-1") is None


def test_an_episode_is_decided_once(store, begin, finish):
    left_open = begin(episode="porch/1/7")
    assert begin(episode="porch/1/7") is not None, "nobody has decided it yet"
    finish(left_open)

    assert begin(episode="porch/1/7") is None
    assert begin(episode="porch/1/8") is not None


def test_two_verdicts_about_one_episode_can_not_both_be_committed(store, begin, finish):
    first, second = begin(episode="porch/1/7"), begin(episode="porch/1/7")
    finish(first)

    with pytest.raises(StoreError):
        finish(second)

    assert [look.state for look in store.looks.of_job("job-1").items] == [LookState.PENDING, LookState.DONE]


def test_an_episode_of_one_job_is_none_of_anothers(store, begin, finish, make_job):
    store.jobs.add(make_job(2))
    finish(begin(episode="porch/1/7"))

    assert begin(episode="porch/1/7", job_id="job-2") is not None


def test_looks_of_all_jobs_filter_by_camera_state_and_time(store, begin, finish, make_job):
    store.jobs.add(make_job(2, camera="yard"))
    first = begin(started_at=10.0, episode=None)
    other = begin(job_id="job-2", started_at=20.0, episode=None)
    last = begin(started_at=30.0, episode=None)
    finish(last)

    def found(**filters):
        return [look.id for look in store.looks.list(**filters).items]

    assert found() == [last.id, other.id, first.id]
    assert found(cameras=("porch",)) == [last.id, first.id]
    assert found(cameras=()) == []
    assert found(states={LookState.PENDING}, cameras=("porch", "yard")) == [other.id, first.id]
    assert found(span=Span(after=10.0, before=30.0)) == [other.id]
    assert found(job_id="job-2") == [other.id]
