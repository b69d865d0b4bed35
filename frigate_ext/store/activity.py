"""Looks and alerts counted over time: how much is asked of whom, and what it costs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peewee import fn

from frigate_ext.domain.look import LookState
from frigate_ext.store.database import Database
from frigate_ext.store.rows import read_rows
from frigate_ext.store.tables import AlertTable, LookTable


@dataclass(frozen=True, slots=True)
class Spell:
    """What happened in one step: the `slot`-th since the epoch."""

    slot: int
    looks: int = 0
    failed: int = 0
    tokens: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """How a provider's model has served; latency of its answers in seconds, None where there were none."""

    provider: str
    model: str
    looks: int
    failed: int
    tokens: int
    latency: float | None
    slowest: float | None


class Activity:
    """Counted when asked; `cameras` of None means all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spells(self, since: float, step: int, cameras: Collection[str] | None) -> dict[int, Spell]:
        """By slot, those in which anything happened since a time (epoch s); steps are seconds."""
        slot = (LookTable.started_at / step).cast("INTEGER").alias("slot")
        looks = (
            LookTable.select(slot, *_counted())
            .where((LookTable.started_at >= since) & _of(LookTable.camera, cameras))
            .group_by(slot)
        )
        told = (AlertTable.time / step).cast("INTEGER").alias("slot")
        alerts = (
            AlertTable.select(told, fn.COUNT(AlertTable.seq).alias("alerts"))
            .where((AlertTable.time >= since) & _of(AlertTable.camera, cameras))
            .group_by(told)
        )
        found: dict[int, dict[str, Any]] = {}
        with self._database.reading() as db:
            for row in (*read_rows(db, looks), *read_rows(db, alerts)):
                found.setdefault(row["slot"], {}).update(row)
        return {slot: Spell(**values) for slot, values in found.items()}

    def services(self, since: float) -> tuple[Service, ...]:
        """By provider and model, since a time (epoch s); looks that came to no provider are left out."""
        answered = LookTable.state.in_([LookState.DONE.value, LookState.DOUBTED.value])
        query = (
            LookTable.select(
                LookTable.provider,
                fn.COALESCE(LookTable.model, "").alias("model"),
                *_counted(),
                fn.AVG(LookTable.latency).filter(answered).alias("latency"),
                fn.MAX(LookTable.latency).filter(answered).alias("slowest"),
            )
            .where((LookTable.started_at >= since) & LookTable.provider.is_null(is_null=False))
            .group_by(LookTable.provider, LookTable.model)
            .order_by(LookTable.provider, LookTable.model)
        )
        with self._database.reading() as db:
            return tuple(Service(**row) for row in read_rows(db, query))


def _counted() -> tuple[Any, ...]:
    failed = fn.SUM((LookTable.state == LookState.FAILED.value).cast("INTEGER"))
    return (
        fn.COUNT(LookTable.id).alias("looks"),
        failed.alias("failed"),
        fn.COALESCE(fn.SUM(LookTable.tokens), 0).alias("tokens"),
    )


def _of(column: Any, cameras: Collection[str] | None) -> Any:
    return column.is_null(is_null=False) if cameras is None else column.in_(list(cameras))
