import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.capture.url import MAX_LENGTH, check_url, file_path, mask_url, scheme_of


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://10.0.0.5:554/stream1",
        "rtsp://user:p%40ss@cam_1.lan/live?channel=1&subtype=0",
        "RTSPS://cam.lan/live",
        "http://[fe80::1]:8080/video.mjpg",
        "https://cam.lan/cgi-bin/snapshot.jpg?user=a&password=b",
        "/media/clip one@home.mp4",
        "clips/street.mp4",
        "file:///media/clip.mp4",
    ],
)
def test_streams_and_files_are_let_in(url):
    check_url(url)


@pytest.mark.parametrize(
    "url, reason",
    [
        ("", "empty"),
        ("exec:rm -rf /", "'exec:' streams are not supported"),
        ("ffmpeg:rtsp://cam/live", "'ffmpeg:' streams are not supported"),
        ("concat:a.mp4|b.mp4", "not supported"),
        ("subfile,,start,0,end,9,,:/etc/passwd", "not supported"),
        ("udp://239.0.0.1:1234", "not supported"),
        ("admin:s3cret@10.0.0.5/live", "such streams are not supported"),
        ("rtsp:///live", "no host"),
        ("rtsp://:554/live", "no host"),
        ("http://cam:99999/", "malformed host or port"),
        ("http://cam:0/", "port 0"),
        ("rtsp://[::1/live", "malformed host or port"),
        ("rtsp://-oProxyCommand/live", "malformed host"),
        ("rtsp://admin:s3cret/x@10.0.0.5/live", "malformed host or port"),
        ("rtsp://cam/live -f lavfi -i testsrc", "white space"),
        ("rtsp://cam/live#exec=id", "%23"),
        ("-i /etc/passwd", "like an option"),
        ("rtsp://cam/\r\nTEARDOWN", "control characters"),
        ("/media/\x00.mp4", "control characters"),
        ("file://fileserver/clip.mp4", "file:///path"),
        ("file:clip.mp4", "file:///path"),
        ("file:///a%00b", "control characters"),
        ("rtsp://cam/" + "a" * MAX_LENGTH, "longer than"),
    ],
)
def test_everything_else_is_refused_with_the_reason_but_no_credentials(url, reason):
    with pytest.raises(ValueError, match=r"stream|file") as refused:
        check_url(url)
    assert reason in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "admin" not in str(refused.value)


@pytest.mark.parametrize(
    "url, shown",
    [
        ("rtsp://cam/live", "rtsp://cam/live"),
        ("rtsp://admin:pw@cam:554/live", "rtsp://***:***@cam:554/live"),
        ("rtsp://admin@cam/live", "rtsp://***:***@cam/live"),
        ("rtsp://admin:p@w/x?y#z@cam/live", "rtsp://***:***@cam/live"),
        ("admin:pw@cam/live", "***:***@cam/live"),
        (
            "http://cam/s.jpg?user=me&password=pw&channel=1",
            "http://cam/s.jpg?user=***&password=***&channel=1",
        ),
        ("http://cam/s.jpg?p%61ss=pw;token=t&w=640", "http://cam/s.jpg?p%61ss=***;token=***&w=640"),
        ("rtsp://cam/user=admin_password=pw_channel=1", "rtsp://cam/user=***"),
        ("/media/me@home.mp4", "/media/me@home.mp4"),
    ],
)
def test_credentials_are_masked(url, shown):
    assert mask_url(url) == shown


@given(st.text(max_size=80))
def test_masking_never_raises(text):
    mask_url(text)
    mask_url("rtsp://" + text)


@given(
    secret=st.text(st.characters(codec="ascii", exclude_characters="\x00"), min_size=1).filter(
        lambda s: "*" not in s
    )
)
def test_no_password_however_odd_survives_masking(secret):
    marked = f"<{secret}>"
    assert marked not in mask_url(f"rtsp://admin:{marked}@cam/live")


def test_a_huge_address_is_masked_in_no_time():
    assert len(mask_url("rtsp://u:p@cam/" + "a" * 5_000_000)) == MAX_LENGTH


def test_checking_gives_up_on_anything_that_is_no_stream():
    with pytest.raises(ValueError, match="not supported"):
        check_url("javascript:alert(1)")


def test_files_are_told_from_cameras():
    assert scheme_of("RTSP://cam/live") == "rtsp"
    assert scheme_of("clips/a.mp4") == "file"
    assert scheme_of("file:///clips/a.mp4") == "file"


def test_a_files_address_is_unquoted():
    assert str(file_path("file:///clips/a%20b.mp4")) == "/clips/a b.mp4"
    assert str(file_path("/clips/a%20b.mp4")) == "/clips/a%20b.mp4"
