import io
import logging

import pytest

from frigate_ext.runtime.log_relay import MAX_CHARS, LogPipe, LogRelay
from frigate_ext.runtime.logging import configure_logging


@pytest.fixture
def pipe():
    pipe = LogPipe.open()
    yield pipe
    pipe.outlet.close()
    pipe.inlet.close()


@pytest.fixture
def child(pipe):
    """A logger whose lines go to the parent, as one of a process called `detection`."""
    logger = logging.Logger("frigate_ext.child")  # noqa: LOG001 - the parent does not have it
    logger.addHandler(LogRelay(pipe.outlet))
    logger.addFilter(lambda record: vars(record).update(processName="detection", process=1) or True)
    return logger


def test_a_line_comes_with_the_time_process_and_thread_of_who_said_it(pipe, child, caplog):
    child.warning("camera %s is %s", "yard", "away")
    pipe.pass_on()
    (record,) = caplog.records
    assert (record.processName, record.threadName, record.name) == (
        "detection",
        "MainThread",
        "frigate_ext.child",
    )
    assert (record.levelname, record.getMessage()) == ("WARNING", "camera yard is away")


def test_a_traceback_comes_along_and_a_line_is_bounded(pipe, child, caplog):
    child.error("failed", exc_info=ValueError("no such codec"))
    child.error("x" * 10 * MAX_CHARS)
    pipe.pass_on()
    assert "ValueError: no such codec" in caplog.records[0].getMessage()
    assert len(caplog.records[1].getMessage()) == MAX_CHARS


def test_text_that_looks_like_a_format_is_text(pipe, child, caplog):
    child.warning("100 %s")
    pipe.pass_on()
    assert caplog.messages == ["100 %s"]


def test_a_parent_that_does_not_read_holds_nobody_up_and_learns_how_much_it_has_missed(pipe, child, caplog):
    for n in range(10_000):
        child.warning("line %d", n)
    before = 0
    while len(caplog.records) > before or not before:
        before = len(caplog.records)
        pipe.pass_on()
    child.warning("the next")
    pipe.pass_on()
    assert caplog.messages[0] == "line 0"
    assert caplog.messages[-1] == f"({10_000 - before} lines were left out) the next"


def test_what_was_said_before_a_crash_is_still_there(pipe, child, caplog):
    child.warning("about to crash")
    pipe.outlet.close()
    pipe.pass_on()
    pipe.pass_on()
    assert caplog.messages == ["about to crash"]


def test_the_console_has_what_this_process_says_for_a_child_has_told_it_already(pipe, child, restored):
    stream = io.StringIO()
    errors = configure_logging("info", stream)
    child.error("told twice?")
    pipe.pass_on()
    assert (stream.getvalue(), errors.errors) == ("", 0)
