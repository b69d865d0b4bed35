import multiprocessing

from frigate_ext.detection_process.marks import CrashMarks, Work


def enter_and_die(marks, camera):
    marks.guard(camera, Work.DETECT).__enter__()


def test_nobody_is_suspected_before_any_work():
    assert CrashMarks(["a", "b"]).suspects() == frozenset()


def test_the_cameras_inside_native_code_are_the_suspects():
    marks = CrashMarks(["a", "b", "c"])
    with marks.guard("b", Work.DECODE):
        pass
    with marks.guard("a", Work.DECODE), marks.guard("c", Work.DETECT):
        assert marks.suspects() == {"a", "c"}


def test_with_nobody_inside_the_last_one_out_is_suspected():
    marks = CrashMarks(["a", "b"])
    for camera in ("a", "b", "a"):
        with marks.guard(camera, Work.DETECT):
            pass
    assert marks.suspects() == {"a"}


def test_decoding_and_detecting_do_not_disturb_each_other():
    marks = CrashMarks(["a", "b"])
    with marks.guard("a", Work.DECODE):
        with marks.guard("a", Work.DETECT):
            pass
        assert marks.suspects() == {"a"}


def test_marks_of_the_last_run_are_cleared():
    marks = CrashMarks(["a"])
    marks.guard("a", Work.DECODE).__enter__()
    marks.clear()
    assert marks.suspects() == frozenset()


def test_marks_outlive_the_process_that_made_them():
    marks = CrashMarks(["a", "b"])
    child = multiprocessing.get_context("spawn").Process(target=enter_and_die, args=(marks, "b"))
    child.start()
    child.join()
    assert marks.suspects() == {"b"}
