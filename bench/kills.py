"""`kill_*`: a whole life of watch jobs, killed at random instants; the very test that CI runs with fewer."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.record import Record, Target, count

_ROOT = Path(__file__).parents[1]
_LIVES = 2
"""Data folders, each with a program of its own, that are killed side by side."""


def run(*, quick: bool) -> list[Record]:
    kills = 20 if quick else 200
    with ThreadPoolExecutor(_LIVES) as side_by_side:
        tolls = list(side_by_side.map(_toll, [kills // _LIVES] * _LIVES))
    looks, alerts, again = (sum(toll[what] for toll in tolls) for what in ("looks", "alerts", "asked_again"))
    versus = f"{kills} kills, {looks} looks, {alerts} alerts; {again} looks were cut short and asked again"
    lost, twice = (sum(len(toll[what]) for toll in tolls) for what in ("lost", "twice"))
    none = Target(0, at_most=True)
    return [
        count("kill_lost", lost, "things", f"jobs, questions, alerts and deliveries; {versus}", none),
        count("kill_twice", twice, "things", f"decided, alerted or told of nothing; {versus}", none),
    ]


def _toll(kills: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        seed = str(random.randrange(10**6))
        command = [sys.executable, "-m", "tests.jobs.killing", folder, str(kills), seed]
        said = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE)
        toll: dict[str, Any] = json.loads(said.stdout)
        return toll
