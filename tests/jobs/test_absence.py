"""Whether those who should judge are away while others judge in their place."""

from frigate_ext.domain.look import AlertKind
from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError, JudgeUnavailableError
from jobs.absence import Absence

AWAY = JudgeUnavailableError("no reply", kind="timeout")
SPENT = JudgeUnavailableError("spent", kind="budget")


def noted(*answers):
    """What is to be told after each answered look."""
    absence, kinds = Absence(), []
    for instead in answers:
        absence.note(instead)
        kinds.append(absence.kind)
    return kinds


def test_one_look_that_found_nobody_is_bad_luck_and_two_are_an_outage():
    assert noted(AWAY, AWAY, AWAY, None) == [None, AlertKind.MODEL_DOWN, AlertKind.MODEL_DOWN, None]
    assert noted(AWAY, None, AWAY) == [None] * 3


def test_a_wrong_key_is_an_outage_too():
    assert noted(*[JudgeMisconfiguredError("401", kind="key")] * 2)[-1] is AlertKind.MODEL_DOWN


def test_a_spent_budget_is_known_at_once():
    assert noted(SPENT, None) == [AlertKind.BUDGET_SPENT, None]


def test_who_answers_nonsense_is_there():
    assert noted(*[BadReplyError("a poem")] * 3) == [None] * 3
