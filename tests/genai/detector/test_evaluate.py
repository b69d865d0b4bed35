"""Confidence, and the border cases of near."""

from dataclasses import replace

import pytest

from genai.detector.evaluate import UNSEEN_CONFIDENCE, evaluate
from genai.detector.grammar import read


@pytest.fixture
def found(yard):
    """The finding of a sentence about objects."""
    return lambda sentence, *objects: evaluate(read(sentence, yard), objects)


@pytest.mark.parametrize(
    "sentence,confidence",
    [
        ("a person", 0.95),  # the surest one is enough
        ("two people", 0.85),  # it takes both
        ("exactly two people", UNSEEN_CONFIDENCE),  # and that there is no third
        ("three people", UNSEEN_CONFIDENCE),  # not met, unless one was overlooked
        ("no people", 0.95),  # not met as surely as one is there
        ("at most one person", 0.85),  # not met as surely as a second is there
        ("no car", UNSEEN_CONFIDENCE),
        ("a person and no car", UNSEEN_CONFIDENCE),  # the weaker of the two
        ("a car or two people", 0.85),  # the part that holds
        ("no people and no car", 0.95),  # the part that fails
    ],
)
def test_confidence_is_that_of_the_weakest_thing_the_answer_rests_on(
    found, make_object, sentence, confidence
):
    people = [make_object("person", (x, 0, x + 10, 20), score=score) for x, score in ((0, 0.85), (300, 0.95))]
    assert found(sentence, *people).confidence == confidence


def test_of_two_things_near_each_other_the_less_certain_one_counts(found, make_object):
    person = make_object("person", (0, 0, 50, 100), score=0.95)
    car = make_object("car", (60, 0, 160, 100), score=0.75)
    assert found("a person near a car", person, car).confidence == 0.75


@pytest.mark.parametrize("gap,answer", [(0, "met"), (100, "met"), (101, "not_met")])
def test_near_reaches_one_height_of_the_first_object_and_no_further(found, make_object, gap, answer):
    person = make_object("person", (0, 0, 50, 100))
    car = make_object("car", (50 + gap, 0, 400 + gap, 300))
    assert found("a person near a car", person, car).answer == answer


def test_a_thing_is_not_near_itself(found, make_object):
    assert found("a person near another person", make_object("person", (0, 0, 50, 100))).answer == "not_met"


def test_an_object_lost_from_sight_makes_an_answer_unsure_only_where_it_matters(found, make_object):
    seen, lost = make_object("person", (0, 0, 50, 100)), make_object("person", (200, 0, 250, 100))
    lost = replace(lost, id="lost", score=0.0)
    assert found("a person", lost).answer == "unsure"
    assert found("nobody", lost).answer == "unsure"
    assert found("a person", seen, lost).answer == "met"
    assert found("two people", seen, lost).answer == "unsure"
    assert found("three people", seen, lost).answer == "not_met"
    assert found("a dog", lost).answer == "not_met"
