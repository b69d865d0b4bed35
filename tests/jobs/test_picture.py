"""Which pictures a watch asks for; the numbers are worked out for a 1280x720 frame, shown at 2/3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.bus.schema import EncodedFrame, OutlineKind, Pane
from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.domain.watch import Crop, Pictures
from genai.judge import Part
from jobs.picture import CLOSE_UP, View, close_up_of, image_of, shown_height, wanted

HD = Size(1280, 720)
FAR, NEAR = Box(600, 300, 630, 360), Box(400, 100, 600, 600)
CAMERA = Camera(
    "door",
    "Door",
    ("person", "car"),
    (
        Zone("porch", "Porch", (Point(0, 0.5), Point(0.5, 0.5), Point(0.5, 1))),
        Zone("lawn", "Lawn", (Point(0.5, 0), Point(1, 0), Point(1, 0.5))),
    ),
)


@pytest.fixture
def view(person):
    def build(box=NEAR, *others, size=HD, trigger=True):
        subject = person(box=box)
        return View(FrameKey("door", 1, 7), 107.0, size, (subject, *others), subject if trigger else None)

    return build


@pytest.fixture
def request_for(watch):
    def ask(view, pictures=None, **fields):
        return wanted(watch(pictures=pictures or Pictures(), **fields), CAMERA, view)

    return ask


def test_by_default_it_is_the_frame_itself_alone_and_at_most_480_pixels_high(view, request_for):
    request = request_for(view())
    assert (request.camera, request.epoch, request.seq) == ("door", 1, 7)
    assert (request.moments, request.height, request.close_up, request.outlines) == (1, 480, None, ())


def test_a_small_trigger_is_shown_close_up_too(view, request_for):
    assert request_for(view(FAR)).close_up == Box(535, 250, 695, 410)
    assert request_for(view(FAR), Pictures(crop=Crop.OFF)).close_up is None
    assert request_for(view(FAR, trigger=False)).close_up is None
    assert request_for(view(FAR, size=None)).close_up is None


@pytest.mark.parametrize(
    "box, frame, close",
    [
        (Box(100, 100, 200, 243), HD, Box(7, 28, 293, 314)),  # 143 px high, shown at 95
        (Box(100, 100, 200, 244), HD, None),  # shown at 96
        (FAR, Size(1280, 600), Box(535, 250, 695, 410)),  # shown at 4/5
        (FAR, Size(1280, 599), None),  # hardly scaled down: no more to see
        (FAR, Size(640, 480), None),
        (Box(0, 0, 10, 10), HD, Box(0, 0, 160, 160)),
        (Box(1270, 710, 1280, 720), HD, Box(1120, 560, 1280, 720)),
        (Box(10, 10, 20, 20), Size(4000, 100), Box(0, 0, 160, 100)),  # shown 32 pixels high
    ],
)
def test_a_close_up_is_for_what_is_small_where_the_frame_has_more_to_show(box, frame, close):
    assert close_up_of(box, frame) == close


@given(
    x=st.integers(0, 3000), y=st.integers(0, 3000), size=st.integers(1, 100), frame=st.just(Size(3840, 2160))
)
def test_a_close_up_holds_its_object_and_lies_inside_the_frame(x, y, size, frame):
    x, y = min(x, frame.width - size), min(y, frame.height - size)
    close = close_up_of(Box(x, y, x + size, y + size), frame)
    assert close.x1 <= x
    assert close.y1 <= y
    assert close.x2 >= x + size
    assert close.y2 >= y + size
    assert Box(0, 0, *frame).area >= close.area >= CLOSE_UP**2
    assert min(close) >= 0
    assert (close.x2 <= frame.width, close.y2 <= frame.height) == (True, True)


@pytest.mark.parametrize(
    "frame, height",
    [(HD, 480), (Size(640, 272), 272), (Size(3840, 1080), 360), (Size(100_000, 10), 2)],
)
def test_a_frame_is_never_shown_larger_than_480_by_1280_or_than_it_is(frame, height):
    assert shown_height(frame) == height


def test_moments_are_two_seconds_apart_and_never_more_than_four_with_the_close_up(view, request_for):
    four = Pictures(moments=4, tile=False)
    without, beside = request_for(view(), four), request_for(view(FAR), four)
    assert (without.moments, without.seconds, without.tile) == (4, 6.0, False)
    assert (beside.moments, beside.seconds, beside.close_up is None) == (3, 4.0, False)


def test_watched_zones_and_kinds_are_outlined_where_asked_for(view, request_for, person):
    seen = view(NEAR, person("c1", label="car", box=FAR))
    zone, thing = request_for(seen, Pictures(draw=True), zones=("porch",), labels=("car",)).outlines
    assert (zone.kind, zone.points) == (OutlineKind.ZONE, ((0, 360), (640, 360), (640, 720)))
    assert (thing.kind, thing.points) == (
        OutlineKind.OBJECT,
        ((600, 300), (630, 300), (630, 360), (600, 360)),
    )


def test_those_who_ask_for_the_same_share_one_request(view, request_for):
    assert request_for(view(FAR), condition="a cat") == request_for(view(FAR), condition="a dog")
    assert request_for(view(FAR), zones=("porch",)) == request_for(view(FAR), zones=("lawn",))
    assert request_for(view(), Pictures(moments=2)) != request_for(view())


def test_an_image_says_what_each_part_of_it_shows(view, request_for):
    request = request_for(view(FAR), Pictures(moments=2, draw=True))
    panes = [(105.0, None), (107.0, FAR), (107.0, None)]
    encoded = EncodedFrame(
        epoch=1,
        seq=7,
        frame_time=107.0,
        size=Size(978, 414),
        frame_size=HD,
        panes=tuple(Pane(frame_time=time, crop=crop, place=Box(0, 0, 1, 1)) for time, crop in panes),
        jpeg=b"jpeg",
    )
    image = image_of(request, encoded)
    assert (image.key, image.frame_time, image.size) == (FrameKey("door", 1, 7), 107.0, (978, 414))
    assert image.parts == (Part(105.0), Part(107.0, close_up=True), Part(107.0))
    assert image.outlined


def test_of_several_pictures_only_the_judged_one_is_outlined(view, request_for):
    request = request_for(view(FAR), Pictures(moments=2, tile=False, draw=True))

    def image(seq, crop=None):
        fields = {"frame_time": 100.0 + seq, "size": HD, "frame_size": HD, "jpeg": b"jpeg"}
        return image_of(request, EncodedFrame(epoch=1, seq=seq, crop=crop, **fields))

    earlier, close, judged = image(5), image(7, FAR), image(7)
    assert [one.outlined for one in (earlier, close, judged)] == [False, False, True]
    assert [one.parts for one in (earlier, close, judged)] == [(), (Part(107.0, close_up=True),), ()]
