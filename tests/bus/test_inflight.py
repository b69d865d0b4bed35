import pytest

from frigate_ext.bus.inflight import MAX_WAITING, InFlight
from frigate_ext.bus.schema import EncodedFrame, FrameReply, FrameRequest, FrameStatus
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import FrameUnavailableError

NEWEST = FrameRequest(id=0, camera="porch")
FRAME = EncodedFrame(epoch=1, seq=1, frame_time=1.0, size=Size(2, 2), frame_size=Size(2, 2), jpeg=b"jpeg")


def good(request):
    return FrameReply(id=request.id, status=FrameStatus.OK, frames=(FRAME,))


def why(future):
    error = future.exception(0)
    assert isinstance(error, FrameUnavailableError)
    return str(error)


def test_identical_requests_are_sent_once_and_all_get_the_answer():
    inflight = InFlight()
    first, request = inflight.join(NEWEST, 10.0)
    second, nothing = inflight.join(NEWEST, 12.0)
    inflight.settle(good(request))
    assert nothing is None
    assert first.result(0) == second.result(0) == (FRAME,)


def test_different_requests_are_sent_with_ids_of_their_own():
    inflight = InFlight()
    _, one = inflight.join(NEWEST, 10.0)
    _, other = inflight.join(FrameRequest(id=0, camera="garden"), 10.0)
    assert one.id != other.id


def test_after_the_answer_the_same_is_asked_anew():
    inflight = InFlight()
    _, first = inflight.join(NEWEST, 10.0)
    inflight.settle(good(first))
    _, second = inflight.join(NEWEST, 10.0)
    assert second.id != first.id


def test_each_caller_is_given_up_at_its_own_deadline():
    inflight = InFlight()
    hasty, request = inflight.join(NEWEST, 10.0)
    patient, _ = inflight.join(NEWEST, 12.0)
    inflight.expire(11.0)
    assert "in time" in why(hasty)
    assert inflight.next_deadline() == 12.0
    inflight.settle(good(request))
    assert patient.result(0) == (FRAME,)
    assert inflight.next_deadline() is None


@pytest.mark.parametrize(
    "status, words",
    [
        (FrameStatus.GONE, "gone"),
        (FrameStatus.UNKNOWN_CAMERA, "no detection process"),
        (FrameStatus.FAILED, "encoded: too hot"),
        (FrameStatus.OK, "empty answer"),
    ],
)
def test_an_answer_without_frames_says_why(status, words):
    inflight = InFlight()
    future, request = inflight.join(NEWEST, 10.0)
    detail = "too hot" if status is FrameStatus.FAILED else ""
    inflight.settle(FrameReply(id=request.id, status=status, detail=detail))
    assert words in why(future)


def test_an_answer_nobody_waits_for_is_ignored():
    InFlight().settle(FrameReply(id=99, status=FrameStatus.GONE))


def test_a_cancelled_future_does_not_hinder_the_others():
    inflight = InFlight()
    cancelled, request = inflight.join(NEWEST, 10.0)
    other, _ = inflight.join(NEWEST, 10.0)
    cancelled.cancel()
    inflight.settle(good(request))
    assert other.result(0) == (FRAME,)


def test_closing_fails_those_who_wait_and_those_who_come_later():
    inflight = InFlight()
    before, _ = inflight.join(NEWEST, 10.0)
    inflight.close("stopping")
    after, request = inflight.join(NEWEST, 10.0)
    assert why(before) == why(after) == "stopping"
    assert request is None


def test_too_many_waiting_callers_are_refused_at_once():
    inflight = InFlight()
    for _ in range(MAX_WAITING):
        inflight.join(NEWEST, 10.0)
    refused, _ = inflight.join(NEWEST, 10.0)
    assert "already wait" in why(refused)


def test_a_callback_may_ask_again():
    inflight = InFlight()
    future, request = inflight.join(NEWEST, 10.0)
    again = []
    future.add_done_callback(lambda _: again.append(inflight.join(NEWEST, 20.0)))
    inflight.settle(good(request))
    assert again[0][1] is not None
