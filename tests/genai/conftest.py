"""A scripted server that speaks the OpenAI protocol over real HTTP, and a question to ask it."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
import simplejpeg

from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer
from genai.judge import LookImage, PastVerdict, Question

FRAME_TIME = 1_700_000_000.0
MET = {
    "verdict": "met",
    "confidence": 0.9,
    "reasoning": "a parcel lies on the porch",
    "message": "Parcel!",
    "next_run_in": 30,
}


@dataclass(frozen=True)
class Asked:
    """A request as the server got it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def pictures(self) -> list[np.ndarray]:
        """The pictures sent, decoded: `uint8 (H, W, 3)` BGR."""
        parts = self.body["messages"][-1]["content"]
        urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
        assert all(url.startswith("data:image/jpeg;base64,") for url in urls)
        return [simplejpeg.decode_jpeg(base64.b64decode(url.split(",", 1)[1]), "BGR") for url in urls]


@dataclass
class ModelServer:
    """Answers each request with `behaviour`, which gets the handler and what was asked."""

    behaviour: Callable[["Handler", Asked], None] = lambda handler, asked: None
    listing: object = None
    """What `/v1/models` answers."""
    on_get: Callable[["Handler"], None] | None = None
    """Answers in its place."""
    asked: list[Asked] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set with each question."""
    released: threading.Event = field(default_factory=threading.Event)
    """Ends the behaviours that take for ever."""
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client closed its end while an answer was being written."""
    url: str = ""

    def say(self, text: object, *, finish_reason: str = "stop", **message: Any) -> None:
        """Let the model answer with `text` from now on."""
        choice = {
            "index": 0,
            "finish_reason": finish_reason,
            "message": {"role": "assistant", "content": text, **message},
        }
        usage = {"prompt_tokens": 100, "completion_tokens": 23, "total_tokens": 123}
        self.send({"id": "1", "model": "tiny-vlm-q8", "choices": [choice], "usage": usage})

    def list_models(self, *names: str) -> None:
        self.listing = {"object": "list", "data": [{"id": name} for name in names]}

    def send(self, document: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Let the server answer with this JSON document from now on."""
        self.behaviour = lambda handler, asked: handler.send_json(document, status, headers)

    def wait(self, seconds: float) -> bool:
        """Take time to answer; True when the test is over."""
        return self.released.wait(seconds)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    model_server: ModelServer

    def do_GET(self):
        self.model_server.asked.append(
            Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, {})
        )
        if self.model_server.on_get:
            self.model_server.on_get(self)
        else:
            self.send_json(self.model_server.listing)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.model_server.asked.append(asked)
        self.model_server.arrived.set()
        try:
            self.model_server.behaviour(self, asked)
        except (BrokenPipeError, ConnectionResetError):
            self.model_server.hung_up.set()
            self.close_connection = True

    def send_json(self, document, status=200, headers=()):
        self.send_bytes(json.dumps(document).encode(), "application/json", status, headers)

    def send_bytes(self, data, content_type, status=200, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    script = ModelServer()
    script.say(json.dumps(MET))
    script.list_models("tiny-vlm")
    handler = type("ScriptedHandler", (Handler,), {"model_server": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="model-server"
    )
    thread.start()
    yield script
    script.released.set()
    server.shutdown()
    thread.join(5)
    server.server_close()


def jpeg(colour: tuple[int, int, int], size: Size) -> bytes:
    """One plain colour, BGR."""
    return simplejpeg.encode_jpeg(np.full((size.height, size.width, 3), colour, np.uint8), colorspace="BGR")


def look_image(colour=(0, 0, 255), frame_time=FRAME_TIME, seq=7) -> LookImage:
    size = Size(64, 48)
    return LookImage(jpeg(colour, size), FrameKey("front", 1, seq), frame_time, size)


def tracked(label: str, box: Box, *, stationary: bool = False, zones: tuple[str, ...] = ()) -> TrackedObject:
    return TrackedObject(
        id=f"1700000000.0-{label[:6]:x<6}",
        camera="front",
        label=label,
        frame_time=FRAME_TIME,
        start_time=FRAME_TIME - 5,
        score=0.8,
        computed_score=0.8,
        top_score=0.9,
        false_positive=False,
        box=box,
        active=not stationary,
        stationary=stationary,
        motionless_count=0,
        position_changes=1,
        current_zones=zones,
    )


PORCH = Zone("porch", "The porch", (Point(0.0, 0.6), Point(0.3, 0.6), Point(0.3, 1.0), Point(0.0, 1.0)))
CAMERA = Camera("front", "Front door", ("person", "car", "package"), (PORCH,))


@pytest.fixture
def question() -> Question:
    return make_question()


@pytest.fixture(scope="session")
def question_once() -> Question:
    """The same for tests that Hypothesis repeats."""
    return make_question()


def make_question() -> Question:
    return Question(
        camera=CAMERA,
        condition="a parcel is left on the porch",
        labels=("person", "package"),
        zones=("porch",),
        frame_time=FRAME_TIME,
        images=(look_image(),),
        objects=(
            tracked("person", Box(10, 300, 110, 470), zones=("porch",)),
            tracked("car", Box(400, 10, 630, 100), stationary=True),
        ),
        history=(PastVerdict(Answer.NOT_MET, 0.8, FRAME_TIME - 12.4),),
        frame_size=Size(640, 480),
        timezone=UTC,
    )
