"""`frigate-ext judges`: what the models of a running instance can do, and how they are."""

from __future__ import annotations

from typing import Any

import typer

from frigate_ext.cli.options import HERE, AsJson, Url, connect
from frigate_ext.cli.screen import local_time, output, print_json, print_table

_LEARNED = {"tried": "tried out", "told": "told by its server", "answers": "shown by its answers", None: ""}


def install(app: typer.Typer) -> None:
    """Add the command, which stands at the top level."""
    app.command()(judges)


def judges(url: Url = HERE, json: AsJson = False) -> None:
    """Show who judges for a running instance, and what each model can do."""
    listed = connect(url).call("GET", "/api/system")["judges"]
    if json:
        print_json(listed)
        return
    print_table(["name", "state", "detail"], [[one["name"], one["state"], one["detail"]] for one in listed])
    rows = [_row(one["name"], fact) for one in listed for fact in one["abilities"]]
    if rows:
        output.print()
        print_table(["name", "ability", "answer", "value", "known", "since"], rows)


def _row(name: str, fact: dict[str, Any]) -> list[Any]:
    answer = fact["answer"] if fact["learned"] else "not known yet"
    known, since = _LEARNED.get(fact["learned"], fact["learned"]), local_time(fact["at"])
    return [name, fact["name"], answer, fact["value"], known, since]
