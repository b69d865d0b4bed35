"""What looks are compared with: Frigate's own loop (`frigate/jobs/vlm_watch.py`), run once for every job.

A thread for each job, with a subscription of its own. It adds the camera's newest frame to a chat of ten
turns and asks; then it waits for as long as the model says, or until a message shows somebody in its camera,
which counts ten seconds after the look at the earliest.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, cast

import msgspec
import openai
import zmq

from bench.arrivals import Timed
from bench.look_cost import REPLY_LENGTH, SYSTEM_LENGTH, TURNS, turn
from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.bus.sockets import MAX_FACTS_BYTES, bounded_socket
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.worker import Worker

_COOLDOWN = 10.0
_WAIT = 0.2
"""Seconds; Frigate waits for up to a second at a time, which would only make stopping slower."""


class Subscription:
    """Every camera's messages, decoded for one job alone."""

    def __init__(self, endpoint: str) -> None:
        self._socket = bounded_socket(zmq.SUB, queue=5000, max_bytes=MAX_FACTS_BYTES)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"objects/")
        self._socket.connect(connect_endpoints(endpoint).objects_out)
        self._decoder = msgspec.msgpack.Decoder(CameraUpdate)

    def next(self, seconds: float) -> CameraUpdate | None:
        """The oldest message that waits, or the first that comes in time."""
        if not self._socket.poll(max(0.0, seconds) * 1000):
            return None
        return self._decoder.decode(self._socket.recv_multipart()[1])

    def close(self) -> None:
        self._socket.close()


class ChatLoop(Worker):
    def __init__(
        self,
        number: int,
        camera: str,
        *,
        endpoint: str,
        client: openai.OpenAI,
        film: Callable[[], Frame],
        every: float,
    ) -> None:
        """`film` gives the camera's newest frame; `every` is what the model advises, in seconds."""
        super().__init__(f"chat-{number}")
        self.looks: list[Timed] = []
        self._camera = camera
        self._endpoint = endpoint
        self._client = client
        self._film = film
        self._every = every
        self._chat: list[dict[str, Any]] = _full_chat(film())

    def run(self) -> None:
        with closing(Subscription(self._endpoint)) as messages:
            while not self.stopping.is_set():
                self._look()
                self._wait(messages)

    def _look(self) -> None:
        began = time.time()
        self._chat.append(turn(self._film()))
        answer = self._client.chat.completions.create(model="stub", messages=cast("Any", self._chat))
        reply = answer.choices[0].message.content or ""
        self._chat.append(_reply(reply))
        del self._chat[1 : -2 * TURNS]
        took = float(json.loads(reply)["reasoning"])
        self.looks.append(Timed(self.name, self._camera, began, time.time(), took))

    def _wait(self, messages: Subscription) -> None:
        began = time.monotonic()
        woken = False
        while not self.stopping.is_set():
            waited = time.monotonic() - began
            if waited >= self._every or (woken and waited >= _COOLDOWN):
                return
            update = messages.next(min(_WAIT, self._every - waited))
            if update is not None and update.camera == self._camera and update.objects:
                woken = True


def _full_chat(frame: Frame) -> list[dict[str, Any]]:
    """As it is from the 11th look on."""
    system = {"role": "system", "content": "x" * SYSTEM_LENGTH}
    return [system, *([turn(frame), _reply("x" * REPLY_LENGTH)] * TURNS)]


def _reply(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}
