"""Numbers for people and their tools: Frigate's statistics, and metrics for Prometheus."""

from frigate_ext.stats.document import Totals, stats_document
from frigate_ext.stats.exposition import CONTENT_TYPE
from frigate_ext.stats.loads import Loads
from frigate_ext.stats.metrics import Figures, exposition
from frigate_ext.stats.tally import Tally

__all__ = [
    "CONTENT_TYPE",
    "Figures",
    "Loads",
    "Tally",
    "Totals",
    "exposition",
    "stats_document",
]
