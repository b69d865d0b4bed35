"""Records for people: a table on the terminal, the same one in Markdown."""

from __future__ import annotations

from rich.table import Table

from bench.record import Record

_HEADINGS = ("record", "value", "target", "holds", "compared with")
_STYLE = {True: "green", False: "bold red", None: ""}


def on_screen(records: list[Record]) -> Table:
    table = Table(*_HEADINGS)
    for record in records:
        table.add_row(*cells(record), style=_STYLE[record.holds])
    return table


def in_markdown(records: list[Record]) -> str:
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *(cells(record) for record in records)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cells(record: Record) -> tuple[str, ...]:
    """As `_HEADINGS` says."""
    value = f"{record.value:g} {record.unit}"
    return record.name, value, record.target or "", _holds(record), record.compared_with


def _holds(record: Record) -> str:
    if record.target is None:
        return ""
    return {True: "yes", False: "NO", None: "too noisy to say"}[record.holds]
