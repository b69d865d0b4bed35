"""A watch is tried before it is started."""

import threading
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest

from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.verdict import Answer
from frigate_ext.errors import BadReplyError, ConflictError, FrameUnavailableError, JudgeUnavailableError
from jobs.trial import AT_ONCE, PER_MINUTE


def test_the_judge_is_asked_once_about_the_newest_frame(house, watch, person, says):
    home = house()
    home.see(person("p1"))
    home.see(person("p2"))
    home.judge.say(says("met"))
    trial = home.jobs.try_watch(watch(condition="a parcel", labels=("person",)))
    question = home.judge.asked()
    assert (question.condition, question.labels) == ("a parcel", ("person",))
    assert [thing.id for thing in question.objects] == ["p2"]
    assert trial.judgement.verdict.answer is Answer.MET
    assert trial.images == question.images


def test_the_clock_is_read_where_the_watch_is_or_else_where_its_owner_is(house, watch, says):
    home = house()
    home.see()
    home.jobs.keep_time_of(ZoneInfo("Asia/Tokyo"))
    for timezone, read in (("", "Asia/Tokyo"), ("America/Lima", "America/Lima")):
        home.judge.say(says("not_met"))
        home.jobs.try_watch(watch(timezone=timezone))
        assert home.judge.asked().timezone == ZoneInfo(read)


def test_nothing_follows_from_it(house, watch, says):
    home = house()
    home.see()
    home.judge.say(says("met"))
    home.jobs.try_watch(watch())
    assert home.store.jobs.unfinished() == ()
    assert home.store.alerts.list(limit=10).items == ()
    assert (home.heard.jobs, home.heard.alerts, home.heard.looks) == ([], [], [])


def test_what_it_costs_is_remembered_whether_it_was_answered_or_not(house, watch, says):
    """So that a provider's budget for the day holds over a restart."""
    home = house()
    home.see()
    home.judge.say(says("met"))
    home.jobs.try_watch(watch())
    failure = BadReplyError("a poem")
    failure.paid = (("fake", 3),)
    home.judge.say(failure)
    with pytest.raises(BadReplyError):
        home.jobs.try_watch(watch())
    paid = home.store.payments.since(0.0)
    assert [(one.provider, one.tokens) for one in paid] == [("fake", 7), ("fake", 3)]


def test_a_camera_that_is_away_is_not_judged_by_its_last_frame(house, watch):
    home = house()
    home.see()
    home.see(state=CameraState.OFFLINE, detail="connection refused")
    with pytest.raises(FrameUnavailableError, match="connection refused"):
        home.jobs.try_watch(watch())


@contextmanager
def trying(home, watch, count):
    """So many at once; the judge has been asked each, and has not answered."""
    failures = []

    def attempt():
        try:
            home.jobs.try_watch(watch())
        except JudgeUnavailableError as error:
            failures.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(count)]
    for thread in threads:
        thread.start()
    for _ in threads:
        home.judge.asked()
    yield failures
    for _ in threads:
        home.judge.say(JudgeUnavailableError("enough", kind="refused"))
    for thread in threads:
        thread.join()


def test_few_are_tried_at_once(house, watch):
    home = house()
    home.see()
    with trying(home, watch, AT_ONCE) as failures, pytest.raises(ConflictError, match="just now") as refused:
        home.jobs.try_watch(watch())
    assert refused.value.code == "too_many_trials"
    assert len(failures) == AT_ONCE


def test_only_so_many_are_tried_in_a_minute(house, watch, says):
    home = house()
    home.see()
    for _ in range(PER_MINUTE):
        home.judge.say(says("met"))
        home.jobs.try_watch(watch())
    with pytest.raises(ConflictError, match="within a minute"):
        home.jobs.try_watch(watch())
