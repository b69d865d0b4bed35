"""A judge that is exchanged while it is asked."""

import threading
from dataclasses import replace

import pytest

from frigate_ext.errors import JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline
from genai.exchange import ExchangeableJudge
from tests.genai.test_fallback import ScriptedJudge


class Slow(ScriptedJudge):
    """Answers when it may."""

    def __init__(self):
        super().__init__("slow")
        self.entered, self.may = threading.Event(), threading.Event()

    def judge(self, question, deadline):
        self.entered.set()
        assert self.may.wait(10.0)
        return super().judge(question, deadline)


def test_the_next_look_is_answered_by_the_new_one(question):
    old, new = ScriptedJudge("old"), ScriptedJudge("new", wants_images=False)
    judge = ExchangeableJudge(old)
    assert (judge.name, judge.wants_images) == ("old", True)
    judge.exchange(new)
    assert (judge.name, judge.wants_images) == ("new", False)
    assert judge.judge(question, Deadline(5.0)).verdict.judged_by == "new"
    assert (old.closed, new.closed) == (True, False)


def test_a_look_under_way_ends_with_who_was_asked_who_is_closed_then(question):
    slow, answers = Slow(), []
    judge = ExchangeableJudge(slow)
    asking = threading.Thread(target=lambda: answers.append(judge.judge(question, Deadline(5.0))))
    asking.start()
    assert slow.entered.wait(10.0)
    judge.exchange(ScriptedJudge("new"))
    assert not slow.closed
    slow.may.set()
    asking.join(10.0)
    assert answers[0].verdict.judged_by == "slow"
    assert slow.closed


def test_a_question_without_pictures_is_not_put_to_who_wants_them(question):
    judge = ExchangeableJudge(ScriptedJudge("blind", wants_images=False))
    judge.exchange(ScriptedJudge("seeing"))
    with pytest.raises(JudgeUnavailableError, match="seeing has just taken over"):
        judge.judge(replace(question, images=()), Deadline(5.0))


def test_closing_closes_those_that_leave_too(question):
    slow, new = Slow(), ScriptedJudge("new")
    judge = ExchangeableJudge(slow)
    asking = threading.Thread(target=judge.judge, args=(question, Deadline(5.0)))
    asking.start()
    assert slow.entered.wait(10.0)
    judge.exchange(new)
    judge.close()
    assert slow.closed
    assert new.closed
    slow.may.set()
    asking.join(10.0)
