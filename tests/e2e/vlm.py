"""A model server that reads the pictures it is sent: the OpenAI protocol over real HTTP."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import simplejpeg

from tests.e2e.stage import number_of, shows_visitor, sign_is_readable
from tests.e2e.waiting import until

API_KEY = "sk-secret-of-the-model"
REFUSING = "/refusing"
"""Below this path it refuses every question and quotes the key it was sent."""
MAX_HEIGHT, MAX_IMAGES = 480, 4


@dataclass(frozen=True)
class Shown:
    """One question, as the server got it."""

    key: str
    body: dict[str, Any]
    jpegs: tuple[bytes, ...]

    @property
    def number(self) -> int | None:
        """Which picture of the clip is to be judged: the last one."""
        return number_of(self.jpegs[-1]) if self.jpegs else None

    @property
    def text(self) -> str:
        return json.dumps(self.body["messages"])

    def faults(self) -> list[str]:
        """What no question may be: without a picture, with too many, too large, or not of the clip."""
        heights = [simplejpeg.decode_jpeg_header(jpeg)[0] for jpeg in self.jpegs]
        faults = [f"{height} pixels high" for height in heights if height > MAX_HEIGHT]
        if not 1 <= len(self.jpegs) <= MAX_IMAGES:
            faults.append(f"{len(self.jpegs)} pictures")
        unmarked = [n for n, jpeg in enumerate(self.jpegs) if number_of(jpeg) is None]
        return faults + [f"picture {n} has no number" for n in unmarked]


@dataclass
class SeeingModel:
    """Says *met* to a picture with the visitor; `saying` replaces that rule for a while."""

    url: str = ""
    questions: list[Shown] = field(default_factory=list)
    answer: Callable[[Shown], bool] = field(default=lambda shown: shows_visitor(shown.number))
    is_failing: bool = False
    sign: str = ""
    """What it obeys wherever it can read the stage's sign: MET or NOT MET stands in it."""
    _free: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._free.set()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Questions that come meanwhile are answered afterwards."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Every question is answered with HTTP 500."""
        self.is_failing = True
        try:
            yield
        finally:
            self.is_failing = False

    @contextmanager
    def saying(self, met: bool) -> Iterator[None]:
        """Whatever it is shown."""
        rule, self.answer = self.answer, lambda _: met
        try:
            yield
        finally:
            self.answer = rule

    def about(self, condition: str) -> list[Shown]:
        """The questions about a condition, in order."""
        return [shown for shown in list(self.questions) if condition in shown.text]

    def wait_for(self, condition: str, count: int = 1, seconds: float = 15.0) -> Shown:
        """The `count`-th question about a condition, as soon as it is asked."""
        until(lambda: len(self.about(condition)) >= count, seconds, f"question {count} about {condition!r}")
        return self.about(condition)[count - 1]

    def reply(self, shown: Shown) -> dict[str, Any]:
        reads = bool(self.sign) and sign_is_readable(shown.jpegs[-1])
        met = "NOT MET" not in self.sign if reads else self.answer(shown)
        self._free.wait(30)
        verdict = {
            "text_seen": self.sign if reads else "",
            "reasoning": f"picture {shown.number}",
            "verdict": "met" if met else "not_met",
            "confidence": 0.9,
            "message": "A visitor!" if met else "",
            "next_run_in": 300,
        }
        message = {"role": "assistant", "content": json.dumps(verdict)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return {"id": "1", "object": "chat.completion", "model": "seeing", "choices": [choice]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    model: SeeingModel

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        shown = Shown(self.headers.get("Authorization", ""), body, tuple(_pictures(body)))
        if self.path.startswith(REFUSING):
            self._send(400, {"error": {"message": f"I do not serve {shown.key}"}})
            return
        self.model.questions.append(shown)
        if self.model.is_failing:
            self._send(500, {"error": {"message": "out of memory"}})
            return
        self._send(200, self.model.reply(shown))

    def _send(self, status: int, document: dict[str, Any]) -> None:
        answer = json.dumps(document).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:  # who asked has gone, as somebody who cancels does
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def _pictures(body: dict[str, Any]) -> Iterator[bytes]:
    for message in body["messages"]:
        parts = message["content"] if isinstance(message["content"], list) else []
        for part in parts:
            if part["type"] == "image_url":
                yield base64.b64decode(part["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))


@contextmanager
def seeing_model() -> Iterator[SeeingModel]:
    model = SeeingModel()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"model": model}))
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True, name="model-server")
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
