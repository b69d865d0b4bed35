"""Who works on the cameras, and who may connect."""

import os
from pathlib import Path

import pytest

from config.detection import known_keys, remote, sharing
from frigate_ext.bus.keys import new_pair, write_keys
from frigate_ext.detection_process.sharding import Place, Sharing, processes_for

KEY, OTHER = "a" * 40, "b" * 40
FRONT = f"key: {KEY}, cameras: [front]"


def own(text):
    return "frigate_ext:\n" + "".join(f"  {line}\n" for line in text.splitlines())


def test_few_cameras_have_one_process_and_nobody_connects_from_elsewhere(load_texts, camera_yaml):
    config = load_texts(camera_yaml)
    assert sharing(config) == Sharing(1)
    assert remote(config) is None


def test_processes_nodes_and_their_keys_are_read(load_texts, camera_yaml, tmp_path):
    keys = new_pair()
    write_keys(tmp_path / "server.key", keys)
    text = f"""\
bus: {{remote: "tcp://127.0.0.1:5570", key: server.key}}
detection:
  processes: 2
  takeover: true
  nodes:
    garage: {{key: "{KEY}", cameras: [front]}}
    attic: {{key: "{OTHER}", processes: 4}}"""
    config = load_texts(camera_yaml, own(text))
    nodes = (Place("garage", frozenset({"front"})), Place("attic", None, 4))
    assert sharing(config) == Sharing(2, nodes, takeover=True)
    assert known_keys(config) == {KEY: "garage", OTHER: "attic"}
    assert (remote(config).endpoint, remote(config).keys) == ("tcp://127.0.0.1:5570", keys)


def test_cameras_that_only_a_node_has_call_for_no_process_here(load_texts):
    names = [f"c{number}" for number in range(40)]
    inputs = "{ffmpeg: {inputs: [{path: 'rtsp://10.0.0.5/sub', roles: [detect]}]}}"
    cameras = "cameras:\n" + "".join(f"  {name}: {inputs}\n" for name in names)
    remote = f"""\
bus: {{remote: "tcp://127.0.0.1:5570", key: server.key}}
detection:
  nodes: {{garage: {{key: "{KEY}", cameras: [{", ".join(names)}]}}}}"""
    everywhere = processes_for(len(os.sched_getaffinity(0)), 40)
    assert sharing(load_texts(cameras)).processes == everywhere
    assert sharing(load_texts(cameras, own(remote))).processes == 1
    assert sharing(load_texts(cameras, own(f"{remote}\n  takeover: true"))).processes == everywhere


def test_an_open_port_must_be_wanted(load_texts, camera_yaml, problems_of):
    (problem,) = problems_of(camera_yaml, own("bus: {endpoint: 'tcp://0.0.0.0:5570'}"))
    assert "can be reached from the network" in problem
    text = own("bus: {endpoint: 'tcp://0.0.0.0:5570', unencrypted: true}")
    assert load_texts(camera_yaml, text).frigate_ext.bus.unencrypted
    assert load_texts(camera_yaml, own("bus: {endpoint: 'tcp://127.0.0.1:5570'}")).frigate_ext.bus.endpoint


@pytest.mark.parametrize(
    "text, problem",
    [
        ("bus: {remote: 'tcp://0.0.0.0:5570'}", "remote: needs `key`"),
        ("bus: {remote: 'ipc:///tmp/bus', key: k}", "tcp://host:port only"),
        (f"detection: {{nodes: {{a: {{key: {KEY}}}}}}}", "need bus.remote"),
        ("detection: {nodes: {a: {key: short}}}", "is no public key"),
        (f"detection: {{nodes: {{'a b': {{key: {KEY}}}}}}}", "a node's name has letters"),
        (f"detection: {{nodes: {{detection-2: {{key: {KEY}}}}}}}", "does not begin with 'detection'"),
        (f"detection: {{nodes: {{a: {{key: {KEY}, cameras: [gone]}}}}}}", "there is no such camera"),
        (f"detection: {{nodes: {{a: {{{FRONT}}}, b: {{{FRONT}}}}}}}", "a camera has one node"),
        (f"detection: {{nodes: {{a: {{key: {KEY}}}, b: {{key: {KEY}}}}}}}", "a key of its own"),
        ("detection: {processes: 0}", "processes"),
    ],
)
def test_contradictions_are_said(text, problem, camera_yaml, problems_of):
    assert any(problem in found for found in problems_of(camera_yaml, own(text)))


def test_keys_that_cannot_be_read_stop_the_start(load_texts, camera_yaml):
    config = load_texts(camera_yaml, own("bus: {remote: 'tcp://127.0.0.1:5570', key: nowhere.key}"))
    with pytest.raises(Exception, match=r"nowhere\.key can't be used: No such file"):
        remote(config)
    assert not Path("nowhere.key").exists()
