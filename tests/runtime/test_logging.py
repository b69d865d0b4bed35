import io
import logging

import pytest

from frigate_ext.runtime.logging import configure_logging, mask_credentials


@pytest.mark.parametrize(
    "text, masked",
    [
        ("open rtsp://admin:pa55@cam:554/live", "open rtsp://***@cam:554/live"),
        ("rtsp://admin:p@ss/w?rd@cam/1", "rtsp://***@cam/1"),
        ("http://cam/snap.jpg?user=a&password=hush&n=1", "http://cam/snap.jpg?user=a&password=***&n=1"),
        ("http://cam/snap.jpg?api_key=hush", "http://cam/snap.jpg?api_key=***"),
        ("two: rtsp://a:b@c rtsp://d:e@f", "two: rtsp://***@c rtsp://***@f"),
        ("rtsp://cam:554/live and mail me@home", "rtsp://cam:554/live and mail me@home"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_credentials_in_addresses_are_masked(text, masked):
    assert mask_credentials(text) == masked


def test_a_record_is_one_line_with_process_thread_level_and_message(restored):
    stream = io.StringIO()
    configure_logging("info", stream)
    logging.getLogger("frigate_ext.test").info("up to %s\nand over", 3)
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(r"INFO    MainProcess/MainThread frigate_ext.test: up to 3\nand over")


def test_tracebacks_are_masked_too(restored):
    stream = io.StringIO()
    configure_logging("info", stream)
    error = ValueError("can't open rtsp://admin:hush@cam/1")
    logging.getLogger("frigate_ext.test").error("failed", exc_info=error)
    assert "hush" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_errors_are_counted_and_warnings_are_not(restored):
    counter = configure_logging("info", io.StringIO())
    logger = logging.getLogger("frigate_ext.test")
    logger.warning("hm")
    logger.error("oh")
    logger.critical("no")
    assert counter.errors == 2


def test_the_level_is_ours_and_libraries_speak_from_warning_on(restored):
    stream = io.StringIO()
    configure_logging("debug", stream)
    logging.getLogger("frigate_ext.test").debug("ours")
    logging.getLogger("urllib3").info("theirs")
    logging.getLogger("urllib3").warning("beware")
    assert [line.rsplit(": ")[-1] for line in stream.getvalue().splitlines()] == ["ours", "beware"]
