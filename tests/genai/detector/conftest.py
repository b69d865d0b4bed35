"""A yard with three zones, and small scenes in it whose boxes can be checked by hand."""

import pytest

from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.geometry import Box, Point
from frigate_ext.domain.objects import TrackedObject

SQUARE = (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))

YARD = Camera(
    name="yard",
    friendly_name="Yard",
    labels=("person", "car", "truck", "bus", "motorcycle", "bicycle", "dog", "cat", "package"),
    zones=(
        Zone("driveway", "Driveway", SQUARE),
        Zone("front_porch", "Front Porch", SQUARE),
        Zone("garden", "Back Lawn", SQUARE),
    ),
)

LEFT = (100, 100, 160, 300)  # 60 wide, 200 high
RIGHT = (200, 150, 500, 300)  # 300 wide, 150 high, 40 px right of LEFT


def seen(label, box, *zones, still=False, score=0.9, real=True, end_time=None):
    return TrackedObject(
        id=f"1.0-{label}{box[0]}",
        camera="yard",
        label=label,
        frame_time=1.0,
        start_time=0.0,
        end_time=end_time,
        score=score,
        computed_score=score,
        top_score=score,
        false_positive=not real,
        box=Box(*box),
        active=real and not still,
        stationary=still,
        motionless_count=100 if still else 0,
        position_changes=0 if still else 1,
        current_zones=zones,
        entered_zones=zones,
    )


SCENES = {
    "empty": (),
    "ghost": (
        seen("person", LEFT, "driveway", real=False),
        seen("car", RIGHT, "driveway", end_time=1.0),
    ),
    "visitor": (seen("person", LEFT, "front_porch"),),
    "standing": (seen("person", LEFT, "driveway", still=True),),
    "parked": (seen("car", RIGHT, "driveway", still=True),),
    "passing": (seen("car", RIGHT, "driveway"),),
    # 40 px apart: less than the person's 200 and the car's 150.
    "loading": (seen("person", LEFT, "driveway"), seen("car", RIGHT, "driveway", still=True)),
    # 350 px apart: more than the person's 100 and the car's 150.
    "apart": (
        seen("person", (0, 100, 50, 200), "front_porch"),
        seen("car", (400, 100, 700, 250), "driveway", still=True),
    ),
    "dog": (seen("dog", (200, 250, 260, 300), "garden"),),
    "porchdog": (seen("dog", (200, 250, 260, 300), "front_porch", still=True),),
    # 40 px apart: less than the person's 200 and the dog's 50.
    "walker": (seen("person", LEFT, "garden"), seen("dog", (200, 250, 260, 300), "garden")),
    # 100 px apart: less than the person's 200, more than the cat's 30.
    "cat": (
        seen("person", LEFT, "garden", still=True),
        seen("cat", (260, 270, 300, 300), "garden", still=True),
    ),
    # 20 px apart, 200 high.
    "pair": (seen("person", LEFT, "front_porch"), seen("person", (180, 100, 240, 300), "front_porch")),
    # 250 px apart, 100 high.
    "three": tuple(seen("person", (x, 0, x + 50, 100), "driveway") for x in (0, 300, 600)),
    "cars": (
        seen("car", (0, 0, 200, 100), "driveway", still=True),
        seen("car", (600, 0, 800, 100), "driveway"),
    ),
    "truck": (seen("truck", RIGHT, "driveway"),),
    "parcel": (seen("package", (300, 280, 330, 300), "front_porch", still=True),),
    "street": (seen("person", LEFT), seen("bicycle", (700, 100, 800, 200))),
}


@pytest.fixture
def yard():
    return YARD


@pytest.fixture
def scenes():
    """Tracked objects of small scenes, by name."""
    return SCENES


@pytest.fixture
def make_object():
    return seen
