"""The judge as a watch job sees it."""

from dataclasses import replace

import pytest

from frigate_ext.domain.camera import Zone
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartState
from genai.detector.judge import DetectorJudge
from genai.judge import Judge, Question


@pytest.fixture
def judge() -> Judge:
    return DetectorJudge()


@pytest.fixture
def verdict(judge, yard, scenes):
    """The verdict on a condition in a scene, with the watch's labels and zones."""

    def ask(condition, scene, *, labels=(), zones=(), camera=yard):
        question = Question(
            camera=camera,
            condition=condition,
            labels=labels,
            zones=zones,
            frame_time=12.5,
            images=(),
            objects=scenes[scene],
        )
        return judge.judge(question, Deadline(1.0)).verdict

    return ask


def test_it_never_pretends_to_be_a_model(judge, verdict):
    assert (judge.name, judge.wants_images, judge.health().state) == ("detector", False, PartState.OK)
    told = verdict("a person", "visitor")
    assert (told.judged_by, told.frame_time, told.next_run_in) == ("detector", 12.5, None)


@pytest.mark.parametrize(
    "condition,scene,message,reasoning",
    [
        (
            "a person in the driveway",
            "standing",
            "Person in Driveway",
            "1 person in Driveway (0.90), asked for at least 1",
        ),
        ("two people", "pair", "2 people at Yard", "2 people (0.90, 0.90), asked for at least 2"),
        (
            "the driveway is empty",
            "visitor",
            "No object in Driveway",
            "0 objects in Driveway, asked for none",
        ),
        (
            "a parked car near a person",
            "loading",
            "Still car near person at Yard",
            "1 still car near person (0.90), asked for at least 1",
        ),
        (
            "a person is in the garden or a car is visible",
            "parked",
            "Car at Yard",
            "0 people in Back Lawn, asked for at least 1; 1 car (0.90), asked for at least 1",
        ),
        ("exactly two cars", "parked", "", "1 car (0.90), asked for exactly 2"),
        ("at most 1 person", "pair", "", "2 people (0.90, 0.90), asked for at most 1"),
    ],
)
def test_it_says_what_it_counted_and_a_phrase_for_the_phone(verdict, condition, scene, message, reasoning):
    told = verdict(condition, scene)
    assert (told.message, told.reasoning) == (message, reasoning)


def test_what_it_does_not_understand_is_unsure_and_names_the_word(verdict):
    told = verdict("a purple person", "visitor")
    assert (told.answer, told.confidence, told.message) == ("unsure", 0.0, "")
    assert told.reasoning == "Not understood: the word 'purple' is unknown."


def test_a_reason_shows_only_a_short_printable_piece_of_the_condition(verdict):
    reasoning = verdict("a person \x1b" + "w" * 300, "visitor").reasoning
    assert reasoning.isprintable()
    assert len(reasoning) < 100


def test_the_zones_of_the_watch_matter_where_the_sentence_names_none(verdict):
    assert verdict("a person", "visitor", zones=("driveway",)).answer == "not_met"
    assert verdict("a person", "visitor", zones=("driveway", "front_porch")).answer == "met"
    assert verdict("a person on the front porch", "visitor", zones=("driveway",)).answer == "met"


def test_the_labels_of_the_watch_matter_where_the_sentence_names_none(verdict):
    assert verdict("the driveway is empty", "parked", labels=("person",)).answer == "met"
    assert verdict("something is moving", "dog", labels=("person", "dog")).answer == "met"
    assert verdict("a dog", "dog", labels=("person",)).answer == "met"


def test_what_the_camera_does_not_track_can_neither_be_there_nor_be_absent(verdict, yard):
    gate = replace(yard, labels=("person",))
    for condition in ("a dog", "no dog", "a person near a dog", "a person and no dog"):
        told = verdict(condition, "empty", camera=gate)
        assert (told.answer, told.reasoning) == ("unsure", "Not understood: this camera does not track dog.")


def test_a_camera_that_tracks_nothing_knows_nothing(verdict, yard):
    assert verdict("nothing is visible", "empty", camera=replace(yard, labels=())).answer == "unsure"


def test_a_label_of_a_custom_model_is_a_word(judge, yard):
    camera = replace(yard, labels=("waste_bin",))
    assert judge.understands("two waste bins are in the driveway", camera) is None


def test_two_zones_of_one_friendly_name_are_one_place(verdict, yard):
    zones = tuple(Zone(zone.name, "Outdoors", zone.polygon) for zone in yard.zones)
    camera = replace(yard, zones=zones)
    assert verdict("a person is in the outdoors", "visitor", camera=camera).answer == "met"
    assert verdict("a person is in the outdoors", "street", camera=camera).answer == "not_met"


def test_a_zone_may_be_called_like_an_object(verdict, yard):
    bench = replace(yard.zones[1], friendly_name="Bench")
    camera = replace(yard, labels=("person", "bench"), zones=(bench,))
    assert verdict("a person is on the bench", "visitor", camera=camera).answer == "met"
    assert verdict("a person is near a bench", "visitor", camera=camera).answer == "not_met"


def test_an_author_can_be_told_beforehand_whether_it_understands(judge, yard):
    assert judge.understands("a person is in the driveway", yard) is None
    assert judge.understands("the gate is open", yard) == "the word 'gate' is unknown"
    assert (
        judge.understands("a person" + " please" * 100, yard) == "the sentence is longer than 500 characters"
    )


def test_the_same_sentence_is_read_anew_for_another_camera(judge, yard):
    assert judge.understands("a dog", yard) is None
    assert judge.understands("a dog", replace(yard, labels=("person",))) is not None
