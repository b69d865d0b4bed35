"""The order in which jobs get a looker: the urgent first, yet nobody waits for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.look import LookReason
from jobs.line import FAIR, Line

CONFIRM, TRIGGER, SCHEDULED = LookReason.CONFIRM, LookReason.TRIGGER, LookReason.SCHEDULED
URGENCY = [CONFIRM, TRIGGER, SCHEDULED]
jobs = st.integers(0, 9)
arrivals = st.lists(st.tuples(jobs, st.sampled_from(URGENCY)), max_size=6)


def line(**waiting):
    made = Line()
    for who, reason in waiting.items():
        made.put(who, reason)
    return made


def take_all(made):
    return [made.take() for _ in range(len(made))]


def test_confirming_ones_come_first_then_triggered_ones_then_the_rest():
    waiting = line(heartbeat=SCHEDULED, visitor=TRIGGER, unsure=CONFIRM)
    assert take_all(waiting) == ["unsure", "visitor", "heartbeat"]


def test_among_equals_whoever_has_waited_longest_comes_first():
    assert take_all(line(a=TRIGGER, b=TRIGGER, c=TRIGGER)) == ["a", "b", "c"]


def test_who_waits_already_waits_once_and_for_the_best_of_its_reasons():
    waiting = line(a=SCHEDULED, b=TRIGGER, c=SCHEDULED)
    waiting.put("c", TRIGGER)
    waiting.put("b", SCHEDULED)
    assert take_all(waiting) == ["b", "c", "a"]


def test_a_person_who_asks_for_a_look_waits_like_the_heartbeat():
    assert take_all(line(a=SCHEDULED, b=LookReason.REQUESTED, c=LookReason.ACTIVE)) == ["a", "b", "c"]


def test_nobody_to_take_is_an_error():
    with pytest.raises(KeyError):
        Line().take()


def test_jobs_that_come_back_at_once_take_turns():
    waiting = line(a=SCHEDULED, b=SCHEDULED, c=SCHEDULED)
    order = []
    for _ in range(9):
        order.append(waiting.take())
        waiting.put(order[-1], SCHEDULED)
    assert order == ["a", "b", "c"] * 3


@given(st.lists(arrivals, max_size=60))
def test_whoever_is_taken_is_the_most_urgent_or_has_waited_longest_of_all(story):
    waiting, model = Line(), {}
    for turn, coming in enumerate(story, 1):
        for who, reason in coming:
            waiting.put(who, reason)
            model[who] = min(URGENCY.index(reason), model.get(who, len(URGENCY)))
        assert len(waiting) == len(model)
        if not model:
            waiting.put("somebody", SCHEDULED)
            model["somebody"] = URGENCY.index(SCHEDULED)
        longest, urgent = next(iter(model)), min(model, key=model.get)
        taken = waiting.take()
        assert taken == (urgent if turn % FAIR else longest)
        del model[taken]


@given(st.integers(1, 20), st.integers(0, FAIR), st.lists(st.sampled_from(URGENCY[:2]), min_size=1))
def test_the_nth_in_line_has_its_turn_however_many_better_ones_keep_coming(n, turns_before, better):
    waiting = line(early=CONFIRM)
    for _ in range(turns_before):
        waiting.put(waiting.take(), CONFIRM)
    for number in range(n - 2):
        waiting.put(number, SCHEDULED)
    waiting.put("me", SCHEDULED)
    turns, came = 0, n
    while (turns := turns + 1) and waiting.take() != "me":
        for reason in better[:3]:
            waiting.put(came := came + 1, reason)
    assert turns <= FAIR * max(n, 2)
