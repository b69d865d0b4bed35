import numpy as np
import pytest

from frigate_ext.detect.motion import MotionDetector, MotionSettings
from frigate_ext.domain.geometry import Point

RIGHT = (Point(0.5, 0), Point(1, 0), Point(1, 1), Point(0.5, 1))


def scene(*things, width=320, height=200, light=0):
    """A textured yard of luma 60..140 with bright things `(x, y)` of 32x40 pixels."""
    rows, columns = np.mgrid[0:height, 0:width]
    picture = 60 + ((rows // 20 + columns // 20) % 5) * 20 + light
    for x, y in things:
        picture[y : y + 40, x : x + 32] = 230
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture
def calm():
    """A detector that knows the empty yard."""
    detector = MotionDetector(MotionSettings())
    for _ in range(5):
        detector.step(scene())
    return detector


def test_the_first_frame_calibrates_and_a_still_scene_is_calm_after_it():
    detector = MotionDetector(MotionSettings())
    assert detector.step(scene()) == ((), True)
    assert detector.step(scene()) == ((), False)


def test_what_moves_is_boxed_in_frame_pixels(calm):
    motion = calm.step(scene((160, 80)))
    (box,) = motion.boxes
    assert not motion.calibrating
    assert abs(box.x1 - 160) <= 6
    assert abs(box.y1 - 80) <= 6
    assert abs(box.x2 - 192) <= 6
    assert abs(box.y2 - 120) <= 6


def test_a_passer_by_leaves_no_ghost(calm):
    for x in range(0, 280, 40):
        assert calm.step(scene((x, 80))).boxes
    assert calm.step(scene()).boxes == ()


def test_what_stays_fades_into_the_scene(calm):
    for _ in range(300):
        motion = calm.step(scene((160, 80)))
    assert motion.boxes == ()


@pytest.mark.parametrize("passed", [1, 10, 20])
def test_a_shadow_that_wanders_slowly_is_no_motion_however_few_frames_come(calm, passed):
    """A third of the picture gets darker by 60 in 150 s, 750 frames at full rate."""
    shaded = scene().astype(float)
    for _ in range(0, 750, passed):
        shaded[:, :100] -= 60 / 750 * passed
        assert calm.step(shaded.astype(np.uint8), passed) == ((), False)


@pytest.mark.parametrize("passed", [1, 10, 20])
def test_a_cloud_is_no_motion_however_few_frames_come(calm, passed):
    """All of the picture gets darker by half in 50 s, and what is left of its contrast is stretched."""
    for frame in range(0, 250, passed):
        assert calm.step((scene() * (1 - frame / 500)).astype(np.uint8), passed) == ((), False)


@pytest.mark.parametrize("passed", [1, 20, 1000])
def test_an_arrival_moves_itself_alone_whatever_time_has_passed(calm, passed):
    for _ in range(60):
        calm.step(scene(), passed)
    arrived = scene()
    arrived[40:180, 100:200] = 255
    (box,) = calm.step(arrived, passed).boxes
    assert abs(box.x1 - 100) <= 6
    assert abs(box.x2 - 200) <= 6


def test_nothing_is_seen_under_a_mask():
    detector = MotionDetector(MotionSettings(mask=(RIGHT,)))
    for _ in range(5):
        detector.step(scene())
    assert detector.step(scene((240, 80))).boxes == ()
    assert len(detector.step(scene((40, 80))).boxes) == 1


def test_a_switch_of_the_light_recalibrates_instead_of_reporting_motion():
    detector = MotionDetector(MotionSettings(improve_contrast=False))
    for _ in range(5):
        detector.step(scene())
    switched = [detector.step(scene(light=100)) for _ in range(30)]
    assert switched[0] == ((), True)
    assert not any(motion.boxes for motion in switched)
    assert not switched[-1].calibrating
    assert detector.step(scene((40, 80), light=100)).boxes


def test_a_switch_of_the_light_is_known_where_half_of_the_picture_is_masked():
    detector = MotionDetector(MotionSettings(mask=(RIGHT,)))
    for _ in range(60):
        detector.step(scene())
    infrared = (255 - scene() // 2).astype(np.uint8)
    assert [detector.step(infrared) for _ in range(2)] == [((), True), ((), False)]


def test_what_was_known_of_the_contrast_does_not_outlive_a_switch_to_infrared():
    """Percentiles that are averaged over many frames would go on shifting, which looks like motion."""
    detector = MotionDetector(MotionSettings())
    for _ in range(60):
        detector.step(scene())
    infrared = (255 - scene() // 2).astype(np.uint8)
    switched = [detector.step(infrared) for _ in range(60)]
    assert switched[0] == ((), True)
    assert not any(motion.boxes for motion in switched)
    infrared[80:120, 40:72] = 10
    assert detector.step(infrared).boxes


def test_after_a_flash_the_scene_is_known_at_once():
    detector = MotionDetector(MotionSettings())
    for _ in range(60):
        detector.step(scene())
    flash = [detector.step(scene(light=130)), detector.step(scene(light=130))]
    assert flash == [((), True), ((), False)]
    assert [detector.step(scene()) for _ in range(2)] == [((), True), ((), False)]


def test_a_shaking_camera_recalibrates_instead_of_reporting_motion_everywhere():
    detector = MotionDetector(MotionSettings())
    rng = np.random.default_rng(1)
    yard = np.kron(rng.integers(40, 200, (20, 32)), np.ones((10, 10))).astype(np.uint8)
    for _ in range(5):
        detector.step(yard)
    shaken = [detector.step(np.roll(yard, (-1) ** n * 4, axis=1)) for n in range(5)]
    assert all(motion == ((), True) for motion in shaken)
    calm = [detector.step(yard) for _ in range(30)]
    assert all(len(motion.boxes) <= 4 for motion in calm)
    assert calm[-1] == ((), False)


def yard_below_a_sky():
    """Whose upper half shows nothing when the camera shakes."""
    rng = np.random.default_rng(1)
    yard = np.kron(rng.integers(40, 200, (20, 32)), np.ones((10, 10)))
    yard[:100] = 180
    return yard.astype(np.uint8)


def crossed(yard, step):
    """By six people, one after the other."""
    picture = yard.copy()
    for number in range(6):
        left = (10 + 45 * number + 3 * step) % 300
        picture[110 + 10 * (number % 3) : 150 + 10 * (number % 3), left : left + 16] = 20 + 40 * number
    return picture


def test_a_camera_shakes_though_the_sky_does_not_show_it():
    detector, yard = MotionDetector(MotionSettings()), yard_below_a_sky()
    for _ in range(5):
        detector.step(yard)
    shaken = [detector.step(np.roll(yard, (-1) ** n * 2, axis=1)) for n in range(5)]
    assert all(motion == ((), True) for motion in shaken)


def test_a_camera_shakes_though_the_edge_of_a_mask_stands_still():
    detector, yard = MotionDetector(MotionSettings(mask=(RIGHT,))), yard_below_a_sky()
    for _ in range(5):
        detector.step(yard)
    shaken = [detector.step(np.roll(yard, (-1) ** n * 2, axis=1)) for n in range(5)]
    assert all(motion == ((), True) for motion in shaken)


def test_a_crowd_that_walks_the_same_way_is_no_shaking_camera():
    detector, yard = MotionDetector(MotionSettings()), yard_below_a_sky()
    for _ in range(5):
        detector.step(yard)
    for step in range(10):
        motion = detector.step(crossed(yard, step))
        assert not motion.calibrating
        assert motion.boxes


def test_a_crowd_does_not_keep_a_camera_that_shook_once_from_being_calm_again():
    detector, yard = MotionDetector(MotionSettings()), yard_below_a_sky()
    for _ in range(5):
        detector.step(yard)
    shaken = [detector.step(np.roll(yard, (-1) ** n * 2, axis=1)) for n in range(5)]
    assert shaken[-1].calibrating
    after = [detector.step(crossed(yard, 3 * step)) for step in range(20)]
    assert not after[-1].calibrating
    assert after[-1].boxes


def test_too_much_motion_is_dropped_where_asked():
    detector = MotionDetector(MotionSettings(skip_motion_threshold=0.01))
    for _ in range(5):
        detector.step(scene())
    motion = detector.step(scene((40, 80), (200, 80)))
    assert motion == ((), False)


def test_a_new_size_starts_over(calm):
    assert calm.step(scene(width=640, height=400)).calibrating


def test_disabled_it_reports_nothing():
    detector = MotionDetector(MotionSettings(enabled=False))
    assert detector.step(scene()) == ((), False)


@pytest.mark.parametrize("shape", [(1, 1), (40, 3), (50, 4000)])
def test_odd_shapes_and_blank_pictures_do_no_harm(shape):
    detector = MotionDetector(MotionSettings())
    for _ in range(3):
        assert detector.step(np.zeros(shape, np.uint8)).boxes == ()
