"""What went wrong, as a decision."""

import ssl
from email.utils import formatdate

import pytest

from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError, JudgeUnavailableError
from genai.failures import (
    MAX_RETRY_AFTER,
    Circumstances,
    RefusedError,
    from_connection,
    from_refusal,
    pause,
    together,
    word,
)

NOW = 1_700_000_000.0
AT = Circumstances("porch-vlm", "tiny", "sk-secret", NOW)


def refused(status, body=b"", **headers):
    return RefusedError(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize("status", [301, 302, 400, 401, 402, 403, 404, 405, 413, 415, 422])
def test_what_trying_again_does_not_change_needs_a_person(status):
    error = from_refusal(refused(status), AT)
    assert isinstance(error, JudgeMisconfiguredError)
    assert word(error) in {"key", "model", "redirect", "request"}


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_worth_another_try(status):
    assert isinstance(from_refusal(refused(status), AT), JudgeUnavailableError)


@pytest.mark.parametrize(
    "value,seconds",
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("999999999999", MAX_RETRY_AFTER),
        (formatdate(NOW + 30, usegmt=True), 30.0),
        (formatdate(NOW - 30, usegmt=True), 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("\u0667", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert from_refusal(refused(429, retry_after=value), AT).retry_after == seconds


@pytest.mark.parametrize(
    "body,said",
    [
        (b'{"error": {"message": "no vision"}}', ": no vision"),
        (b'{"error": "no vision"}', ": no vision"),
        (b'{"message": "no vision"}', ": no vision"),
        (b'{"error": {"message": "key sk-secret\\n\\u001b[31mhere"}}', ": key *** [31mhere"),
        (b"<html>sorry</html>", ""),
        (b"", ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b"[" * 60_000, ""),
    ],
)
def test_the_servers_words_are_quoted_when_they_are_words(body, said):
    assert str(from_refusal(refused(500, body), AT)) == f"porch-vlm: the server fails (HTTP 500){said}"


def test_only_a_complaint_about_the_format_is_one():
    assert refused(400, b'{"error": "Invalid JSON_SCHEMA"}').is_about_format
    assert refused(422, b"response_format: extra inputs are not permitted").is_about_format
    assert not refused(400, b"image too large").is_about_format
    assert not refused(500, b"json_schema").is_about_format


def test_the_cause_is_found_behind_groups_and_wrappers():
    error = RuntimeError("wrapped")
    error.__cause__ = ExceptionGroup("all", [OSError("v6"), ConnectionRefusedError("v4")])
    assert from_connection(error, "p").kind == "refused"


def test_causes_that_go_in_circles_come_to_an_end():
    error, other = OSError("a"), OSError("b")
    error.__cause__, other.__cause__ = other, error
    assert from_connection(error, "p").kind == "disconnected"


def test_a_certificate_nobody_signed_is_tls():
    assert from_connection(ssl.SSLCertVerificationError("self-signed"), "p").kind == "tls"


def test_what_has_no_name_is_a_broken_connection():
    assert from_connection(OSError("reset"), "p").kind == "disconnected"


@pytest.mark.parametrize(
    "kind,retry_after,seconds",
    [
        ("rate_limited", 2.0, 2.0),
        ("rate_limited", 60.0, None),
        ("rate_limited", None, 1.1),
        ("server_error", None, 0.55),
        ("disconnected", None, 0.22),
        ("refused", None, None),
        ("timeout", None, None),
        ("starting", 5.0, None),
        ("budget", 3.0, None),
    ],
)
def test_only_what_may_pass_in_a_moment_is_tried_again(kind, retry_after, seconds):
    error = JudgeUnavailableError("x", kind=kind, retry_after=retry_after)
    assert pause(error, 1.1) == (None if seconds is None else pytest.approx(seconds))


def unavailable(text, retry_after=None):
    return JudgeUnavailableError(text, kind=text, retry_after=retry_after)


def test_what_several_say_is_one_error_in_the_words_of_all():
    error = together([unavailable("a", 30.0), JudgeMisconfiguredError("b"), unavailable("c", 20.0)])
    assert isinstance(error, JudgeUnavailableError)
    assert (str(error), error.kind, error.retry_after) == ("a; b; c", "a", 20.0)


def test_one_who_can_be_asked_at_any_time_makes_all_worth_asking_at_any_time():
    assert together([unavailable("a", 30.0), unavailable("b")]).retry_after is None


def test_unreadable_wins_over_all_and_misconfigured_stands_only_alone():
    assert isinstance(together([unavailable("a"), BadReplyError("b")]), BadReplyError)
    assert isinstance(together([JudgeMisconfiguredError("a")]), JudgeMisconfiguredError)
