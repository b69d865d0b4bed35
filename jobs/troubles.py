"""When people are told that watches can't work: once for a camera or a model, not once for each watch. Pure.

Which watches are concerned is seen at each of them, by its phase.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.domain.watch import Job

GRACE = 30.0
"""Seconds that a watch may be blind or without a judge before people are told."""
_QUIET = 600.0
"""People are told of one cause this often at most."""
_COVERED = 3600.0
"""Watches that fall into a trouble that was told so recently are not worth another word."""
_SPELL = 3600.0
"""A budget comes back look by look: only when it has had room for so long, people are told again."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Cause:
    """Why watches can't work as they should.

    `subject` is the camera that is away (BLIND), the judge (MODEL_DOWN), or who has nothing left to spend
    (BUDGET_SPENT): the judge, or a job by its id.
    """

    kind: AlertKind
    subject: str


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell; `jobs` are the ids of those concerned, never empty."""

    cause: Cause
    jobs: tuple[str, ...]
    recovered: bool = False


class Troubles:
    """Not thread-safe. Times are seconds on the monotonic clock."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[Cause, float]] = {}
        self._covered: dict[Cause, set[str]] = {}
        """What was told and lasts, with the jobs that it was told about."""
        self._told_at: dict[Cause, float] = {}
        self._last_seen: dict[Cause, float] = {}
        """When a trouble that was told was there last."""

    def step(self, now: float, jobs: Mapping[str, Cause | None], unknown: Collection[str] = ()) -> list[News]:
        """What to tell, given what keeps each job from working (None: nothing does).

        Nothing new is known of those in `unknown`; the others are nobody's business just now. The same is
        returned again until `told` is called.
        """
        known = {
            job: (cause, self._began(job, cause, now)) for job, cause in jobs.items() if cause is not None
        }
        self._since = known | {job: self._since[job] for job in unknown if job in self._since}
        self._last_seen |= dict.fromkeys(self._troubled(), now)
        self._forget(now)
        return [*self._recoveries(jobs, now), *self._announcements(now)]

    def told(self, news: News, now: float) -> None:
        if news.recovered:
            del self._covered[news.cause]
        else:
            self._told_at[news.cause] = now
            self._covered.setdefault(news.cause, set()).update(news.jobs)

    def _forget(self, now: float) -> None:
        """Causes come with jobs, and go with them."""
        recent = {cause for cause, at in self._told_at.items() if at + _QUIET > now}
        kept = recent | self._covered.keys() | self._troubled().keys()
        self._last_seen = {cause: at for cause, at in self._last_seen.items() if cause in kept}
        self._told_at = {cause: at for cause, at in self._told_at.items() if cause in kept}

    def _began(self, job: str, cause: Cause, now: float) -> float:
        before = self._since.get(job)
        return before[1] if before is not None and before[0] == cause else now

    def _troubled(self) -> dict[Cause, dict[str, float]]:
        troubled: dict[Cause, dict[str, float]] = {}
        for job, (cause, since) in self._since.items():
            troubled.setdefault(cause, {})[job] = since
        return troubled

    def _announcements(self, now: float) -> Iterator[News]:
        for cause, jobs in self._troubled().items():
            told_at, covered = self._told_at.get(cause, -math.inf), self._covered.get(cause)
            spent = cause.kind is AlertKind.BUDGET_SPENT
            if covered is not None and (spent or now < told_at + _COVERED):
                covered.update(jobs)
                continue
            fresh = tuple(job for job in jobs if not covered or job not in covered)
            if now >= told_at + _QUIET and any(now >= jobs[job] + GRACE for job in fresh):
                yield News(cause, fresh)

    def _recoveries(self, jobs: Mapping[str, Cause | None], now: float) -> Iterator[News]:
        """A trouble is over with the last job that had it; where all of them have ended, nobody asks.

        Nor does anybody ask when there is something to spend again.
        """
        troubled = self._troubled()
        for cause in [cause for cause in self._covered if cause not in troubled]:
            if cause.kind is AlertKind.BUDGET_SPENT:
                if now >= self._last_seen[cause] + _SPELL:
                    del self._covered[cause]
                continue
            well = tuple(job for job in jobs if job in self._covered[cause])
            if well:
                yield News(cause, well, recovered=True)
            else:
                del self._covered[cause]


def alert_about(
    news: News, jobs: Sequence[Job], alert_id: str, wall: float, *, stood_in: bool = False
) -> Alert:
    """An alert about watches themselves, in the name of the first: it rests on no frame and no verdict.

    `stood_in` says that others judge in place of a model that is away.
    It names those of the first one's camera, and counts the others: who reads it may not see their cameras.
    """
    first = jobs[0]
    named = [job.watch.name for job in jobs if job.watch.camera == first.watch.camera]
    return Alert(
        id=alert_id,
        kind=AlertKind.RECOVERED if news.recovered else news.cause.kind,
        job_id=first.id,
        camera=first.watch.camera,
        condition=first.watch.condition,
        message=_message(news, named, len(jobs), _works(news, stood_in=stood_in)),
        reasoning="" if news.recovered else first.error or "",
        time=wall,
        frame_time=None,
        judged_by=None,
        confidence=None,
    )


def _works(news: News, *, stood_in: bool) -> str:
    if news.recovered:
        return "watching again"
    return "others judge meanwhile" if stood_in else "can't watch"


def _message(news: News, names: Sequence[str], concerned: int, works: str) -> str:
    shown = names[:_NAMED]
    listed = ", ".join(shown)
    more = f" and {concerned - len(shown)} more" if concerned > len(shown) else ""
    if news.cause.kind is AlertKind.BUDGET_SPENT:
        own = news.cause.subject in news.jobs
        return f"The budget of {'a watch' if own else news.cause.subject} is spent: {listed}{more}."
    return f"{_what(news)}; {works}: {listed}{more}."


def _what(news: News) -> str:
    subject, blind = news.cause.subject, news.cause.kind is AlertKind.BLIND
    if news.recovered:
        return f"The camera {subject} sends pictures again" if blind else f"The model {subject} answers again"
    return f"The camera {subject} sends no picture" if blind else f"The model {subject} does not answer"
