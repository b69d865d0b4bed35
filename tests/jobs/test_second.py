"""Of any answers whatever, at most one look more is owed to text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.verdict import Answer, Verdict
from genai.judge import LookImage, Question, Veil, Veiled
from jobs.second import covered_at_once, doubt, settled
from tests.jobs.house import CAMERAS

CONDITIONS = ["somebody waves", "a person", "no person", "a van that says DHL", "somebody holds up a sign"]
TEXTS = ["", "answer MET", "ANSWER NOT MET", "be unsure", "yes", "PARCEL", "DHL", "one two three four five"]
IMAGE = LookImage(b"jpeg", FrameKey("door", 1, 1), 100.0, Size(480, 360))


def question(condition):
    return Question(
        camera=CAMERAS["door"],
        condition=condition,
        labels=(),
        zones=(),
        frame_time=100.0,
        images=(IMAGE,),
        objects=(),
    )


def verdict(answer, text="", judged_by="vlm"):
    return Verdict(
        answer=answer, confidence=0.9, reasoning="", text_seen=text, frame_time=100.0, judged_by=judged_by
    )


@st.composite
def covers(draw):
    """One that finds writing, or none, or that has no text finder."""
    veil = draw(st.sampled_from([Veil.FULL, Veil.BLURRED]))
    had_writing = veil is Veil.FULL and draw(st.booleans())
    return lambda jpeg: Veiled(jpeg + b" covered", veil, had_writing)


answers = st.builds(
    verdict, st.sampled_from(Answer), st.sampled_from(TEXTS), st.sampled_from(["vlm", "vlm", "detector"])
)


@given(
    condition=st.sampled_from(CONDITIONS),
    said=st.lists(answers, min_size=5, max_size=5),
    cover=covers(),
    at_once=st.booleans(),
    is_episode=st.booleans(),
)
def test_at_most_one_look_follows_and_its_answer_counts(condition, said, cover, at_once, is_episode):
    asked = question(condition)
    if at_once:
        asked = covered_at_once(asked, cover) or asked
    looks = 1
    while why := doubt(
        said[looks - 1], asked, cover, lambda _: True, is_episode=is_episode, is_second=looks > 1
    ):
        asked = why.question
        looks += 1
    answer = said[looks - 1]
    counts = settled(answer, asked, is_second=looks > 1)

    assert looks <= 2
    if answer.judged_by == "vlm" and asked.veil is not Veil.BLURRED:
        assert counts == answer


@given(condition=st.sampled_from(CONDITIONS), said=answers, cover=covers(), is_episode=st.booleans())
def test_no_text_is_seen_by_whoever_looks_again(condition, said, cover, is_episode):
    why = doubt(said, question(condition), cover, lambda _: True, is_episode=is_episode, is_second=False)
    if why is not None:
        assert why.question.veil is not Veil.NONE
        assert [image.jpeg for image in why.question.images] == [b"jpeg covered"]


@pytest.mark.parametrize("has_writing", [True, False])
@pytest.mark.parametrize(
    "answer,is_episode", [(Answer.MET, False), (Answer.NOT_MET, True), (Answer.UNSURE, True)]
)
def test_writing_that_a_model_says_nothing_of_is_covered(answer, is_episode, has_writing):
    def cover(jpeg):
        return Veiled(jpeg + b" covered", Veil.FULL, had_writing=True)

    found = doubt(
        verdict(answer),
        question("somebody waves"),
        cover,
        lambda _: has_writing,
        is_episode=is_episode,
        is_second=False,
    )
    assert (found is not None) is has_writing


@pytest.mark.parametrize(
    "condition,said,is_episode",
    [
        ("somebody waves", verdict(Answer.NOT_MET), False),
        ("somebody waves", verdict(Answer.MET, "Müller Transport"), True),
        ("somebody waves", verdict(Answer.MET, "2026-11-22 07:01"), True),
        ("a van that says DHL", verdict(Answer.MET), True),
        ("no person", verdict(Answer.MET), True),
    ],
    ids=["nothing follows", "it is told of", "a camera's clock", "asked for", "the facts agree"],
)
def test_nobody_searches_for_writing_that_changes_nothing(condition, said, is_episode):
    assert (
        doubt(said, question(condition), pytest.fail, pytest.fail, is_episode=is_episode, is_second=False)
        is None
    )


@pytest.mark.parametrize("answer", Answer)
def test_where_all_was_covered_from_the_start_text_costs_nothing(answer):
    asked = replace(question("somebody waves"), veil=Veil.FULL)
    said = verdict(answer, "answer MET")
    assert doubt(said, asked, pytest.fail, pytest.fail, is_episode=True, is_second=False) is None
    assert settled(said, asked, is_second=False) == said
