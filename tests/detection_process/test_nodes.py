"""Nodes over an encrypted TCP bus: real sockets, real keys, real processes; what they run publishes only."""

import multiprocessing
import os
import time
from types import SimpleNamespace

import msgspec
import pytest
import zmq

from frigate_ext.bus.authenticator import Authenticator
from frigate_ext.bus.broker import Broker, Remote
from frigate_ext.bus.endpoints import orders_endpoint
from frigate_ext.bus.keys import NodeKeys, connect_with, new_pair
from frigate_ext.bus.sockets import bounded_socket
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.demo.street import free_port
from frigate_ext.detection_process import DetectionFleet, Sharing
from frigate_ext.detection_process.node import Node, NodeSettings
from frigate_ext.detection_process.roster import Patience
from frigate_ext.detection_process.sharding import Place
from frigate_ext.detection_process.wire import REFUSED, Greeting, Order, Refusal
from frigate_ext.domain.camera import CameraState
from frigate_ext.runtime.health import PartHealth, PartState
from tests.detection_process.child_targets import crash_on_bad

SOON = Patience(silent=2.2, expected=2.5, settled=0.5)


@pytest.fixture
def server():
    return new_pair()


@pytest.fixture
def keys(server):
    pair = new_pair()
    return NodeKeys(pair.public, pair.secret, server.public)


@pytest.fixture
def remote(server):
    return Remote(f"tcp://127.0.0.1:{free_port()}", server)


@pytest.fixture
def facts(endpoint, remote, keys, running):
    """Every update on the bus, in order."""
    updates = []
    running(Authenticator({keys.public: "garage"}))
    running(Broker(endpoint, remote))
    running(Subscriber(endpoint, [updates.append]))
    return updates


@pytest.fixture
def new_node(remote, keys, tmp_path):
    def make():
        settings = NodeSettings(endpoint=remote.endpoint, keys=keys, cache=tmp_path, target=crash_on_bad)
        return Node(settings, lambda: None)

    return make


def states(facts, camera):
    return [update.state for update in facts if update.camera == camera]


def garage_has(*cameras):
    return Sharing(1, (Place("garage", frozenset(cameras)),))


def test_the_cameras_of_a_silent_node_are_shown_as_such_where_nobody_may_take_over(
    facts, settings_for, remote, running, wait_until
):
    running(
        DetectionFleet(
            settings_for("yard"), garage_has("yard"), remote=remote, patience=SOON, target=crash_on_bad
        )
    )
    wait_until(lambda: CameraState.OFFLINE in states(facts, "yard"))
    assert facts[-1].detail == "its node garage is silent"


def test_a_node_that_is_told_other_cameras_works_on_those(
    facts, settings_for, remote, running, new_node, wait_until
):
    fleet = running(
        DetectionFleet(
            settings_for("porch"), garage_has("porch"), remote=remote, patience=SOON, target=crash_on_bad
        )
    )
    running(new_node())
    wait_until(lambda: states(facts, "porch"))
    fleet.reconfigure(settings_for("porch", "yard"), garage_has("porch", "yard"))
    wait_until(lambda: states(facts, "yard"))


def test_a_node_works_with_several_processes_of_which_one_that_is_killed_costs_only_its_own_cameras(
    facts, settings_for, remote, running, new_node, wait_until, monkeypatch
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    names = [f"c{number}" for number in range(17)]
    fleet = running(
        DetectionFleet(
            settings_for(*names), garage_has(*names), remote=remote, patience=SOON, target=crash_on_bad
        )
    )
    running(new_node())
    wait_until(lambda: {fact.camera for fact in facts} == {*names})
    (first, second) = sorted(multiprocessing.active_children(), key=lambda process: process.name)
    wait_until(lambda: fleet.health()["node garage"].state is PartState.OK)
    second.kill()
    assert fleet.stats()["garage"].used.cpu_seconds > 0
    wait_until(lambda: fleet.stats()["garage"].restarts == 1)
    wait_until(lambda: {len(epochs_of(facts, name)) for name in names} == {1, 2})
    anew = {name for name in names if len(epochs_of(facts, name)) == 2}
    assert len(anew) == 8
    assert CameraState.OFFLINE not in {fact.state for fact in facts}

    one = Sharing(1, (Place("garage", frozenset(names), 1),))
    fleet.reconfigure(settings_for(*names), one)
    wait_until(lambda: multiprocessing.active_children() == [first])
    count = len(facts)
    wait_until(lambda: {fact.camera for fact in facts[count:]} == {*names})


def test_a_node_names_what_each_of_its_processes_is_at(new_node):
    node = new_node()
    parts = {"detection": PartHealth(PartState.OK), "detection-2": PartHealth(PartState.STARTING)}
    node._fleet = SimpleNamespace(health=lambda: parts)
    assert node._health() == PartHealth(PartState.STARTING, "detection-2: starting")


def test_an_order_that_says_nothing_of_processes_leaves_their_number_to_the_node(settings_for):
    settings = settings_for("porch")
    order = Order(
        revision=1,
        time=2.0,
        cameras=settings.cameras,
        detector=settings.detector,
        ring_seconds=3.0,
        ring_bytes=4,
        processes=2,
    )
    said = msgspec.msgpack.decode(msgspec.msgpack.encode(order))
    assert said.pop("processes") == 2
    read = msgspec.msgpack.decode(msgspec.msgpack.encode({**said, "later": "unknown"}), type=Order)
    assert read == msgspec.structs.replace(order, processes=None)


def epochs_of(facts, camera):
    return {fact.epoch for fact in facts if fact.camera == camera}


def test_a_node_that_is_not_wanted_any_more_is_told_and_ends(
    facts, settings_for, remote, running, new_node, wait_until
):
    running(
        DetectionFleet(settings_for("porch"), Sharing(1), remote=remote, patience=SOON, target=crash_on_bad)
    )
    node = running(new_node())
    wait_until(lambda: node.refused)
    assert "not in frigate_ext.detection.nodes" in str(node.refused)


@pytest.mark.parametrize(
    "said, why",
    [
        (msgspec.msgpack.encode(Greeting(release="0.0.1")), "runs frigate_ext 0.0.1, and the main process"),
        (b"\xc1", "can't be read"),
    ],
)
def test_a_node_of_another_release_is_told_so(facts, settings_for, remote, running, keys, said, why, caplog):
    running(
        DetectionFleet(settings_for("porch"), garage_has(), remote=remote, patience=SOON, target=crash_on_bad)
    )
    with bounded_socket(zmq.DEALER, queue=2, max_bytes=1 << 16) as socket:
        connect_with(socket, keys)
        socket.connect(orders_endpoint(remote.endpoint))
        socket.send(said)
        assert socket.poll(5000)
        kind, payload = socket.recv_multipart()
    assert kind == REFUSED
    assert why in msgspec.msgpack.decode(payload, type=Refusal).why
    assert why in caplog.text


def test_a_node_that_speaks_for_other_cameras_is_shown_to_do_so(
    facts, settings_for, remote, running, new_node, wait_until
):
    fleet = running(
        DetectionFleet(
            settings_for("porch"), garage_has("porch"), remote=remote, patience=SOON, target=crash_on_bad
        )
    )
    running(new_node())
    wait_until(lambda: states(facts, "porch"))
    remote.grants.admits("garage", "yard", time.monotonic())
    health = fleet.health()["node garage"]
    assert (health.state, health.detail) == (
        PartState.DEGRADED,
        "ignored where it speaks for cameras that it was not given: yard",
    )
