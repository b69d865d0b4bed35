"""What holds for any text and any scene."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.geometry import Box, Point
from frigate_ext.domain.objects import TrackedObject
from genai.detector.condition import Condition
from genai.detector.evaluate import evaluate
from genai.detector.grammar import NotUnderstood, read

SQUARE = (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))
YARD = Camera(
    "yard",
    "Yard",
    ("person", "car", "dog"),
    (Zone("driveway", "Driveway", SQUARE), Zone("lawn", "Back Lawn", SQUARE)),
)
CORPUS = [
    line.split("\t") for line in (Path(__file__).parent / "corpus.tsv").read_text().splitlines() if line
]
UNDERSTOOD = [row[0] for row in CORPUS if isinstance(read(row[0], YARD), Condition)]

AFFIRMATIVE = (
    "a, the, person, people, car, dogs, someone, something, two, at least, exactly, more than, "
    "is, are, there, moving, parked, walking, standing, visible, appears, enters, in, on, near, "
    "another, driveway, back lawn, and, or, who, that, outside, view, tell me, when, both, "
    "either, not moving, not near"
)
NEGATING = (
    "no, nobody, nothing, zero, fewer than, at most, empty, clear of, gone, from, not, can't be seen, isn't"
)


@cache
def reading(sentence):
    return read(sentence, YARD)


def sentences(words):
    return st.lists(st.sampled_from(words.split(", ")), min_size=1, max_size=9).map(" ".join)


@st.composite
def objects(draw):
    x, y = draw(st.integers(0, 900)), draw(st.integers(0, 500))
    still = draw(st.booleans())
    return TrackedObject(
        id=str(draw(st.uuids())),
        camera="yard",
        label=draw(st.sampled_from(YARD.labels)),
        frame_time=1.0,
        start_time=0.0,
        score=0.9,
        computed_score=draw(st.floats(0.7, 1.0)),
        top_score=0.9,
        false_positive=False,
        box=Box(x, y, x + draw(st.integers(1, 100)), y + draw(st.integers(1, 100))),
        active=not still,
        stationary=still,
        motionless_count=0,
        position_changes=0,
        current_zones=tuple(draw(st.sets(st.sampled_from(("driveway", "lawn"))))),
    )


SCENES = st.lists(objects(), max_size=5)


@given(
    st.text()
    | sentences(f"{AFFIRMATIVE}, {NEGATING}")
    | st.text(max_size=40).map("a person {} the driveway".format)
)
def test_any_text_is_either_understood_or_refused(text):
    assert isinstance(read(text, YARD), Condition | NotUnderstood)


@given(st.text(max_size=30), st.text(max_size=30), sentences(f"{AFFIRMATIVE}, {NEGATING}"))
def test_no_name_of_a_zone_or_label_breaks_the_reader(name, label, text):
    camera = replace(YARD, labels=("person", label), zones=(Zone(name, name, SQUARE),))
    assert isinstance(read(f"{text} {name}", camera), Condition | NotUnderstood)


@given(
    st.sampled_from(UNDERSTOOD),
    st.sampled_from(["purple", "without", "xyzzy", "?", "münze", "1e3"]),
    st.data(),
)
def test_an_unknown_word_anywhere_makes_an_understood_sentence_unsure(sentence, word, data):
    words = sentence.split()
    at = data.draw(st.integers(0, len(words) - (word == "?")))
    assert isinstance(read(" ".join([*words[:at], word, *words[at:]]), YARD), NotUnderstood)


@given(sentences(AFFIRMATIVE))
def test_a_sentence_that_denies_no_presence_is_never_met_by_an_empty_scene(text):
    condition = read(text, YARD)
    if isinstance(condition, Condition):
        assert evaluate(condition, ()).answer == "not_met"


@given(st.sampled_from(UNDERSTOOD), SCENES)
def test_false_positives_and_ended_objects_change_nothing(sentence, scene):
    condition = reading(sentence)
    gone = [replace(obj, id="gone", end_time=1.0) for obj in scene[:1]]
    ghosts = [replace(obj, id="ghost", false_positive=True) for obj in scene[1:]]
    assert evaluate(condition, [*gone, *scene, *ghosts]) == evaluate(condition, scene)


@given(st.sampled_from(UNDERSTOOD), SCENES)
def test_confidence_is_between_nothing_and_certain(sentence, scene):
    assert 0 < evaluate(reading(sentence), scene).confidence <= 1


@given(SCENES, objects())
def test_one_more_object_never_undoes_presence(scene, other):
    for sentence in ("two people", "a car near a person", "something is moving in the driveway"):
        condition = reading(sentence)
        if evaluate(condition, scene).answer == "met":
            assert evaluate(condition, [*scene, other]).answer == "met"


@given(SCENES)
def test_what_is_denied_is_met_exactly_where_the_plain_sentence_is_not(scene):
    for plain, denied in (
        ("a person in the driveway", "no person in the driveway"),
        ("a car is near a person", "no car is near a person"),
        ("something is moving", "nothing is moving"),
        ("two dogs", "fewer than two dogs"),
    ):
        met = [evaluate(reading(text), scene).answer == "met" for text in (plain, denied)]
        assert sorted(met) == [False, True]
