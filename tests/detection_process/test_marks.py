import multiprocessing

from frigate_ext.detection_process.marks import CrashMarks, Work


def marks_of(cameras):
    marks = CrashMarks()
    for camera in cameras:
        marks.enrol(camera)
    return marks


def enter_and_die(marks, camera):
    marks.enrol(camera)
    marks.guard(camera, Work.DETECT).__enter__()


def test_nobody_is_suspected_before_any_work():
    assert marks_of(["a", "b"]).suspects() == frozenset()


def test_the_cameras_inside_native_code_are_the_suspects():
    marks = marks_of(["a", "b", "c"])
    with marks.guard("b", Work.DECODE):
        pass
    with marks.guard("a", Work.DECODE), marks.guard("c", Work.DETECT):
        assert marks.suspects() == {("a", Work.DECODE), ("c", Work.DETECT)}


def test_where_a_full_picture_was_being_made_nothing_else_is_suspected():
    marks = marks_of(["a", "b"])
    with marks.guard("a", Work.DECODE), marks.guard("b", Work.DETECT), marks.guard("a", Work.REWIND):
        assert marks.suspects() == {("a", Work.REWIND)}
        assert [str(suspect) for suspect in marks.suspects()] == ["a (a full picture)"]
    assert {suspect.work for suspect in marks.suspects()} == {Work.DECODE}


def test_with_nobody_inside_the_last_one_out_is_suspected():
    marks = marks_of(["a", "b"])
    for camera in ("a", "b", "a"):
        with marks.guard(camera, Work.DETECT):
            pass
    assert marks.suspects() == {("a", Work.DETECT)}


def test_decoding_and_detecting_do_not_disturb_each_other():
    marks = marks_of(["a", "b"])
    with marks.guard("a", Work.DECODE):
        with marks.guard("a", Work.DETECT):
            pass
        assert marks.suspects() == {("a", Work.DECODE)}


def test_the_parent_sees_what_is_inside_while_it_is():
    marks = marks_of(["a", "b"])
    with marks.guard("a", Work.REWIND), marks.guard("b", Work.DECODE):
        both = marks.inside()
        assert {stay.suspect for stay in both} == {("a", Work.REWIND), ("b", Work.DECODE)}
        assert marks.inside() == both
    assert marks.inside() == []


def test_marks_of_the_last_run_are_cleared():
    marks = marks_of(["a"])
    marks.guard("a", Work.DECODE).__enter__()
    marks.clear()
    assert marks.suspects() == frozenset()


def test_marks_outlive_the_process_that_made_them():
    marks = CrashMarks()
    child = multiprocessing.get_context("spawn").Process(target=enter_and_die, args=(marks, "b"))
    child.start()
    child.join()
    assert marks.suspects() == {("b", Work.DETECT)}


def test_a_camera_that_came_later_is_marked_too():
    marks = marks_of(["a"])
    marks.enrol("b")
    with marks.guard("a", Work.DECODE):
        pass
    marks.guard("b", Work.DECODE).__enter__()
    assert marks.suspects() == {("b", Work.DECODE)}


def test_more_cameras_than_there_is_room_for_work_unmarked():
    marks = marks_of([f"camera_{n}" for n in range(1025)])
    with marks.guard("camera_1024", Work.DETECT):
        assert marks.suspects() == frozenset()
