import logging

import pytest

from frigate_ext.runtime.log_tail import MAX_CHARS, LogTail

STREAM, KEY = "p@ss/word", "sk-proj-0123456789abcdef"


@pytest.fixture
def tail():
    tail, logger = LogTail(max_lines=3), logging.getLogger("frigate_ext.test_tail")
    logger.addHandler(tail)
    logger.propagate = False
    tail.hide({STREAM, KEY, "ab"})
    yield tail
    logger.removeHandler(tail)
    logger.propagate = True


def log(*args, **more):
    logging.getLogger("frigate_ext.test_tail").warning(*args, **more)


def test_a_line_says_when_who_and_what(tail):
    log("camera %s is %s", "yard", "away")
    (line,) = tail.after(0, 10)
    assert (line.id, line.level, line.process, line.thread) == (1, "WARNING", "main", "MainThread")
    assert (line.source, line.text) == ("frigate_ext.test_tail", "camera yard is away")


@pytest.mark.parametrize(
    "text",
    [
        f"open rtsp://admin:{STREAM}@cam:554/live",
        f"the camera said: wrong password {STREAM}",
        f"Incorrect API key provided: {KEY}",
        f"Authorization: Bearer {'x' * 20}{KEY}",
        "GET /snap.jpg?user=a&password=p@ss/word",
    ],
)
def test_no_secret_of_the_configuration_gets_in_whatever_words_it_stands_in(tail, text):
    log(text)
    log("failed", exc_info=ValueError(text))
    said = "".join(line.text for line in tail.after(0, 10))
    assert "ValueError" in said
    assert STREAM not in said
    assert KEY not in said


def test_a_secret_of_an_earlier_configuration_stays_hidden(tail):
    tail.hide({"another"})
    log("wrong password: %s, nor %s", STREAM, "another")
    assert tail.after(0, 10)[0].text == "wrong password: ***, nor ***"


def test_keys_and_tokens_that_nobody_configured_are_known_by_their_looks(tail):
    token = "eyJ0eXAiOiAiSldUIn0.eyJzdWIiOiJhbm5hIn0.c2VjcmV0LXNpZ25hdHVyZQ"
    log(f"keys fx_abcdefghijklmnopqrstuvwxyz and {token}")
    assert tail.after(0, 10)[0].text == "keys *** and ***"


def test_a_secret_of_two_letters_does_not_black_out_the_words_it_stands_in(tail):
    log("about absence")
    assert tail.after(0, 10)[0].text == "about absence"


def test_the_newest_lines_are_kept_and_what_is_known_is_not_told_again(tail):
    for n in range(5):
        log("line %d", n)
    assert [line.text for line in tail.after(0, 10)] == ["line 2", "line 3", "line 4"]
    assert [line.text for line in tail.after(4, 10)] == ["line 4"]
    assert [line.text for line in tail.after(0, 1)] == ["line 4"]


def test_a_line_is_bounded(tail):
    log("x" * 10 * MAX_CHARS)
    assert len(tail.after(0, 1)[0].text) == MAX_CHARS


def test_a_record_that_cant_be_written_hurts_nobody(tail, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log("%d", "no number")
    log("next")
    assert [line.text for line in tail.after(0, 10)] == ["next"]
