"""Which alerts are about a label or a zone; what they rest on stands in other tables, as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection

from peewee import SQL

_SHOWS = """EXISTS (SELECT 1 FROM look, json_each(look.objects) AS seen WHERE look.id = t1.look_id
    AND json_extract(seen.value, '$.label') IN (SELECT value FROM json_each(?)))"""
_WATCHES = """+t1.job_id IN (SELECT job.id FROM job, json_each(job.watch, '$.zones') AS zone
    WHERE zone.value IN (SELECT value FROM json_each(?)))"""
"""Jobs are found once for all alerts; the plus has these read in their order, not job by job."""


def shows(labels: Collection[str]) -> SQL:
    """Whether any such object was in the frame that was judged; for a query of alerts alone."""
    return SQL(_SHOWS, (json.dumps(list(labels)),))


def watches(zones: Collection[str]) -> SQL:
    """Whether its job watches any of these zones; for a query of alerts alone."""
    return SQL(_WATCHES, (json.dumps(list(zones)),))
