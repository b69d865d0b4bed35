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

_EMPTY_SCENE = "no object of the kinds"
"""Stands among the facts when nobody is in view."""


@contextmanager
def answering(latency: float) -> Iterator[str]:
    """Base URL of an OpenAI-compatible server: says `met` after `latency` s when the facts name an object."""
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(latency, tell), daemon=True)
    child.start()
    tell.close()  # so that a child which fails to start ends the wait below
    try:
        yield f"http://127.0.0.1:{told.recv()}/v1"
    finally:
        child.terminate()
        child.join()


def _serve(latency: float, tell: Connection) -> None:
    handler = type("Handler", (_Handler,), {"latency": latency})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        tell.send(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wait_for_parent()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    latency: float

    def do_POST(self) -> None:
        began = time.perf_counter()
        question = self.rfile.read(int(self.headers["Content-Length"])).decode()
        time.sleep(self.latency)
        verdict = "not_met" if _EMPTY_SCENE in question else "met"
        body = json.dumps(_completion(verdict, time.perf_counter() - began)).encode()
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
