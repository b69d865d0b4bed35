"""The program as a user runs it: `python -m frigate_ext run`, seen from outside only."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
import yaml

from frigate_ext.demo.street import free_port
from tests.e2e.waiting import until

HEALTHY_WITHIN = 30.0
STOPPED_WITHIN = 5.0


@dataclass(frozen=True)
class Ended:
    exit_code: int
    seconds: float
    """From the signal to the end."""


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that merely waits for its adoptive parent to take note does not."""
    return [process for process in processes if _runs(process)]


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Product:
    """One data folder and its configuration; may be started again after it has ended."""

    def __init__(self, folder: Path, configure: Callable[[Path, int], dict[str, Any]]) -> None:
        """`configure(data_dir, web_port)` makes the configuration."""
        self.folder = folder
        self.data_dir = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "config.yml"
        self.log_file = folder / "log.txt"
        self.key: str | None = None
        self.configure(configure(self.data_dir, self.port))
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, document: dict[str, Any]) -> None:
        self.config.write_text(yaml.safe_dump(document, sort_keys=False))

    def start(self, **env: str) -> None:
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=os.environ | env,
            )

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "frigate_ext", "run", "--config", str(self.config)]

    @property
    def log(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    @property
    def password(self) -> str:
        """What the first admin signs in with, once it has been printed."""
        found = re.search(r"with the password (\S+)", self.log)
        assert found, self.log
        return found[1]

    @property
    def process(self) -> psutil.Process:
        assert self._process is not None
        return psutil.Process(self._process.pid)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def state(self) -> str:
        """For people."""
        code = self._process.poll() if self._process else None
        return "running" if self.is_running else "not started" if code is None else f"ended with {code}"

    @property
    def detection_pid(self) -> int | None:
        return self.get("/api/stats")["detectors"]["detection"]["pid"]

    def wait_until_healthy(self, seconds: float = HEALTHY_WITHIN) -> float:
        """Seconds until health said 200 for the first time."""
        begun = time.monotonic()
        until(self._is_healthy, seconds, "health says 200")
        return time.monotonic() - begun

    def wait_for_camera(self, camera: str, state: str = "ok", seconds: float = 20.0) -> None:
        def reached() -> bool:
            part = self.health()["parts"].get(f"camera {camera}")
            return bool(part) and part["state"] == state

        until(reached, seconds, f"camera {camera} is {state}")

    def health(self) -> Any:
        return self.request("GET", "/api/health").json()

    def family(self) -> list[psutil.Process]:
        """The main process and all its descendants."""
        return [self.process, *self.process.children(recursive=True)]

    def terminate(self) -> Ended:
        """SIGTERM, and how it ended; killed, and so with a negative exit code, when that takes too long."""
        return self._end(signal.SIGTERM)

    def kill(self) -> Ended:
        return self._end(signal.SIGKILL)

    def wait(self, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(seconds)

    def _end(self, number: signal.Signals) -> Ended:
        assert self._process is not None
        begun = time.monotonic()
        self._process.send_signal(number)
        try:
            self._process.wait(2 * STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return Ended(self._process.returncode, time.monotonic() - begun)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return requests.request(method, f"{self.url}{path}", headers=headers, timeout=10, **options)

    def get(self, path: str) -> Any:
        return self._json("GET", path)

    def post(self, path: str, document: Any = None) -> Any:
        return self._json("POST", path, json=document)

    def watch(self, condition: str, camera: str = "stage", **more: Any) -> Any:
        """Start a watch job."""
        return self.post("/api/jobs", {"camera": camera, "condition": condition, **more})

    def job(self, job_id: str) -> Any:
        return self.get(f"/api/jobs/{job_id}")

    def looks(self, job_id: str) -> list[Any]:
        """Oldest first."""
        return self.get(f"/api/jobs/{job_id}/looks")["items"][::-1]

    def alerts(self, job_id: str) -> list[Any]:
        """Oldest first."""
        return self.get(f"/api/alerts?job_id={job_id}")["items"][::-1]

    def wait_for_job(self, job_id: str, seconds: float = 20.0, **fields: Any) -> Any:
        """The job, as soon as it has these values."""

        def reached() -> Any:
            job = self.job(job_id)
            return job if all(job[name] == value for name, value in fields.items()) else None

        return until(reached, seconds, f"job {job_id} has {fields}")

    def _json(self, method: str, path: str, **options: Any) -> Any:
        response = self.request(method, path, **options)
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def _is_healthy(self) -> bool:
        assert self.is_running, f"it has ended:\n{self.log[-3000:]}"
        try:
            return self.request("GET", "/api/health").status_code == requests.codes.ok
        except requests.ConnectionError:
            return False
