"""The demo: the production program between a real stream and a real broker, and what came of it."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import requests

from frigate_ext.demo.clip import fetch_clip
from frigate_ext.demo.settings import demo_config
from frigate_ext.demo.street import Street, StreetError, free_port, stop_process
from frigate_ext.demo.witness import Received, Witness

_READY_TIMEOUT = 240.0
"""Seconds until the first decoded frame; a first start exports the model."""
_LAST_ALERTS_TIMEOUT = 5.0
_WATCHES: tuple[dict[str, Any], ...] = (
    {
        "name": "Somebody walks by",
        "camera": "street",
        "condition": "tell me when a person is on the sidewalk",
        "labels": ["person"],
        "mode": "standing",
        "cooldown": 5,
        "limits": {"alerts_per_hour": 600, "looks_per_hour": 3600},
    },
    {"name": "A bicycle", "camera": "street", "condition": "a bicycle is in view", "labels": ["bicycle"]},
)


def run_demo(duration: float | None) -> bool:
    """Run for `duration` seconds from the first decoded frame, or until Ctrl-C; True when all went well.

    The last line it prints, when everything has stopped, is one JSON object with what was counted. SIGTERM
    ends it like Ctrl-C, which must also work where a shell has started us with SIGINT ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with Street(fetch_clip()) as street, tempfile.TemporaryDirectory(prefix="frigate_ext-demo-") as folder:
        witness = Witness(street.mqtt_port, "frigate_ext")
        if not witness.start():
            raise StreetError("the MQTT broker does not answer")
        try:
            with _product(street, Path(folder)) as product:
                _watch(product, witness, duration)
                alerts = _last_alerts(product, witness)
                counted = product.get("/api/stats")["frigate_ext"]
        finally:
            witness.stop()
        errors = counted["errors"] + product.errors + (product.exit_code != 0)
    received = witness.received()
    _print_result(counted, alerts, received, errors)
    return bool(alerts) and alerts <= {r.alert_id for r in received} and not errors


def _watch(product: _Product, witness: Witness, duration: float | None) -> None:
    product.wait_for_frames()
    end = math.inf if duration is None else time.monotonic() + duration
    _say(f"Watching a street at {product.url} - open it in a browser.")
    for watch in _WATCHES:
        job = product.post("/api/jobs", watch)
        _say(f"Started watch job {job['id']}: {job['condition']}")
    told = 0
    try:
        while time.monotonic() < end and product.exit_code is None:
            time.sleep(0.2)
            for received in witness.received()[told:]:
                told += 1
                _tell(received)
    except KeyboardInterrupt:
        _say("")


def _last_alerts(product: _Product, witness: Witness) -> set[str]:
    """Stop the watches and let what they have committed arrive; the ids of all alerts."""
    for job in product.get("/api/jobs?state=running")["items"]:
        product.post(f"/api/jobs/{job['id']}/stop", None)
    alerts = product.alert_ids()
    witness.wait_for(alerts, _LAST_ALERTS_TIMEOUT)
    return alerts


def _print_result(counted: dict[str, int], alerts: set[str], received: list[Received], errors: int) -> None:
    result = {
        "frames": counted["frames"],
        "tracked_objects": counted["tracked_objects"],
        "looks": counted["looks"],
        "alerts": len(alerts),
        "mqtt_received": len(received),
        "errors": errors,
        "alert_latency_ms": latency_ms([r.latency for r in received if r.latency is not None]),
    }
    _say(json.dumps(result))


def latency_ms(seconds: list[float]) -> dict[str, float | None]:
    """Median and 95th percentile in milliseconds; None where nothing was measured."""
    if not seconds:
        return {"p50": None, "p95": None}
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else seconds * 99
    return {"p50": round(cuts[49] * 1000, 1), "p95": round(cuts[94] * 1000, 1)}


def _tell(received: Received) -> None:
    alert = received.document
    judged = f", judged by {alert['judged_by']}" if alert["judged_by"] else ""
    _say(f"Alert over MQTT: {alert['message']}{judged}: {' '.join(alert['evidence'])}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the demo speaks to a terminal


class _Product:
    """`frigate-ext run` as a user starts it, talked to over HTTP; `errors` counts requests that failed."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self.url = url
        self.errors = 0

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait_for_frames(self) -> None:
        """Blocks until the first frame has been decoded. Raises StreetError."""
        deadline = time.monotonic() + _READY_TIMEOUT
        while not self._frames():
            if self._process.poll() is not None:
                raise StreetError("frigate-ext ended before its first frame; its log says why")
            if time.monotonic() > deadline:
                raise StreetError(f"no frame was decoded within {_READY_TIMEOUT:.0f} s")
            time.sleep(0.2)

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def post(self, path: str, body: Any) -> Any:
        return self._call("POST", path, body)

    def alert_ids(self) -> set[str]:
        """Every alert there is, page by page."""
        page = self.get("/api/alerts?limit=1000")
        alerts = {alert["id"] for alert in page["items"]}
        while page["next"]:
            page = self.get(f"/api/alerts?limit=1000&cursor={page['next']}")
            alerts |= {alert["id"] for alert in page["items"]}
        return alerts

    def _frames(self) -> int:
        try:
            return int(requests.get(f"{self.url}/api/stats", timeout=5).json()["frigate_ext"]["frames"])
        except requests.RequestException:
            return 0

    def _call(self, method: str, path: str, body: Any) -> Any:
        try:
            response = requests.request(method, f"{self.url}{path}", json=body, timeout=10)
        except requests.RequestException as exc:
            raise StreetError(f"{method} {path}: frigate-ext does not answer; its log says why") from exc
        if not response.ok:
            self.errors += 1
            raise StreetError(f"{method} {path} failed: {response.text[:300]}")
        return response.json()


@contextmanager
def _product(street: Street, folder: Path) -> Iterator[_Product]:
    """Start the product on a fresh data folder; stop it afterwards."""
    port = free_port()
    config = folder / "config.yml"
    config.write_text(
        demo_config(
            stream_url=street.stream_url,
            mqtt_port=street.mqtt_port,
            web_port=port,
            data_dir=folder / "data",
            env=os.environ,
        )
    )
    command = [sys.executable, "-m", "frigate_ext", "run", "--config", str(config)]
    # A group of its own, so that Ctrl-C reaches the demo first, which then stops the product in order.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - ours
    try:
        yield _Product(process, f"http://127.0.0.1:{port}")
    finally:
        stop_process(process)
