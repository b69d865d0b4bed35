"""Everything that is kept in the data folder."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Self

from frigate_ext.errors import StoreError
from frigate_ext.runtime.health import PartHealth
from frigate_ext.store.activity import Activity
from frigate_ext.store.alerts import Alerts
from frigate_ext.store.database import Database
from frigate_ext.store.deliveries import Deliveries
from frigate_ext.store.events import Events
from frigate_ext.store.expendable import Expendable
from frigate_ext.store.findings import Findings
from frigate_ext.store.identity import DATABASE_NAME, refuse_foreign
from frigate_ext.store.jobs import Jobs
from frigate_ext.store.keys import Keys
from frigate_ext.store.looks import Looks
from frigate_ext.store.payments import Payments
from frigate_ext.store.pictures import Evidence, Snapshots
from frigate_ext.store.sessions import Sessions
from frigate_ext.store.subscriptions import Subscriptions
from frigate_ext.store.users import Users

logger = logging.getLogger(__name__)


class Store:
    """Repositories over one database and its picture folders; safe for use from any thread.

    Every method may raise StoreError. Writes are on disk when they return.
    """

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        evidence, snapshots = Evidence(data_dir / "evidence"), Snapshots(data_dir / "snapshots")
        self.jobs = Jobs(database, evidence)
        self.looks = Looks(database)
        self.payments = Payments(database)
        self.findings = Findings(database)
        self.alerts = Alerts(database, evidence)
        self.deliveries = Deliveries(database)
        self.events = Events(database, snapshots)
        self.activity = Activity(database)
        self.users = Users(database)
        self.sessions = Sessions(database)
        self.keys = Keys(database)
        self.subscriptions = Subscriptions(database)
        self.expendable = Expendable(database, evidence, snapshots)
        self._folders = (evidence, snapshots)

    @classmethod
    def open(cls, data_dir: Path) -> Self:
        """Open or create the store of a data folder, migrate it, and clean up after a crash.

        Raises ForeignDatabaseError when the folder holds a database that is not ours, StoreError when it
        can't be used. One process at a time: hold the InstanceLock.
        """
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            refuse_foreign(data_dir)
        except OSError as error:
            raise StoreError(
                f"the data folder {data_dir} can't be used: {error.strerror or error}"
            ) from error
        store = cls(Database(data_dir / DATABASE_NAME), data_dir)
        if orphans := store.alerts.remove_orphans():
            logger.info("removed the evidence of %d alerts that were never committed", orphans)
        return store

    def size(self) -> int:
        """Bytes in use: rows, evidence and snapshots, without what is free inside the database."""
        return self._database.size() + sum(folder.size() for folder in self._folders)

    def health(self) -> PartHealth:
        """How the last use of the database went."""
        return self._database.health()

    def close(self) -> None:
        """Idempotent; using the store afterwards is a StoreError."""
        self._database.close()
