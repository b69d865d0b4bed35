"""Pages of a million events and looks: by cursor, as the API reads them, and by OFFSET, as many do.

Both read the same page at the far end of the list. What every filter's newest page costs is told too.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection, connect
from statistics import median

from bench.record import Record, Target, timing
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.store import Store
from frigate_ext.store.database import Database
from frigate_ext.store.events import EventFilter
from frigate_ext.store.identity import DATABASE_NAME
from frigate_ext.store.timeline import Span

ROWS = 1_000_000
QUICK_ROWS = 100_000
PAGE = 100
REPETITIONS = 7
FIRST = 1_700_000_000.0
"""Epoch seconds of the first row; one a second follows."""
_CAMERAS = ("porch", "yard", "garden", "street")
_TARGET = Target(20)

_EVENTS = """INSERT INTO event (id, camera, label, start_time, end_time, top_score, zones)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT ?)
    SELECT 'e' || i, json_extract(?, '$[' || (i % 4) || ']'), iif(i % 1000 = 7, 'cat', 'person'), ? + i,
        ? + i + 9, 0.8, iif(i % 1000 = 9, '["steps"]', iif(i % 3 = 0, '["mat"]', '[]')) FROM n"""
_LOOKS = """INSERT INTO look (job_id, camera, reason, state, started_at, image_bytes, prompt, reply)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT ?)
    SELECT 'job', json_extract(?, '$[' || (i % 4) || ']'), 'trigger', iif(i % 1000 = 7, 'failed', 'done'),
        ? + i, 30000, 'Is it there?', 'No.' FROM n"""
_JOB = """INSERT INTO job (id, name, camera, origin, state, watch, created_at, looks, alerts, armed)
    VALUES ('job', 'w', 'porch', 'api', 'running', '{}', 0, 0, 0, 1)"""
_BY_OFFSET = {
    "events": "SELECT * FROM event ORDER BY start_time DESC, seq DESC LIMIT ? OFFSET ?",
    "looks": "SELECT * FROM look ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?",
}


def run(*, quick: bool) -> list[Record]:
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="bench-", dir=cache_dir()) as folder:
        path = Path(folder)
        Database(path / DATABASE_NAME).close()
        with closing(connect(path / DATABASE_NAME)) as db:
            _fill(db, rows)
            store = Store.open(path)
            with closing(store):
                return [*_records(store, db, rows)]


def _fill(db: Connection, rows: int) -> None:
    cameras = json.dumps(_CAMERAS)
    with db:
        db.execute(_JOB)
        db.execute(_EVENTS, (rows, cameras, FIRST, FIRST))
        db.execute(_LOOKS, (rows, cameras, FIRST))


def _records(store: Store, db: Connection, rows: int) -> list[Record]:
    oldest = Span(before=FIRST + PAGE + 0.5)
    event = store.events.list(EventFilter(span=oldest), 1).next
    look = store.looks.list(span=oldest, limit=1).next
    records = [
        _ratio("events", lambda: store.events.list(limit=PAGE, before=event), _offset(db, "events", rows)),
        _ratio("looks", lambda: store.looks.list(limit=PAGE, before=look), _offset(db, "looks", rows)),
    ]
    slowest = max(_milliseconds(read) for read in _newest(store, rows))
    return [*records, timing("list_newest_ms", slowest, "ms", f"the slowest of all filters, {rows:,} rows")]


def _newest(store: Store, rows: int) -> list[Callable[[], object]]:
    """The newest page by each filter, of rare things too, and of a day long ago."""
    filters = [
        EventFilter(),
        EventFilter(cameras=("porch",)),
        EventFilter(cameras=_CAMERAS, labels=("person", "cat")),
        EventFilter(labels=("cat",)),
        EventFilter(cameras=("yard",), labels=("cat",)),
        EventFilter(zones=("steps",)),
        EventFilter(zones=("mat", "steps")),
        EventFilter(cameras=("nowhere",)),
        EventFilter(span=Span(after=FIRST, before=FIRST + rows / 10)),
    ]
    return [
        *(lambda chosen=chosen: store.events.list(chosen, PAGE) for chosen in filters),
        lambda: store.looks.list(limit=PAGE),
        lambda: store.looks.list(cameras=("porch", "yard"), limit=PAGE),
        lambda: store.looks.list(states=("failed",), limit=PAGE),
        lambda: store.looks.list(job_id="job", span=Span(before=FIRST + rows / 10), limit=PAGE),
    ]


def _ratio(kind: str, by_cursor: Callable[[], object], by_offset: Callable[[], object]) -> Record:
    ratios = [_once(by_offset) / _once(by_cursor) for _ in range(REPETITIONS)]
    return timing(
        f"list_{kind}_speedup", median(ratios), "x", "the same page by OFFSET", _TARGET, repetitions=ratios
    )


def _offset(db: Connection, kind: str, rows: int) -> Callable[[], object]:
    """The bare rows, which flatters it: those of the other side have become events and looks."""
    return lambda: db.execute(_BY_OFFSET[kind], (PAGE, rows - PAGE)).fetchall()


def _milliseconds(read: Callable[[], object]) -> float:
    return median(_once(read) for _ in range(REPETITIONS)) * 1000


def _once(read: Callable[[], object]) -> float:
    began = time.perf_counter()
    read()
    return time.perf_counter() - began
