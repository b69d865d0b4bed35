"""What models were found to do, for those whose answers cost money."""

from __future__ import annotations

from frigate_ext.store.database import Database
from frigate_ext.store.rows import read_row
from frigate_ext.store.tables import FindingTable


class Findings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> tuple[str, float] | None:
        """What was found, as JSON, and when (epoch s)."""
        with self._database.reading() as db:
            row = read_row(db, FindingTable.select().where(FindingTable.key == key))
        return (row["found"], row["at"]) if row else None

    def put(self, key: str, found: str, at: float) -> None:
        """In place of what was found before."""
        with self._database.writing() as db:
            row = {"key": key, "found": found, "at": at}
            FindingTable.insert(row).on_conflict_replace().execute(db)
