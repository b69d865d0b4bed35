from frigate_ext.detection_process.hangs import Hangs
from frigate_ext.detection_process.marks import CrashMarks, Stay, Suspect, Work


def stay(camera, entered, work=Work.REWIND):
    return Stay(Suspect(camera, work), entered, 0.0)


def looks_until_told(work, hangs):
    told = [hangs.notice([stay("porch", 7.0, work)]) for _ in range(100)]
    return [(look, suspects) for look, suspects in enumerate(told, 1) if suspects]


def test_what_stays_inside_for_too_long_hangs_and_is_told_once():
    assert looks_until_told(Work.REWIND, Hangs()) == [(10, {("porch", Work.REWIND)})]
    assert looks_until_told(Work.DECODE, Hangs()) == [(60, {("porch", Work.DECODE)})]


def test_a_detector_that_takes_long_is_left_to_the_heartbeat():
    assert looks_until_told(Work.DETECT, Hangs()) == []


def test_a_camera_that_is_busy_whenever_it_is_looked_at_does_not_hang():
    hangs, marks = Hangs({Work.DECODE: 2}), CrashMarks()
    marks.enrol("porch")
    for _ in range(100):
        with marks.guard("porch", Work.DECODE):
            assert [inside.suspect.camera for inside in marks.inside()] == ["porch"]
            assert not hangs.notice(marks.inside())


def test_one_that_ends_in_time_is_forgotten():
    hangs = Hangs({Work.REWIND: 3})
    porch = stay("porch", 7.0)
    assert not any(hangs.notice(inside) for inside in ([porch], [porch], [], [porch], [porch]))
    assert hangs.notice([porch, stay("yard", 9.0)]) == {("porch", Work.REWIND)}
