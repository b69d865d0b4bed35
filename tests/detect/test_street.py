"""The real thing: a street clip through detector, tracker and zones."""

import pytest

from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.domain.geometry import Point
from frigate_ext.pipeline import Pipeline, PipelineSettings
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.zones import ZoneRule


@pytest.mark.slow
def test_the_three_people_of_the_clip_are_found(street_frames, yolov8n_weights):
    """A cyclist in a suit until 1.9 s, one with a helmet from 4.2 to 5.5 s, a walker from 7.5 to 8.4 s.

    The clip is cut between them: `max_disappeared` is short so that nobody inherits an id across a cut.
    """
    detector = load_detector(DetectorSettings(), cache_dir())
    everywhere = ZoneRule(
        name="street", polygon=(Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)), inertia=1
    )
    settings = PipelineSettings(
        camera="street", labels=("person", "bicycle"), zones=(everywhere,), max_disappeared=5
    )
    pipeline = Pipeline(settings, detector)
    seen = {tracked.id: tracked for frame in street_frames for tracked in pipeline.step(frame).objects}
    people = [
        tracked for tracked in seen.values() if tracked.label == "person" and not tracked.false_positive
    ]
    starts = sorted(tracked.start_time - 1000 for tracked in people)
    assert len(people) == 3
    assert starts[0] < 1.9
    assert 3.0 < starts[1] < 5.0
    assert 7.4 < starts[2] < 8.4
    assert all(tracked.entered_zones == ("street",) for tracked in people)
    assert any(tracked.label == "bicycle" and not tracked.false_positive for tracked in seen.values())
    detector.close()
