"""The configuration of a running program is changed, rightly and wrongly, by people and by editors."""

import json
import signal
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import requests
import yaml

from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.demo.street import free_port
from tests.e2e.conftest import PREFIX
from tests.e2e.mqtt import MqttBroker, Witness
from tests.e2e.product import Product
from tests.e2e.waiting import until
from web.local_key import KEY_FILE

pytestmark = pytest.mark.slow

EVERYWHERE = "0,0,1,0,1,1,0,1"


class Owner:
    """Changes the file of a running program, and hears what its bus says."""

    def __init__(self, product: Product, document: dict[str, Any], yard: str) -> None:
        self.product = product
        self.document = document
        self.yard = {
            "ffmpeg": {"inputs": [{"path": yard, "roles": ["detect"]}]},
            "detect": {"fps": 2},
        }
        self.heard: list[Any] = []

    def change(self, change: Callable[[dict[str, Any]], object]) -> None:
        """As editors do that write another file and rename it."""
        change(self.document)
        self.write(yaml.safe_dump(self.document, sort_keys=False))

    def write(self, text: str) -> None:
        new = self.product.config.with_suffix(".new")
        new.write_text(text)
        new.replace(self.product.config)

    def reload(self) -> Any:
        return self.product.post("/api/config/reload")

    def of(self, camera: str) -> list[Any]:
        return [update for update in self.heard if update.camera == camera]

    def config_state(self) -> str:
        return str(self.product.health()["parts"]["config"]["state"])


@pytest.fixture(scope="module")
def owner(new_product, configure, stage_folder):
    documents = []

    def keep(data_dir, port):
        documents.append(configure(data_dir, port))
        return documents[0]

    product = new_product(keep)
    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    owner = Owner(product, deepcopy(documents[0]), str(stage_folder / "stage.mp4"))
    subscriber = Subscriber(default_endpoint(product.data_dir), [owner.heard.append])
    subscriber.start()
    until(lambda: owner.heard, 10.0, "the bus is heard")
    yield owner
    subscriber.stop()
    assert subscriber.join(5.0)


def test_a_camera_is_added_and_a_zone_drawn_while_another_misses_no_frame(owner):
    owner.change(lambda document: document["cameras"].update(yard=owner.yard))
    owner.product.wait_for_camera("yard")
    owner.change(
        lambda document: document["cameras"]["stage"].update(zones={"all": {"coordinates": EVERYWHERE}})
    )
    assert owner.reload()["changes"] == ["camera stage: other zones, masks, labels, filters or main stream"]

    def is_entered() -> bool:
        return any("all" in seen.current_zones for seen in owner.of("stage")[-1].objects)

    until(is_entered, 20.0, "an object is in the new zone")
    heard = owner.of("stage")
    assert len({update.epoch for update in heard}) == 1
    assert [update.seq for update in heard] == list(range(heard[0].seq, heard[0].seq + len(heard)))
    assert {update.stats.reconnects for update in heard} == {0}


def test_a_broken_file_is_told_and_the_old_one_goes_on_until_it_is_right(owner):
    right = owner.product.config.read_text()
    owner.product.config.write_text(right.replace("fps: 5", "fps: often"))
    until(lambda: owner.config_state() == "degraded", 10.0, "the file is refused")
    reply = owner.product.request("POST", "/api/config/reload")
    assert (reply.status_code, reply.json()["code"]) == (422, "config_refused")
    (error,) = reply.json()["errors"]
    assert error["message"].startswith("fps: should be")
    assert owner.of("stage")[-1].frame_time
    owner.product.config.write_text(right)
    until(lambda: owner.config_state() == "ok", 10.0, "the file is right again")


def test_what_is_read_once_is_said_to_wait(owner):
    owner.change(lambda document: document["frigate_ext"].update(bus={"endpoint": "tcp://127.0.0.1:17555"}))
    assert owner.reload()["next_start"] == ["frigate_ext.bus"]
    owner.change(lambda document: document["frigate_ext"].pop("bus"))
    assert owner.reload()["next_start"] == []


def test_the_page_moves_and_lets_nobody_in_without_a_key_while_cameras_miss_no_frame(owner):
    before, product = owner.of("stage")[-1].epoch, owner.product
    open_url, port = product.url, free_port()

    def move(document: dict[str, Any]) -> None:
        document["frigate_ext"].update(web={"port": port}, auth={"enabled": True})
        document["frigate_ext"].update(push={"enabled": False})
        document["ui"] = {"timezone": "Asia/Tokyo"}

    owner.change(move)
    assert set(owner.reload()["changes"]) == {"web address", "auth", "push", "timezone"}
    product.url = f"http://127.0.0.1:{port}"
    assert product.request("GET", "/api/jobs").status_code == 401
    assert "Sign in as admin with the password" in product.log
    product.key = (product.data_dir / KEY_FILE).read_text().strip()
    assert product.get("/api/jobs")["items"] == []
    assert product.request("GET", "/api/notifications/pubkey").status_code == 404
    with pytest.raises(requests.ConnectionError):
        requests.get(open_url, timeout=5)
    assert (owner.of("stage")[-1].epoch, product.health()["parts"]["config"]["state"]) == (before, "ok")


def test_an_address_that_is_taken_is_told_and_the_old_one_goes_on(owner, rtsp):
    right = owner.document["frigate_ext"]["web"]["port"]
    owner.change(lambda document: document["frigate_ext"]["web"].update(port=rtsp.port))
    (failure,) = owner.reload()["failures"]
    assert failure.startswith("web: can't listen on 127.0.0.1")
    assert owner.config_state() == "degraded"
    owner.change(lambda document: document["frigate_ext"]["web"].update(port=right))
    assert owner.reload()["state"] == "in_force"


def test_another_judge_answers_and_an_alert_that_waits_goes_to_another_broker(owner, mqtt, tmp_path_factory):
    mqtt.stop()
    owner.change(lambda document: document.pop("genai"))
    assert owner.reload()["changes"] == ["judge"]
    job = owner.product.watch("a person appears", labels=["person"])
    owner.product.wait_for_job(job["id"], state="met")
    assert owner.product.looks(job["id"])[-1]["provider"] == "detector"

    other = MqttBroker(tmp_path_factory.mktemp("other-broker"))
    other.start()
    with Witness(other.port, PREFIX) as witness:
        owner.change(lambda document: document["mqtt"].update(port=other.port))
        assert owner.reload()["changes"] == ["mqtt"]
        until(lambda: witness.alerts(job["id"]), 10.0, "the alert reaches the other broker")
        witness.wait(f"watch/{job['id']}/state", b"met")
        until(lambda: owner.product.health()["parts"]["mqtt"]["state"] == "ok", 10.0, "the broker is there")
        owner.change(lambda document: document.pop("mqtt"))
        assert owner.reload()["changes"] == ["mqtt"]
        assert "mqtt" not in owner.product.health()["parts"]
    other.stop()


def test_a_watch_of_a_camera_that_is_removed_ends_with_the_reason(owner):
    job = owner.product.watch("a dog", camera="yard", mode="standing")
    owner.change(lambda document: document["cameras"].pop("yard"))
    owner.product.process.send_signal(signal.SIGHUP)
    ended = owner.product.wait_for_job(job["id"], state="failed")
    assert ended["error"] == "yard is not configured any more"
    assert "camera yard" not in owner.product.health()["parts"]


def test_who_is_killed_while_it_changes_starts_with_what_the_files_say(owner):
    owner.change(lambda document: document["cameras"].update(yard=owner.yard))
    owner.product.process.send_signal(signal.SIGHUP)
    owner.product.kill()
    owner.product.start()
    owner.product.wait_until_healthy()
    owner.product.wait_for_camera("yard")
    assert owner.product.get("/api/config/reload")["state"] == "in_force"
    assert json.loads(owner.product.request("GET", "/api/config").text)["cameras"].keys() == {"stage", "yard"}
