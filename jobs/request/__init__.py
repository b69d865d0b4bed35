"""From what a user wrote, over HTTP or in YAML, to a watch that can work.

Everything that can never match is refused here, with what would: a job that waits for ever says nothing.
"""

from jobs.request.watch import CHANGEABLE, FIELDS, build_watch, change_watch

__all__ = ["CHANGEABLE", "FIELDS", "build_watch", "change_watch"]
