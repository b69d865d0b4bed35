"""What outlives the process: jobs, looks, alerts with evidence, deliveries, events; in SQLite and files."""

from frigate_ext.store.deliveries import Delivery
from frigate_ext.store.looks import Unanswered
from frigate_ext.store.paging import Page
from frigate_ext.store.store import Store

__all__ = ["Delivery", "Page", "Store", "Unanswered"]
