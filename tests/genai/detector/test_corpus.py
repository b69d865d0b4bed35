"""Every sentence of corpus.tsv, in every scene of the yard."""

from pathlib import Path

import pytest

from genai.detector.evaluate import evaluate
from genai.detector.grammar import NotUnderstood, read

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "corpus.tsv").read_text().splitlines()
    if line and not line.startswith("# ")
]
UNDERSTOOD = [(row[0], row[1]) for row in ROWS if row[1] != "unsure"]
UNSURE = [(row[0], row[2]) for row in ROWS if row[1] == "unsure"]


def listed(names, scenes):
    named = set(names.strip("!-").split())
    assert named <= set(scenes), "the corpus names a scene that does not exist"
    return set(scenes) - named if names.startswith("!") else named


def test_the_corpus_is_large_and_says_nothing_twice():
    sentences = [row[0] for row in ROWS]
    assert len(sentences) == len(set(sentences)) >= 400


@pytest.mark.parametrize("sentence,met_in", UNDERSTOOD)
def test_a_sentence_is_met_in_exactly_the_scenes_where_it_is_true(sentence, met_in, yard, scenes):
    condition = read(sentence, yard)
    assert not isinstance(condition, NotUnderstood), condition
    met = {name for name, objects in scenes.items() if evaluate(condition, objects).answer == "met"}
    assert met == listed(met_in, scenes)


@pytest.mark.parametrize("sentence,part_of_reason", UNSURE)
def test_a_sentence_outside_the_grammar_is_refused_with_its_reason(sentence, part_of_reason, yard):
    refused = read(sentence, yard)
    assert isinstance(refused, NotUnderstood), refused
    assert part_of_reason in refused.reason
