from dataclasses import replace

import pytest

from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Size
from frigate_ext.store import Unanswered
from genai.judge import LookImage
from jobs.intent import Intent, episode, read, written
from jobs.trigger import EdgeDetector


@pytest.fixture
def edge(message, person):
    (edge,) = EdgeDetector().step(
        message(7, person(current_zones=("porch",)), person("old", stationary=True))
    )[:1]
    return edge


@pytest.fixture
def images():
    return tuple(
        LookImage(jpeg, FrameKey("door", 1, seq), 100.0 + seq, Size(854, 480))
        for jpeg, seq in ((b"earlier", 5), (b"judged", 7))
    )


def test_an_intent_is_read_back_with_its_pictures_as_it_was_written(edge, images):
    intent = Intent(edge, images)

    assert read(Unanswered(1, written(intent)), {1: (b"earlier", b"judged")}.get) == intent


def test_a_second_look_is_about_the_pictures_of_the_first(edge, images):
    intent = Intent(edge, images, doubted=1, writing="help")
    pictures = {1: (b"earlier", b"judged"), 2: (b"blurred", b"covered")}

    assert read(Unanswered(2, written(intent)), pictures.get) == intent


def test_the_writing_holds_no_picture(edge, images):
    big = tuple(replace(image, jpeg=b"x" * 100_000) for image in images)

    assert len(written(Intent(edge, big))) < 5_000


def test_an_episode_tells_edges_of_one_frame_apart(message, person):
    both = EdgeDetector().step(message(7, person("p1"), person("p2")))

    assert [episode(edge) for edge in both] == ["door/1/7/appeared/p1/", "door/1/7/appeared/p2/"]


@pytest.mark.parametrize("wish", [b"", b"{}", b"\xff", b'{"edge": null, "images": []}'])
def test_what_another_version_wrote_is_not_asked_again(wish, caplog):
    assert read(Unanswered(3, wish), {3: ()}.get) is None
    assert "look 3 can't be asked again" in caplog.text


def test_an_intent_without_its_pictures_is_not_asked_again(edge, images, caplog):
    assert read(Unanswered(3, written(Intent(edge, images))), {3: (b"judged",)}.get) is None
    assert "its pictures are gone" in caplog.text
