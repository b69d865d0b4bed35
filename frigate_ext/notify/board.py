"""What the topics of jobs ought to say, and what of it has not been said yet. Pure; its owner locks it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from frigate_ext.domain.watch import Job
from frigate_ext.notify.messages import Message, Messages

MAX_JOBS = 1024
MAX_IMAGES = 256
MAX_CHANGES = 1024
_STRIKES = 2


@dataclass(slots=True)
class _Entry:
    """`said` is None until something was said on this connection."""

    job: Job | None = None
    image: bytes | None = None
    said_state: str | None = None
    said_image: bytes | None = None
    strikes: int = 0
    """Connections in a row that ended before the broker confirmed the image."""


class Board:
    """The newest state and image of every job that is known, and the changes nobody has heard of.

    Bounded: the jobs that have rested longest are forgotten first, ended ones before others. What is
    forgotten stays with the broker as it was.
    """

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._entries: dict[str, _Entry] = {}
        self._deleted: dict[str, None] = {}
        self._changes: deque[Job] = deque()
        self._unsaid: dict[str, None] = {}

    def job_changed(self, job: Job, *, heard: bool) -> None:
        """`heard` says that somebody listens; otherwise only the newest change of each job is kept.

        News of a deleted job come too late.
        """
        if job.id in self._deleted:
            return
        if not heard or len(self._changes) >= MAX_CHANGES:
            self._changes = deque(change for change in self._changes if change.id != job.id)
        if len(self._changes) >= MAX_CHANGES:
            self._changes.popleft()
        self._changes.append(job)
        self.job_known(job)

    def job_known(self, job: Job) -> None:
        """Not a change: only its retained topics ought to be right."""
        if job.id in self._deleted:
            return
        entry = self._entries.pop(job.id, _Entry())
        entry.job = job
        self._put(job.id, entry)

    def image_changed(self, job_id: str, jpeg: bytes) -> None:
        """The picture of a deleted job is not put up again."""
        if job_id in self._deleted:
            return
        entry = self._entries.pop(job_id, _Entry())
        entry.image, entry.strikes = jpeg, 0
        self._put(job_id, entry)
        pictured = [known for known in self._entries.values() if known.image]
        if len(pictured) > MAX_IMAGES:
            pictured[0].image = None

    def deleted(self, job_id: str) -> None:
        self._entries.pop(job_id, None)
        self._changes = deque(change for change in self._changes if change.id != job_id)
        self._deleted[job_id] = None
        self._unsaid[job_id] = None
        if len(self._deleted) > MAX_JOBS:
            del self._deleted[next(iter(self._deleted))]

    def start_over(self) -> None:
        """A new connection: its broker may know nothing, or something old."""
        for entry in self._entries.values():
            entry.said_state = entry.said_image = None
        self._unsaid = dict.fromkeys([*self._deleted, *self._entries])

    def next_messages(self) -> list[Message]:
        """What to say next; empty when everything has been said. Counts as said from now on."""
        if self._changes:
            return [self._messages.job_state(self._changes.popleft())]
        while self._unsaid:
            job_id = next(iter(self._unsaid))
            del self._unsaid[job_id]
            if messages := self._retained(job_id):
                return messages
        return []

    def image_confirmed(self, job_id: str) -> None:
        if entry := self._entries.get(job_id):
            entry.strikes = 0

    def image_lost(self, job_id: str) -> bool:
        """The connection ended before the broker confirmed an image.

        True when that happened so often that the image must be the reason: it is not shown again.
        """
        entry = self._entries.get(job_id)
        if entry is None or entry.image is None:
            return False
        entry.strikes += 1
        if entry.strikes < _STRIKES:
            return False
        entry.image = None
        return True

    def _retained(self, job_id: str) -> list[Message]:
        entry = self._entries.get(job_id)
        if entry is None:
            return [self._messages.watch_state(job_id, ""), self._messages.watch_image(job_id, b"")]
        messages = []
        if entry.job and entry.said_state != entry.job.state.value:
            entry.said_state = entry.job.state.value
            messages.append(self._messages.watch_state(job_id, entry.said_state))
        if entry.image and entry.said_image is not entry.image:
            entry.said_image = entry.image
            messages.append(self._messages.watch_image(job_id, entry.image))
        return messages

    def _put(self, job_id: str, entry: _Entry) -> None:
        self._entries[job_id] = entry
        self._unsaid[job_id] = None
        if len(self._entries) > MAX_JOBS:
            self._forget_one()

    def _forget_one(self) -> None:
        ended = (job_id for job_id, entry in self._entries.items() if entry.job and entry.job.state.final)
        forgotten = next(ended, next(iter(self._entries)))
        del self._entries[forgotten]
        self._unsaid.pop(forgotten, None)
