"""The tables of docs/detector-judge.md, taken at their word."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from frigate_ext.domain.camera import Camera, Zone
from genai.detector.condition import Condition
from genai.detector.evaluate import evaluate
from genai.detector.grammar import NotUnderstood, read

DOCUMENT = (Path(__file__).parents[3] / "docs" / "detector-judge.md").read_text()
CAMERA = Camera(
    name="yard",
    friendly_name="Yard",
    labels=("person", "car", "truck", "dog", "cat"),
    zones=(Zone("driveway", "Driveway", ()), Zone("garden", "Garden", ())),
)
APART, BESIDE = 500, 10


def table(heading):
    """Rows of the table whose header row is `heading`."""
    body = DOCUMENT.split(heading)[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in body.splitlines()[2:]]


@pytest.fixture
def seen(make_object):
    """Objects as told ("still car in driveway"), 100 px high, far apart or beside each other."""

    def objects(text):
        x = 0
        for told, separator in re.findall(r"(.+?)(, | beside |$)", text):
            still, label, zone = re.fullmatch(r"(still )?(\w+)(?: in (\w+))?", told).groups()
            yield make_object(label, (x, 0, x + 50, 100), *([zone] if zone else []), still=bool(still))
            x += 50 + (BESIDE if separator == " beside " else APART)

    return objects


@pytest.mark.parametrize("sentence,scene,verdict", table("| Condition | Seen | Verdict |"))
def test_an_example_gets_its_verdict(seen, sentence, scene, verdict):
    condition = read(sentence, CAMERA)
    assert isinstance(condition, Condition)
    assert evaluate(condition, list(seen(scene))).answer == verdict


@pytest.mark.parametrize("sentence,reason", table("| Condition | Reason |"))
def test_an_example_is_refused_for_its_reason(sentence, reason):
    assert read(sentence, CAMERA) == NotUnderstood(reason)


@pytest.mark.parametrize("labels,words", table("| Label | Also |"))
def test_a_synonym_means_its_labels(labels, words):
    camera = replace(CAMERA, labels=(*labels.split(", "), "unrelated"))
    meant = [read(word, camera).counts[0].things.labels for word in words.split(", ")]
    assert all(", ".join(one) == labels for one in meant)
