"""Frame server, broker and client over real sockets."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import cv2
import msgspec
import numpy as np
import pytest
import zmq

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.frames import FrameClient, FrameServer
from frigate_ext.bus.ring import FrameRing
from frigate_ext.bus.routing import Hello
from frigate_ext.bus.schema import FrameRequest, Outline, OutlineKind
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point
from frigate_ext.errors import FrameUnavailableError


def key(seq, epoch=1):
    return FrameKey("porch", epoch, seq)


def level(encoded):
    """What the picture shows: its grey level tells which frame it is."""
    return round(cv2.imdecode(np.frombuffer(encoded.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE).mean())


@pytest.fixture
def ring(make_frame):
    """Frames 0..9, one a second, of grey level 20 * seq."""
    ring = FrameRing(30.0, 1 << 24)
    for seq in range(10):
        ring.put(key(seq), make_frame(20 * seq, time=float(seq)))
    return ring


@pytest.fixture
def client(broker, endpoint, running):
    return running(FrameClient(endpoint))


@pytest.fixture
def server(broker, endpoint, running, ring, client, wait_until):
    server = running(FrameServer(endpoint, 1, {"porch": ring}))
    wait_until(lambda: client.request("porch").exception(5.0) is None)
    return server


def test_the_newest_frame_comes_when_none_is_named(client, server):
    (frame,) = client.fetch("porch")
    assert (frame.seq, level(frame)) == (9, 180)


def test_a_frame_asked_for_by_its_key_is_exactly_that_one(client, server):
    for seq in range(10):
        (frame,) = client.fetch("porch", key=key(seq))
        assert (frame.seq, frame.frame_time, level(frame)) == (seq, float(seq), 20 * seq)


def test_a_camera_may_be_attended_without_a_picture(broker, endpoint, running, client, ring, wait_until):
    attended = []
    running(FrameServer(endpoint, 1, {"porch": ring}, lambda *what: attended.append(what)))
    wait_until(lambda: client.request("porch").exception(5.0) is None)
    asked = FrameRequest(id=0, camera="porch", moments=0, attend=30.0)
    assert client.ask(asked).result(5.0) == ()
    assert attended == [("porch", 30.0)]


@pytest.mark.parametrize("gone", [key(77), key(3, epoch=2)])
def test_a_frame_that_is_gone_is_never_replaced_by_another(client, server, gone):
    with pytest.raises(FrameUnavailableError, match="gone"):
        client.fetch("porch", key=gone)


def test_moments_come_oldest_first_and_end_with_the_frame_named(client, server):
    frames = client.fetch("porch", key=key(8), moments=3, seconds=4.0)
    assert [level(frame) for frame in frames] == [80, 120, 160]


def test_a_crop_and_a_height_are_honoured(client, server):
    (frame,) = client.fetch("porch", crop=Box(10, 10, 50, 30), height=10)
    assert (frame.crop, frame.size) == (Box(10, 10, 50, 30), (20, 10))


def test_a_camera_nobody_has_is_answered_at_once(client, server):
    asked_at = time.monotonic()
    with pytest.raises(FrameUnavailableError, match="no detection process"):
        client.fetch("attic", timeout=5.0)
    assert time.monotonic() - asked_at < 1.0


@pytest.mark.parametrize(
    "options",
    [
        {"moments": 0},
        {"moments": 1000},
        {"height": 0},
        {"height": 100_000},
        {"quality": 0},
        {"quality": 101},
        {"crop": Box(900, 900, 950, 950)},
    ],
)
def test_what_can_not_be_done_is_refused_with_a_reason_and_the_server_goes_on(client, server, options):
    with pytest.raises(FrameUnavailableError, match=r"must lie in|outside"):
        client.fetch("porch", **options)
    assert client.fetch("porch")


def test_a_picture_that_no_memory_is_left_for_fails_and_the_server_goes_on(
    client, server, monkeypatch, caplog
):
    def fail(*_, **__):
        raise MemoryError("unable to allocate 3 MiB")

    with monkeypatch.context() as patched:
        patched.setattr(server._encoder, "encode", fail)
        with pytest.raises(FrameUnavailableError, match="3 MiB"):
            client.fetch("porch")
    assert client.fetch("porch")
    assert "porch: a picture can't be made" in caplog.text


def test_32_threads_asking_for_the_same_frame_cost_one_encoding(client, server):
    before = server.counts.encoded
    with ThreadPoolExecutor(32) as threads:
        results = list(threads.map(lambda _: client.fetch("porch", key=key(4), height=20), range(32)))
    assert all(level(frame) == 80 for (frame,) in results)
    assert server.counts.encoded - before == 1


def picture(**wanted):
    return FrameRequest(id=0, camera="porch", epoch=1, seq=8, **wanted)


def test_a_close_up_comes_before_the_last_moment(client, server):
    close = Box(10, 10, 50, 30)
    frames = client.ask(picture(moments=2, seconds=4.0, close_up=close)).result(5.0)
    assert [(frame.seq, frame.crop) for frame in frames] == [(4, None), (8, close), (8, None)]


def test_a_tile_is_one_picture_of_the_frame_named_with_all_moments_in_it(client, server):
    (tile,) = client.ask(picture(moments=3, seconds=4.0, tile=True)).result(5.0)
    assert (tile.seq, [pane.frame_time for pane in tile.panes]) == (8, [4.0, 6.0, 8.0])


def test_many_who_ask_for_the_same_tile_over_two_clients_cost_one_encoding(client, server, running, endpoint):
    other = running(FrameClient(endpoint))
    before = server.counts.encoded
    outline = Outline(OutlineKind.ZONE, (Point(1, 1), Point(20, 1), Point(20, 20)))
    wanted = picture(moments=3, seconds=4.0, tile=True, close_up=Box(10, 10, 50, 30), outlines=(outline,))
    tiles = [one.ask(wanted).result(5.0) for one in (client, other) for _ in range(8)]
    assert len({tile.jpeg for (tile,) in tiles}) == 1
    assert server.counts.encoded - before == 1


@pytest.mark.parametrize(
    "points, count",
    [((), 1), ((Point(0, float("nan")),), 1), ((Point(1, 1),) * 257, 1), ((Point(1, 1),), 65)],
)
def test_outlines_that_can_not_be_drawn_are_refused(client, server, points, count):
    wanted = picture(outlines=(Outline(OutlineKind.ZONE, points),) * count)
    with pytest.raises(FrameUnavailableError, match="outline"):
        client.ask(wanted).result(5.0)


def test_a_dead_owner_means_an_error_in_time_and_never_a_wedge(
    client, broker, endpoint, running, ring, wait_until
):
    server = FrameServer(endpoint, 1, {"porch": ring})
    server.start()
    wait_until(lambda: client.request("porch").exception(5.0) is None)
    server.stop()
    server.join(2.0)

    asked_at = time.monotonic()
    with pytest.raises(FrameUnavailableError):
        client.fetch("porch", timeout=0.5)
    assert time.monotonic() - asked_at < 1.5

    running(FrameServer(endpoint, 2, {"porch": ring}))
    wait_until(lambda: client.request("porch").exception(5.0) is None)


def test_an_owner_that_does_not_answer_costs_its_asker_the_timeout_and_nobody_else(
    client, server, endpoint, wait_until
):
    with zmq.Context.instance().socket(zmq.DEALER) as mute:
        mute.setsockopt(zmq.LINGER, 0)
        mute.connect(connect_endpoints(endpoint).frames)
        mute.send_multipart([b"HELLO", msgspec.msgpack.encode(Hello(9, ("garden",)))])
        wait_until(lambda: client.request("garden", timeout=0.1) and mute.poll(20))

        slow = client.request("garden", timeout=0.5)
        assert client.fetch("porch")
        assert "in time" in str(slow.exception(2.0))


def test_garbage_on_the_frames_endpoint_kills_nobody(client, server, broker, endpoint, wait_until):
    before = broker.counts.malformed
    with zmq.Context.instance().socket(zmq.DEALER) as attacker:
        attacker.setsockopt(zmq.LINGER, 0)
        attacker.connect(connect_endpoints(endpoint).frames)
        for parts in (
            [b"HELLO", b"\xc1"],
            [b"ASK", b"{}"],
            [b"REPLY"],
            [b"x"] * 50,
            [b"REPLY", b"nobody", b"?"],
        ):
            attacker.send_multipart(parts)
        wait_until(lambda: broker.counts.malformed - before == 5)
    assert client.fetch("porch")


def test_a_client_survives_the_restart_of_the_broker(endpoint, running, ring, wait_until):
    broker = Broker(endpoint)
    broker.start()
    client, _ = running(FrameClient(endpoint)), running(FrameServer(endpoint, 1, {"porch": ring}))
    wait_until(lambda: client.request("porch").exception(5.0) is None)
    broker.stop()
    assert broker.join(2.0)

    running(Broker(endpoint))

    wait_until(lambda: client.request("porch", timeout=0.5).exception(5.0) is None, seconds=10.0)


def test_a_client_that_does_not_run_is_an_error_and_no_wedge(endpoint):
    with pytest.raises(FrameUnavailableError, match="does not run"):
        FrameClient(endpoint).fetch("porch", timeout=-0.9)


def test_stopping_fails_whoever_waits(broker, endpoint):
    client = FrameClient(endpoint)
    client.start()
    waiting = threading.Thread(target=client.stop)
    future = client.request("porch", timeout=30.0)
    waiting.start()
    assert isinstance(future.exception(2.0), FrameUnavailableError)
    waiting.join()
    assert client.join(2.0)
    with pytest.raises(FrameUnavailableError, match="stopping"):
        client.fetch("porch")


def test_a_camera_that_joins_is_announced_at_once(client, server, endpoint, running, ring, wait_until):
    rings = {"yard": ring}
    late = running(FrameServer(endpoint, 2, rings))
    wait_until(lambda: client.request("yard").exception(5.0) is None)
    rings["garden"] = ring
    late.announce()
    wait_until(lambda: client.request("garden").exception(5.0) is None, seconds=0.5)
