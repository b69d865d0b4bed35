"""What people see on a terminal: tables, JSON, times and progress."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

output = Console()
errors = Console(stderr=True)


def print_json(document: Any) -> None:
    """One JSON document on standard output, unstyled, for programs."""
    output.print(json.dumps(document, ensure_ascii=False), markup=False, highlight=False, soft_wrap=True)


def print_table(columns: list[str], rows: list[list[Any]]) -> None:
    """A table of plain texts: what a user, a model or a camera wrote is never taken for markup."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(_words(cell)) for cell in row))
    output.print(table)


def _words(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return ", ".join(cell) if isinstance(cell, list) else "" if cell is None else str(cell)


def local_time(epoch: float | None) -> str:
    """A time as the clock on the wall here shows it."""
    return datetime.fromtimestamp(epoch).astimezone().strftime("%d %b %H:%M:%S") if epoch else ""


@contextmanager
def download_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar for `(bytes so far, bytes in all or None)`; on standard error, so pipes stay clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task(what, total=None, visible=False)  # until there is something to fetch
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=True)


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A moving bar and the time that has passed, while something takes it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors) as progress:
        progress.add_task(what, total=None)
        yield
