"""`python -m bench`: measure, print a table, write `bench/results.json`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from rich.console import Console

from bench import growth, machine, table
from bench.record import Record
from bench.results import RESULTS, Results

BENCHMARKS = {
    "look_overhead": (
        "look_overhead_ms_p50",
        "look_overhead_ms_p95",
        "look_overhead_burst_ms_p50",
        "look_overhead_burst_ms_p95",
    ),
    "load": (
        *(
            f"load_{jobs}_{what}"
            for jobs in (100, 256)
            for what in (
                "on_time",
                "overhead_ms_p50",
                "overhead_ms_p95",
                "cpu_ms",
                "memory_mb",
                "threads",
                "backwards",
            )
        ),
        "load_reaction_ratio",
        "overload_longest_wait",
        "overload_fairness",
        "overload_trigger_first",
    ),
    "kills": ("kill_lost", "kill_twice"),
    "bus_load": ("bus_lost", "bus_decodes_per_message"),
    "many_jobs": ("job_threads", "job_memory_mb", "bus_thread_us"),
    "long_lists": ("list_events_speedup", "list_looks_speedup", "list_newest_ms"),
    "encode_once": ("encode_per_frame",),
    "live_load": ("live_core_share", "live_api_ms_p50", "live_api_ms_p99", "mjpeg_encodes_per_frame"),
    "look_cost": ("look_cost_image", "look_cost_tile", "look_cost_four"),
    "day": (
        "day_fewer_looks",
        "day_parked_car",
        "day_missed",
        "day_decision_delay_p95",
        *(f"day_looks_{scene}" for scene in ("parked", "street", "porch", "gate", "rain", "dusk", "night")),
    ),
    "frame_prep": ("frame_prep_speedup", "frame_prep_psnr_db"),
    "tracker": ("tracker_speedup_50",),
    "regions_recall": (
        "regions_recall_whole640",
        "regions_recall_whole320",
        "regions_recall_320",
        "regions_cpu_320",
        "regions_recall_256",
        "regions_cpu_256",
        "regions_lost",
    ),
    "trackers": ("tracker_idf1_script", "tracker_hota_script", "tracker_idf1_cctv", "tracker_hota_cctv"),
    "capacity": (
        "capacity_active",
        "capacity_active_ratio",
        "capacity_crowded",
        "capacity_crowded_ratio",
        "capacity_idle",
        "capacity_idle_ratio",
        "capacity_rtsp",
        "capacity_cpu_to_floor",
        *(f"capacity_cpu_{content}" for content in ("many", "40_idle", "rtsp")),
        "capacity_latency_ms_p50",
        "capacity_latency_ms_p95",
        "capacity_age_ms_p50",
        "capacity_age_ms_p95",
        "capacity_memory_mb",
        *growth.names(),
    ),
    "detector": ("detector_speedup_320", "detector_speedup_640", "detector_agreement"),
}
"""Each module and what it records. The detector comes last: torch brings threads that outlive it."""


def main() -> None:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that children are stopped on the way out
    console = Console()
    found = machine.describe()
    records: list[Record] = []
    for module, names in BENCHMARKS.items():
        if wanted := asked.only & set(names):
            console.print(f"measuring {', '.join(sorted(wanted))} ...", style="dim")
            run: Callable[..., list[Record]] = import_module(f"bench.{module}").run
            records += [record for record in run(quick=asked.quick) if record.name in wanted]
    console.print(table.on_screen(records))
    Results(found, records).write_over(asked.output)
    console.print(f"written to {asked.output}", style="dim")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    everything = {name for names in BENCHMARKS.values() for name in names}
    parser.add_argument(
        "--only", type=_names, default=everything, metavar="RECORD,...", help=", ".join(sorted(everything))
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: a first impression")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE")
    asked = parser.parse_args()
    if unknown := asked.only - everything:
        parser.error(f"no such record: {', '.join(sorted(unknown))}")
    return asked


def _names(text: str) -> set[str]:
    return set(text.split(","))


if __name__ == "__main__":
    main()
