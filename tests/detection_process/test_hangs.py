from frigate_ext.detection_process.hangs import Hangs
from frigate_ext.detection_process.marks import Stay, Suspect, Work


def stay(camera, entered):
    return Stay(Suspect(camera, Work.REWIND), entered, 0.0)


def test_what_stays_inside_for_ten_seconds_hangs_and_is_told_once():
    hangs = Hangs()
    told = [hangs.notice([stay("porch", 7.0)]) for _ in range(30)]
    assert [(second, cameras) for second, cameras in enumerate(told, 1) if cameras] == [(10, {"porch"})]


def test_many_short_ones_in_a_row_are_none():
    hangs = Hangs()
    assert not any(hangs.notice([stay("porch", float(second))]) for second in range(30))


def test_one_that_ends_in_time_is_forgotten():
    hangs = Hangs(seconds=3)
    porch = stay("porch", 7.0)
    assert not any(hangs.notice(inside) for inside in ([porch], [porch], [], [porch], [porch]))
    assert hangs.notice([porch, stay("yard", 9.0)]) == {"porch"}
