from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.capture.multipart import MAX_JPEG, MultipartParser
from frigate_ext.errors import StreamError

BODIES = [
    b"\xff\xd8first\xff\xd9",
    b"\xff\xd8--frame is no delimiter\r\n in here\xff\xd9",
    b"\xff\xd8third\xff\xd9",
]


def part(body: bytes, *, length: bool) -> bytes:
    header = f"Content-Length: {len(body)}\r\n".encode() if length else b""
    return b"--frame\r\nContent-Type: image/jpeg\r\n" + header + b"\r\n" + body + b"\r\n"


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(st.lists(st.integers(0, 10**6), max_size=20))
def test_parts_are_found_however_the_bytes_arrive(cuts):
    stream = b"\r\n" + b"".join(part(body, length=True) for body in BODIES)
    parser = MultipartParser("frame")
    assert [jpeg for piece in in_pieces(stream, cuts) for jpeg in parser.feed(piece)] == BODIES


@given(st.lists(st.integers(0, 10**6), max_size=20))
def test_without_a_length_a_part_ends_where_the_next_begins(cuts):
    bodies = [BODIES[0], BODIES[2]]
    stream = b"".join(part(body, length=False) for body in bodies) + b"--frame"
    parser = MultipartParser("frame")
    assert [jpeg for piece in in_pieces(stream, cuts) for jpeg in parser.feed(piece)] == bodies


@pytest.mark.parametrize("boundary", ["frame", "--frame", "----frame"])
def test_cameras_may_count_the_dashes_to_their_boundary(boundary):
    assert list(MultipartParser(boundary).feed(part(BODIES[0], length=True))) == BODIES[:1]


def test_a_part_that_claims_to_be_huge_is_refused():
    with pytest.raises(StreamError, match="larger than 16 MiB"):
        list(MultipartParser("frame").feed(b"--frame\r\nContent-Length: 999999999\r\n\r\n"))


def test_a_part_without_end_is_refused():
    parser = MultipartParser("frame")
    list(parser.feed(b"--frame\r\n\r\n"))
    list(parser.feed(bytes(MAX_JPEG)))
    with pytest.raises(StreamError, match="larger than 16 MiB"):
        list(parser.feed(b"\0"))


def test_a_stream_without_its_boundary_is_refused():
    with pytest.raises(StreamError, match="told apart"):
        list(MultipartParser("frame").feed(b"x" * 10_000))


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_garbage_never_does_worse_than_a_stream_error(pieces):
    parser = MultipartParser("b")
    for piece in pieces:
        list(parser.feed(piece + b"--b\r\n"))
