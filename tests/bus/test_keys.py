"""Who may connect from other hosts; with real keys on a real port."""

import json
import socket
import stat
import time
from contextlib import closing

import msgspec
import pytest
import zmq

from frigate_ext.bus.authenticator import Authenticator
from frigate_ext.bus.broker import ASK, REPLY, Broker, Remote
from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.frames import FrameClient, FrameServer
from frigate_ext.bus.keys import (
    NodeKeys,
    connect_with,
    new_pair,
    read_node_keys,
    read_server_keys,
    write_keys,
)
from frigate_ext.bus.publisher import Publisher
from frigate_ext.bus.ring import FrameRing
from frigate_ext.bus.schema import FrameReply, FrameRequest, FrameStatus, main_stream
from frigate_ext.bus.sockets import bounded_socket
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.domain.frame import FrameKey
from frigate_ext.errors import ConfigError, FrameUnavailableError


@pytest.fixture
def server():
    return new_pair()


@pytest.fixture
def garage(server):
    pair = new_pair()
    return NodeKeys(pair.public, pair.secret, server.public)


@pytest.fixture
def address():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"tcp://127.0.0.1:{min(free.getsockname()[1], 65000)}"


@pytest.fixture
def remote(address, server):
    remote = Remote(address, server)
    remote.grants.give({"garage": ["porch", "right"]}, time.monotonic())
    return remote


@pytest.fixture
def broker(endpoint, remote, garage, running):
    running(Authenticator({garage.public: "garage"}))
    return running(Broker(endpoint, remote))


@pytest.fixture
def heard(broker, endpoint, running):
    updates = []
    running(Subscriber(endpoint, [updates.append]))
    return updates


def say(publisher, update, until, wait_until):
    def repeatedly():
        publisher.publish(update)
        return until()

    wait_until(repeatedly)


def test_keys_are_for_their_owners_eyes_alone_and_come_back_as_they_were(tmp_path, server, garage):
    for name, keys, read in (("server", server, read_server_keys), ("node", garage, read_node_keys)):
        path = tmp_path / "keys" / name
        write_keys(path, keys)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert read(path) == keys
        assert keys.secret not in repr(keys)


def test_a_key_file_is_never_written_over(tmp_path, server):
    write_keys(tmp_path / "key", server)
    with pytest.raises(ConfigError, match="File exists"):
        write_keys(tmp_path / "key", new_pair())


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"public": "a", "secret": "b", "server": "c"})])
def test_a_file_without_keys_is_refused(tmp_path, text):
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="can't be used"):
        read_node_keys(path)


def test_a_key_file_that_others_may_read_is_refused(tmp_path, server):
    write_keys(tmp_path / "key", server)
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_server_keys(tmp_path / "key")


def test_a_node_with_a_known_key_is_heard_and_gives_frames(
    heard, endpoint, address, garage, running, make_update, make_frame, wait_until
):
    ring = FrameRing(10.0, 1 << 20)
    ring.put(FrameKey("porch", 1, 0), make_frame())
    running(FrameServer(address, 1, {"porch": ring}, keys=garage))
    client = running(FrameClient(endpoint))
    with closing(Publisher(address, garage)) as publisher:
        say(publisher, make_update(), lambda: heard, wait_until)
    wait_until(lambda: client.request("porch").exception(3.0) is None)


def test_an_unknown_key_and_no_key_are_refused_and_the_first_is_said_once(
    heard, endpoint, address, server, garage, make_update, wait_until, caplog
):
    stranger = new_pair()
    strange = NodeKeys(stranger.public, stranger.secret, server.public)
    with closing(Publisher(address, strange)) as wrong, closing(Publisher(address)) as plain:
        say(wrong, make_update("wrong"), lambda: stranger.public in caplog.text, wait_until)
        plain.publish(make_update("plain"))
        with closing(Publisher(address, garage)) as right:
            say(right, make_update("right"), lambda: heard, wait_until)
    assert {update.camera for update in heard} == {"right"}
    assert caplog.text.count("refused a node") == 1


def test_keys_are_checked_anew_as_soon_as_whoever_did_has_ended():
    for _ in range(200):
        authenticator = Authenticator({})
        authenticator.start()
        authenticator.stop()
        assert authenticator.join(5.0)


def test_a_node_gets_no_frames_of_others(broker, address, garage, wait_until):
    before = broker.counts.malformed
    with bounded_socket(zmq.DEALER, queue=10, max_bytes=1 << 20) as node:
        connect_with(node, garage)
        node.connect(connect_endpoints(address).frames)
        node.send_multipart([ASK, msgspec.msgpack.encode(FrameRequest(id=1, camera="porch"))])
        wait_until(lambda: broker.counts.malformed == before + 1)
    assert broker.counts.requests == 0


def test_what_a_node_says_of_a_camera_that_it_was_not_given_is_ignored_shown_and_logged_once(
    heard, broker, remote, address, garage, make_update, wait_until, caplog
):
    with closing(Publisher(address, garage)) as publisher:
        say(publisher, make_update("yard"), lambda: broker.counts.trespasses > 1, wait_until)
        say(publisher, make_update("porch"), lambda: heard, wait_until)
    assert {update.camera for update in heard} == {"porch"}
    assert caplog.text.count("ignoring what node garage says of camera 'yard'") == 1
    assert remote.grants.trespasses("garage", time.monotonic()) == ("yard",)


def test_a_node_gives_no_frames_of_a_camera_that_it_was_not_given(
    broker, endpoint, address, garage, running, make_frame, wait_until
):
    rings = {camera: FrameRing(10.0, 1 << 20) for camera in ("porch", "yard")}
    for camera, ring in rings.items():
        ring.put(FrameKey(camera, 1, 0), make_frame())
    running(FrameServer(address, 1, rings, keys=garage))
    client = running(FrameClient(endpoint))
    wait_until(lambda: client.request("porch").exception(3.0) is None)
    assert "no detection process has this camera" in str(client.request("yard").exception(3.0))


def test_a_node_may_speak_for_the_main_streams_of_its_cameras_and_of_no_others(
    broker, endpoint, address, garage, running, make_frame, wait_until
):
    rings = {main_stream(name): FrameRing(30.0, 1 << 20) for name in ("porch", "yard")}
    for name, ring in rings.items():
        ring.put(FrameKey(name, 1, 0), make_frame(90))
    client = running(FrameClient(endpoint))
    running(FrameServer(address, 1, rings, keys=garage))
    wait_until(lambda: client.request("porch/main").exception(5.0) is None)
    with pytest.raises(FrameUnavailableError):
        client.fetch("yard/main")


def test_a_node_cannot_answer_for_another(broker, endpoint, address, garage, running, make_frame, wait_until):
    ring = FrameRing(10.0, 1 << 20)
    ring.put(FrameKey("yard", 1, 0), make_frame())
    running(FrameServer(endpoint, 1, {"yard": ring}))
    client = running(FrameClient(endpoint))
    wait_until(lambda: client.request("yard").exception(3.0) is None)
    before = broker.counts.dropped
    with bounded_socket(zmq.DEALER, queue=10, max_bytes=1 << 20) as node:
        connect_with(node, garage)
        node.connect(connect_endpoints(address).frames)
        reply = FrameReply(id=2, status=FrameStatus.GONE)
        node.send_multipart([REPLY, b"whoever asks", msgspec.msgpack.encode(reply)])
        wait_until(lambda: broker.counts.dropped == before + 1)
