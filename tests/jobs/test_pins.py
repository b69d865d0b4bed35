"""Pictures are asked for once, and kept within bounds."""

from concurrent.futures import Future

import pytest

from frigate_ext.bus.schema import EncodedFrame, FrameRequest
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import FrameUnavailableError
from jobs.pins import Pins

SIZE = Size(2, 2)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def pins(asked):
    """Pins whose every answer is one JPEG of 100 bytes."""

    def answer(request):
        asked.append(request.seq)
        future = Future()
        frame = EncodedFrame(
            epoch=1, seq=request.seq, frame_time=0.0, size=SIZE, frame_size=SIZE, jpeg=bytes(100)
        )
        future.set_result((frame,))
        return future

    return lambda count=512, max_bytes=1 << 20: Pins(answer, count=count, max_bytes=max_bytes)


def request(seq):
    return FrameRequest(id=0, camera="door", epoch=1, seq=seq)


def pin_all(pins, *seqs):
    return [pins.pin(request(seq)) for seq in seqs]


def test_the_same_pictures_are_asked_for_once(pins, asked):
    first, *others = pin_all(pins(), 1, 1, 1)
    assert asked == [1]
    assert all(other is first for other in others)


def test_the_least_recently_wanted_go_when_there_are_too_many(pins, asked):
    pin_all(pins(count=2), 1, 2, 1, 3, 1, 2)
    assert asked == [1, 2, 3, 2]


def test_they_go_when_they_hold_too_many_bytes_too(pins, asked):
    pin_all(pins(max_bytes=250), 1, 2, 3, 3, 2, 1)
    assert asked == [1, 2, 3, 1]


def test_the_newest_stays_whatever_its_size(pins, asked):
    pin_all(pins(max_bytes=1), 1, 1, 2, 2)
    assert asked == [1, 2]


def test_what_can_not_be_had_or_has_not_come_yet_holds_nothing():
    lost, waiting = Future(), Future()
    lost.set_exception(FrameUnavailableError("gone"))
    answers = {1: lost, 2: waiting}
    pins = Pins(lambda request: answers[request.seq], count=2, max_bytes=1)
    pin_all(pins, 1, 2)
    answers.clear()
    assert pin_all(pins, 2) == [waiting]


def test_what_could_not_be_had_is_asked_for_anew():
    lost, found = Future(), Future()
    lost.set_exception(FrameUnavailableError("no live detection process has that camera"))
    answers = iter([lost, found])
    pins = Pins(lambda _: next(answers), count=2, max_bytes=1)
    assert pin_all(pins, 1, 1, 1) == [lost, found, found]


def test_what_comes_late_counts_from_then_on():
    answers = [Future(), Future()]
    pins = Pins(lambda request: answers[request.seq], count=512, max_bytes=150)
    pin_all(pins, 0, 1)
    for seq in (1, 0):
        frame = EncodedFrame(epoch=1, seq=seq, frame_time=0.0, size=SIZE, frame_size=SIZE, jpeg=bytes(100))
        answers[seq].set_result((frame,))
    answers[0] = Future()
    assert pin_all(pins, 1, 0) == [answers[1], answers[0]], "the oldest went when both had come"
