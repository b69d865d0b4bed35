"""A camera that another host works on: `frigate-ext detect` with keys, as a process of its own."""

import os
import subprocess
import sys
from copy import deepcopy

import psutil
import pytest

from frigate_ext.bus.keys import NodeKeys, new_pair, read_node_keys, write_keys
from frigate_ext.cli.bus import keys
from frigate_ext.demo.street import free_port
from tests.e2e.product import alive
from tests.e2e.stage import number_of
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With the keys of a node, and those of a stranger that knows only whom to talk to."""
    folder = tmp_path_factory.mktemp("keys")
    keys(["garage"], folder)
    pair = new_pair()
    server = read_node_keys(folder / "garage.key").server
    write_keys(folder / "stranger.key", NodeKeys(pair.public, pair.secret, server))
    return folder


@pytest.fixture(scope="module")
def bus():
    return f"tcp://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def product(new_product, configure, folder, bus):
    """Of two cameras with the same stream, a node is to work on `far`."""

    def shared(data_dir, port):
        document = configure(data_dir, port)
        far = deepcopy(document["cameras"]["stage"])
        (detected,) = far["ffmpeg"]["inputs"]
        far["ffmpeg"]["inputs"].append({"path": f"{detected['path']}&full=1", "roles": ["record"]})
        document["cameras"]["far"] = far
        own = document["frigate_ext"]
        own["bus"] = {"remote": bus, "key": str(folder / "server.key")}
        nodes = {"garage": {"key": read_node_keys(folder / "garage.key").public, "cameras": ["far"]}}
        own["detection"] = {"nodes": nodes, "takeover": True}
        return document

    product = new_product(shared)
    product.start()
    return product


@pytest.fixture
def detect(folder, bus):
    """Starts `frigate-ext detect` with a key."""
    started = []

    def start(name):
        command = [sys.executable, "-m", "frigate_ext", "detect", "--bus", bus]
        with (folder / f"{name}.log").open("ab") as log:
            process = psutil.Popen(
                [*command, "--key", str(folder / f"{name}.key")], stderr=log, env=os.environ
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(5.0)
        except subprocess.TimeoutExpired:
            process.kill()


def test_a_node_finds_objects_is_replaced_when_it_is_killed_and_gets_its_camera_back(
    product, detect, folder, model
):
    node = detect("garage")
    stranger = detect("stranger")
    product.wait_until_healthy()
    until(lambda: is_with(product, None), 20, "the node has the camera")
    until(lambda: "refused a node" in product.log, 10, "the stranger is refused")
    stranger.terminate()
    until(lambda: product.get("/api/events?cameras=far"), 30, "an object of the node's is an event")
    picture = product.request("GET", "/api/far/latest.jpg?height=720").content
    assert number_of(picture) is not None

    with model.saying(met=False):
        product.watch("nothing at all", camera="far")
        until(lambda: "is kept for full pictures" in (folder / "garage.log").read_text(), 15, "it is kept")
    with model.saying(met=True):
        job = product.watch("anything", camera="far")
    until(lambda: any(alert["full"] for alert in product.alerts(job["id"])), 20, "a full picture comes")

    family = [node, *node.children(recursive=True)]
    node.kill()
    until(lambda: is_with(product, product.detection_pid), 15, "the main process has the camera")
    assert alive(family) == []
    assert product.health()["parts"]["node garage"] == {"state": "degraded", "detail": "silent"}

    detect("garage")
    until(lambda: is_with(product, None), 25, "the node has the camera again")
    log = folder / "garage.log"
    until(lambda: log.read_text().count("far: decoded by") == 2, 15, "the node decodes it again")
    until(lambda: is_with(product, None), 15, "the node is heard")
    assert product.health()["parts"]["node garage"]["state"] == "ok"
    assert "s3cret" not in log.read_text() + product.log


def is_with(product, pid):
    """Whether `far` is seen, by a process here or (None) by a node."""
    seen = product.health()["parts"]["camera far"]["state"] == "ok"
    return seen and product.get("/api/stats")["cameras"]["far"]["pid"] == pid
