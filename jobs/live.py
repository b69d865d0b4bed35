"""A watch job that runs: its record, its policy, and the lock that guards both."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from typing import Any

from frigate_ext.domain.look import Alert
from frigate_ext.domain.verdict import Verdict
from frigate_ext.domain.watch import Job
from frigate_ext.runtime.clock import Deadline
from jobs.absence import Absence
from jobs.backlog import Backlog
from jobs.intent import Intent
from jobs.plan import Ask
from jobs.policy import Policy

REMEMBERED = 5
"""Verdicts."""


class LiveJob:
    """Hold `lock` for everything below; nobody holds it while asking a judge."""

    def __init__(self, job: Job, policy: Policy) -> None:
        self.lock = threading.RLock()
        self.job = job
        self.policy = policy
        self.backlog = Backlog()
        """Needs no lock."""
        self._asking: tuple[Ask, Deadline] | None = None
        self.unanswered: Intent | None = None
        """What an earlier run of the program asked and got no answer to."""
        self.covers = False
        """Writing may have mattered: looks show it covered at once, as long as there is any."""
        self.absence = Absence()
        self.verdicts = deque[Verdict](maxlen=REMEMBERED)
        """What the last looks have said, oldest first."""
        self.told: Alert | None = None
        """What people were told unverified, until a verdict verifies or withdraws it."""

    def ask(self, ask: Ask, deadline: Deadline) -> Deadline:
        """A judge is asked now, and no longer than the answer matters."""
        self._asking = (ask, deadline)
        self.let_go()
        return deadline

    def let_go(self) -> None:
        """Call off the look under way where its answer matters no more."""
        if self._asking is not None and not self.awaits(self._asking[0]):
            self._asking[1].call_off()
            self._asking = self.unanswered = None

    def awaits(self, ask: Ask) -> bool:
        """Whether a look's answer still matters to the job."""
        return not self.job.state.final and self.policy.awaits(ask)

    def change(self, **fields: Any) -> bool:
        """Replace fields of the record; True when anything is different now."""
        if all(getattr(self.job, name) == value for name, value in fields.items()):
            return False
        self.job = replace(self.job, **fields)
        return True
