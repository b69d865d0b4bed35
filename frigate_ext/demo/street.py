"""The demo's surroundings: an RTSP server that plays a clip for ever, and an MQTT broker."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from frigate_ext.errors import FrigateExtError

_LISTENING_PORTS = range(15000, 32000)
_START_TIMEOUT = 20.0
_STOP_TIMEOUT = 6.0


class StreetError(FrigateExtError):
    """A part of the demo's surroundings did not start."""


class Street:
    """Both servers on free loopback ports, as child processes; leaving the context ends them."""

    def __init__(self, clip: Path) -> None:
        self._clip = clip
        self._processes = ExitStack()
        self.rtsp_port, self.mqtt_port = free_port(), free_port()

    @property
    def stream_url(self) -> str:
        return f"rtsp://127.0.0.1:{self.rtsp_port}/{self._clip.name}?play_count=0"

    def __enter__(self) -> Self:
        rtsp = [str(Path(sys.executable).with_name("rtsp-server")), "--dir", str(self._clip.parent)]
        rtsp += ["--host", "127.0.0.1", "--port", str(self.rtsp_port), "-cp", str(free_port())]
        try:
            self._start("the RTSP server", rtsp, self.rtsp_port)
            broker = [sys.executable, "-m", "frigate_ext.demo.broker", str(self.mqtt_port)]
            self._start("the MQTT broker", broker, self.mqtt_port)
        except StreetError:
            self._processes.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._processes.close()

    def _start(self, what: str, command: list[str], port: int) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own command lines
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.callback(stop_process, process)
        deadline = time.monotonic() + _START_TIMEOUT
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise StreetError(f"{what} did not start: {' '.join(command[:3])} ...")
            time.sleep(0.1)


def free_port() -> int:
    """A loopback TCP port nobody listens on just now.

    Not one of those that the system gives to outgoing connections: it might, before we listen.
    """
    for port in random.sample(_LISTENING_PORTS, 100):
        if _can_listen(port):
            return port
    raise StreetError("no free port was found")


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def stop_process(process: subprocess.Popen[bytes]) -> int:
    """Ask a child to end, insist after a while; returns its exit code."""
    process.terminate()
    try:
        return process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
