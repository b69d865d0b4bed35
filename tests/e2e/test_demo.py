"""The demo as `make demo` runs it."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("yolov8n_weights", "street_clip")]

COMMAND = Path(sys.executable).with_name("frigate-ext")
MARK = "FRIGATE_EXT_TEST_MARK"
"""An environment variable, by which its processes are known."""


def test_the_demo_counts_what_arrived_and_says_it_last(tmp_path):
    mark = uuid.uuid4().hex
    ended = subprocess.run(
        [COMMAND, "demo", "--duration", "12"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env=os.environ | {MARK: mark},
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    result = json.loads(ended.stdout.splitlines()[-1])
    keys = ["frames", "tracked_objects", "looks", "alerts", "mqtt_received", "errors", "alert_latency_ms"]
    assert list(result) == keys
    assert result["alerts"] == result["mqtt_received"] >= 1
    assert result["errors"] == 0
    assert result["frames"] >= 12 * 5 * 0.8
    assert result["tracked_objects"] >= 1
    assert result["looks"] >= result["alerts"]
    assert 0 < result["alert_latency_ms"]["p50"] <= result["alert_latency_ms"]["p95"] < 5000
    assert list(tmp_path.iterdir()) == []
    assert [process for process in psutil.process_iter() if is_marked(process, mark)] == []


def is_marked(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark
    except psutil.Error:
        return False
