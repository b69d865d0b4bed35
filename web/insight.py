"""How the program does over time, for its page: loads, looks, cost, providers, the end of the log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field

from frigate_ext.domain.document import Document
from frigate_ext.runtime.log_tail import MAX_LINES
from frigate_ext.stats.loads import Past, slots
from frigate_ext.store.activity import Spell
from web.context import asked_cameras, services
from web.declare import Group
from web.documents.base import Listed
from web.documents.system import HistoryDocument, LogDocument, SystemDocument
from web.permissions import ADMIN, SCOPED
from web.query import Query

routes = Group("insight", "/api", tag="system")

_COUNTED = ("looks", "failed", "tokens", "alerts")


class HistoryQuery(Query):
    span: Past = Field(Past.HOUR, description="How far back.")


class LogQuery(Query):
    after: int = Field(0, ge=0, le=2**53, description="The id of the last line that is known.")
    limit: int = Field(200, ge=1, le=MAX_LINES, description="How many at most; the newest.")


@routes.route("GET", "/history", access=SCOPED, query=HistoryQuery, reply=HistoryDocument)
def history(query: HistoryQuery) -> Document:
    """Return loads, looks, tokens and alerts over time, of the cameras that the asker may see.

    Loads are means of each step, and known since the program's start. A step in which nothing was measured is
    null. `cpu` is percent of one core, `memory` bytes.
    """
    insight = services().insight
    now, past = insight.now(), query.span
    steps = slots(past, now)
    spells = insight.activity.spells(steps.start * past.step, past.step, asked_cameras())
    empty = Spell(0)
    counts = {name: [getattr(spells.get(slot, empty), name) for slot in steps] for name in _COUNTED}
    loads = insight.loads(past, now)
    return {"start": steps.start * past.step, "step": past.step, "loads": loads, "counts": counts}


@routes.route("GET", "/system", access=ADMIN, query=HistoryQuery, reply=SystemDocument)
def system(query: HistoryQuery) -> Document:
    """Return how judges serve and what their models can do, what waits to be delivered, how much is kept."""
    insight = services().insight
    since = insight.now() - query.span.seconds
    served: dict[str, list[Any]] = {}
    for one in insight.activity.services(since):
        served.setdefault(one.provider, []).append(asdict(one))
    judges, facts = insight.judges(), insight.facts()
    return {
        "judges": [
            {
                "name": name,
                "state": part.state.value,
                "detail": part.detail,
                "abilities": [asdict(fact) for fact in facts.get(name, ())],
                "served": served.get(name, []),
            }
            for name, part in judges.items()
        ],
        "waiting": dict(insight.waiting()),
        "used_bytes": insight.used_bytes(),
    }


@routes.route("GET", "/logs", access=ADMIN, query=LogQuery, reply=Listed[LogDocument])
def logs(query: LogQuery) -> Document:
    """List the newest lines that the program has logged, oldest first, without secrets.

    Those of this machine's detection processes are among them; nodes elsewhere keep their own.
    """
    lines = services().insight.log(query.after, query.limit)
    return {"items": [asdict(line) for line in lines], "next": None}
