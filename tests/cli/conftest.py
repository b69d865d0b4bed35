"""The command line, in this process and as the installed command, and a server that it talks to."""

import io
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from frigate_ext.cli import main

JOB = {
    "id": "a1b2c3d4e5f6",
    "name": "Parcels",
    "camera": "porch",
    "condition": "a parcel [red] lies on the porch",
    "labels": ["person"],
    "zones": ["doormat"],
    "mode": "once",
    "state": "running",
    "phase": "watching",
    "created_at": 1_700_000_000.0,
    "started_at": 1_700_000_000.0,
    "ended_at": None,
    "looks": 3,
    "alerts": 0,
    "last_verdict": {"verdict": "not_met", "confidence": 0.9, "reasoning": "nothing", "judged_by": "eyes"},
    "error": None,
}


class Server:
    """Answers what the test has put into `answers`: `(method, path) -> (status, document)`."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], tuple[int, object]] = {}
        self.asked: list[tuple[str, str, object]] = []
        self.headers: dict[str, Callable[[], str]] = {}
        """Of every answer."""
        self.keys: list[str | None] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.asked.append((self.command, self.path, json.loads(body) if body else None))
                server.keys.append(self.headers.get("Authorization"))
                status, document = server.answers[self.command, self.path]
                self.send_response(status)
                for name, value in server.headers.items():
                    self.send_header(name, value())
                self.end_headers()
                self.wfile.write(document if isinstance(document, bytes) else json.dumps(document).encode())

            def do_POST(self) -> None:
                self.do_GET()

            def do_PATCH(self) -> None:
                self.do_GET()

            def do_PUT(self) -> None:
                self.do_GET()

            def do_DELETE(self) -> None:
                self.do_GET()

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    """A running instance, as the environment names it."""
    server = Server()
    monkeypatch.setenv("FRIGATE_EXT_URL", server.url)
    yield server
    server.close()


@dataclass(frozen=True)
class Ended:
    exit_code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run(monkeypatch, capsys) -> Callable[..., Ended]:
    """Run a command in this process, exactly as the installed one begins."""

    def run(*arguments: str, sent: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["frigate-ext", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(sent))
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int | None)
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def command() -> Callable[..., Ended]:
    """Run the installed command as a process of its own, with `env` added to the environment."""
    program = Path(sys.executable).with_name("frigate-ext")

    def command(*arguments: str, **env: str) -> Ended:
        ended = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | env,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return command


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def job() -> dict[str, object]:
    return dict(JOB)
