"""`results.json`: written by a run, read by the report."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from bench.record import SCHEMA, Record

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Results:
    machine: dict[str, Any]
    records: list[Record]

    def write_over(self, path: Path) -> None:
        """Write; what an earlier run has measured and this one has not stays as it was."""
        names = {record.name for record in self.records}
        before = Results.read(path).records if path.exists() else []
        kept = [record for record in before if record.name not in names]
        Results(self.machine, [*self.records, *kept]).write(path)

    def write(self, path: Path) -> None:
        document = {
            "schema": SCHEMA,
            "machine": self.machine,
            "records": [asdict(record) for record in self.records],
        }
        path.write_text(json.dumps(document, indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises ValueError for a file of another schema."""
        document = json.loads(path.read_text())
        if document["schema"] != SCHEMA:
            raise ValueError(f"{path} has schema {document['schema']}, not {SCHEMA}: run `make bench` again")
        return cls(document["machine"], [Record(**record) for record in document["records"]])
