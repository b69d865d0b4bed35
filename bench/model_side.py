"""A model that takes a fixed time, behind HTTP, in a process of its own: it says how long it really took."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

from bench.children import wait_for_parent

_SOMEBODY_MOVES = b", moving"
"""Stands among the facts when somebody does."""


@contextmanager
def answering(latency: float, *, room: int = 1000) -> Iterator[str]:
    """Base URL of an OpenAI-compatible server: says `met` after `latency` s when somebody moves.

    It answers `room` requests at once. What it says it took begins with the request's first line and leaves
    out the wait for room.
    """
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(latency, room, tell), daemon=True)
    child.start()
    tell.close()  # so that a child which fails to start ends the wait below
    try:
        yield f"http://127.0.0.1:{told.recv()}/v1"
    finally:
        child.terminate()
        child.join()


def _serve(latency: float, room: int, tell: Connection) -> None:
    handler = type("Handler", (_Handler,), {"latency": latency, "room": threading.Semaphore(room)})
    with _Server(("127.0.0.1", 0), handler) as server:
        tell.send(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wait_for_parent()


class _Server(ThreadingHTTPServer):
    request_queue_size = 1000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    latency: float
    room: threading.Semaphore
    began: float

    def parse_request(self) -> bool:
        self.began = time.perf_counter()
        return super().parse_request()

    def do_POST(self) -> None:
        question = self.rfile.read(int(self.headers["Content-Length"]))
        read = time.perf_counter()
        with self.room:
            waited = time.perf_counter() - read
            time.sleep(self.latency)
        took = time.perf_counter() - self.began - waited
        verdict = "met" if _SOMEBODY_MOVES in question else "not_met"
        body = json.dumps(_completion(verdict, took)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _completion(verdict: str, took: float) -> dict[str, Any]:
    """The seconds it took are the reasoning, which goes all the way to the alert."""
    said = {
        "reasoning": f"{took:.6f}",
        "verdict": verdict,
        "confidence": 0.9,
        "message": "Somebody is there.",
        "next_run_in": 300,
    }
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": json.dumps(said)},
    }
    return {"id": "1", "object": "chat.completion", "model": "stub", "choices": [choice]}
