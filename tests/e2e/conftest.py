"""The real program between a real stream, a real broker and a model server with eyes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.capture.servers import RtspServer
from tests.e2e.mqtt import PASSWORD, USER, MqttBroker, Witness
from tests.e2e.product import Product
from tests.e2e.stage import STRIP_MASK, write_clip
from tests.e2e.vlm import API_KEY, SeeingModel, seeing_model

CAMERA_PASSWORD = "s3cret-of-the-camera"
PREFIX = "house"
_LOG_TAIL = 12_000

_running = pytest.StashKey[list[Product]]()


def pytest_configure(config):
    config.stash[_running] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show what the program said when a test fails."""
    report = yield
    if report.failed:
        for product in item.config.stash[_running]:
            title = f"log of frigate-ext in {product.folder}, {product.state}"
            report.sections.append((title, product.log[-_LOG_TAIL:]))
    return report


@pytest.fixture(scope="session")
def stage_folder(tmp_path_factory) -> Path:
    """Holds `stage.mp4`, see `stage`."""
    return write_clip(tmp_path_factory.mktemp("stage") / "stage.mp4").parent


@pytest.fixture(scope="module")
def rtsp(stage_folder) -> Iterator[RtspServer]:
    server = RtspServer(stage_folder)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def mqtt(tmp_path_factory) -> Iterator[MqttBroker]:
    broker = MqttBroker(tmp_path_factory.mktemp("mqtt"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def witness(mqtt) -> Iterator[Witness]:
    with Witness(mqtt.port, PREFIX) as witness:
        yield witness


@pytest.fixture(scope="module")
def model() -> Iterator[SeeingModel]:
    with seeing_model() as model:
        yield model


@pytest.fixture(scope="module")
def configure(yolov8n_weights, rtsp, mqtt, model) -> Callable[[Path, int], dict[str, Any]]:
    """The configuration of everything here: one camera on the stage, the broker, the model."""

    def configure(data_dir: Path, web_port: int) -> dict[str, Any]:
        stream = f"rtsp://viewer:{CAMERA_PASSWORD}@127.0.0.1:{rtsp.port}/stage.mp4?play_count=0"
        return {
            "mqtt": {"host": "127.0.0.1", "port": mqtt.port, "user": USER, "password": PASSWORD},
            "motion": {"mask": STRIP_MASK},
            "objects": {"track": ["person", "dog"]},
            "cameras": {
                "stage": {
                    "ffmpeg": {"inputs": [{"path": stream, "roles": ["detect"]}]},
                    "detect": {"fps": 5, "max_disappeared": 5},
                    "snapshots": {"enabled": True},
                }
            },
            "genai": {
                "eyes": {
                    "provider": "openai",
                    "base_url": model.url,
                    "api_key": API_KEY,
                    "model": "seeing",
                    "roles": ["watch"],
                    "runtime_options": {"max_concurrent": 4},
                }
            },
            "frigate_ext": {
                "topic_prefix": PREFIX,
                "data_dir": str(data_dir),
                "web": {"port": web_port},
                "auth": {"enabled": False},
                "model": {"size": 320},
                "judge": {"try_out": False},
            },
        }

    return configure


@pytest.fixture(scope="module")
def new_product(request, tmp_path_factory) -> Iterator[Callable[..., Product]]:
    """Make a program that is not started yet; `configuration(data_dir, port)` as in `configure`."""
    products: list[Product] = []

    def make(configuration: Callable[[Path, int], dict[str, Any]]) -> Product:
        product = Product(tmp_path_factory.mktemp("product"), configuration)
        products.append(product)
        request.config.stash[_running].append(product)
        return product

    yield make
    for product in products:
        if product.is_running:
            product.kill()
        request.config.stash[_running].remove(product)


@pytest.fixture(scope="module")
def product(new_product, configure) -> Product:
    """The program, running, its camera online."""
    product = new_product(configure)
    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    return product
