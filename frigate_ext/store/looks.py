"""Looks in the database: begun before the judge is asked, finished when it has answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

from peewee import SqliteDatabase, fn

from frigate_ext.domain.look import Alert, Look, LookState
from frigate_ext.domain.verdict import Verdict
from frigate_ext.domain.watch import Job
from frigate_ext.errors import NotFoundError, StoreError
from frigate_ext.store.alert_rows import rewrite_alert
from frigate_ext.store.database import Database
from frigate_ext.store.jobs import update_job
from frigate_ext.store.paging import Page, read_page
from frigate_ext.store.payments import write_payments
from frigate_ext.store.rows import Reader, Row, read_row, read_rows, to_row
from frigate_ext.store.statement import Statement, insert, update
from frigate_ext.store.tables import EpisodeTable, JobTable, LookTable, PictureTable
from frigate_ext.store.timeline import EVER, Branch, Line, Mark, Span, read_timeline

PICTURES_OF = 20
"""Looks of a job whose frames are kept; the frames of an alert stay with the alert."""
_LARGEST = 2**63 - 1
"""What SQLite can number."""
_TEXT = 8_000
"""Characters kept of a prompt and of a reply."""
_NESTED = ("verdict", "objects", "frame_size")
_LOOKS = Reader(Look, *_NESTED)
_BY_START = Line(LookTable.started_at, LookTable.id)
_COUNT_PICTURES = PictureTable.select(fn.COUNT(PictureTable.id)).where(PictureTable.look_id == LookTable.id)
_SHOWN = [column for column in LookTable._meta.sorted_fields if column is not LookTable.intent]  # noqa: SLF001 - peewee's documented way to them
_WITH_PICTURES = LookTable.select(*_SHOWN, _COUNT_PICTURES.alias("pictures"))


def _oldest_shown(job_id: str) -> Any:
    """The look before whose pictures a job's are not kept."""
    of_job = PictureTable.select(PictureTable.look_id).where(PictureTable.recent_of == job_id)
    return of_job.distinct().order_by(PictureTable.look_id.desc()).offset(PICTURES_OF - 1).limit(1)


_FILTERS: Mapping[str, tuple[type[str | int | float], Callable[[Any], Any]]] = {
    "job_id": (str, lambda wanted: LookTable.job_id == wanted),
    "camera": (str, lambda wanted: LookTable.camera == wanted),
    "state": (str, lambda wanted: LookTable.state == wanted),
    "after": (float, lambda wanted: LookTable.started_at > wanted),
    "before": (float, lambda wanted: LookTable.started_at < wanted),
}
"""What a list may ask for: each by the type of its value."""


@cache
def _listing(filters: frozenset[str], *, onwards: bool) -> Statement:
    """The first `n` looks to which these filters apply, those beyond a mark where it goes `onwards`."""

    def query(n: int, time: float = 0, number: int = 0, **wanted: str | float) -> Any:
        mark = [_BY_START.beyond(Mark(time, number))] if onwards else []
        conditions = [_FILTERS[name][1](value) for name, value in wanted.items()]
        listed = _WITH_PICTURES.where(LookTable.id > 0, *conditions, *mark)
        return listed.order_by(*_BY_START.order()).limit(n)

    of_mark: dict[str, type[str | int | float]] = {"time": float, "number": int} if onwards else {}
    return Statement(query, n=int, **of_mark, **{name: _FILTERS[name][0] for name in sorted(filters)})


_LAST_VERDICTS = Statement(
    lambda job_id, n: (
        LookTable.select(LookTable.verdict)
        .where((LookTable.job_id == job_id) & (LookTable.state == LookState.DONE.value))
        .order_by(LookTable.id.desc())
        .limit(n)
    ),
    job_id=str,
    n=int,
)
_JOB = Statement(lambda job_id: JobTable.select(JobTable.camera).where(JobTable.id == job_id), job_id=str)
_DECIDED = Statement(
    lambda job_id, episode: EpisodeTable.select(EpisodeTable.id).where(
        (EpisodeTable.job_id == job_id) & (EpisodeTable.episode == episode)
    ),
    job_id=str,
    episode=str,
)
_FORGET_INTENT = Statement(
    lambda job_id: LookTable.update(intent=None).where(
        (LookTable.job_id == job_id) & LookTable.intent.is_null(is_null=False)
    ),
    job_id=str,
)
_PICTURE = Statement(
    lambda look_id, n: PictureTable.select(PictureTable.jpeg).where(
        (PictureTable.look_id == look_id) & (PictureTable.n == n)
    ),
    look_id=int,
    n=int,
)
_KEEP_PICTURES = Statement(
    lambda look_id: PictureTable.update(recent_of=None).where(PictureTable.look_id == look_id), look_id=int
)
_DROP_OLD_PICTURES = Statement(
    lambda job_id: PictureTable.delete().where(
        (PictureTable.recent_of == job_id) & (PictureTable.look_id < _oldest_shown(job_id))
    ),
    job_id=str,
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What a look began with and never got an answer to, in the asker's own words."""

    look_id: int
    intent: bytes


class Looks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, look: Look, pictures: Sequence[bytes] = (), intent: bytes | None = None) -> Look | None:
        """Commit a pending look with the JPEGs it will show and return it with its id.

        `intent` is what the asker needs to ask again after a crash, in its own words; it takes the place of
        an earlier one of the job, until a look of the job is answered. None when the look's episode has been
        decided already.
        """
        row = _row(replace(look, state=LookState.PENDING)) | {"intent": intent}
        del row["id"]
        with self._database.writing() as db:
            if look.episode is not None and _is_decided(db, look.job_id, look.episode):
                return None
            if intent is not None:
                _forget_intent(db, look.job_id)
            camera = next((job["camera"] for job in _JOB.rows(db, job_id=look.job_id)), None)
            look_id = insert(db, LookTable, row | {"camera": camera})
            _keep_pictures(db, look.job_id, look_id, pictures)
            begun = replace(look, id=look_id, state=LookState.PENDING, pictures=len(pictures))
            write_payments(db, begun)
        return begun

    def finish(
        self,
        look: Look,
        job: Job | None = None,
        *,
        unanswered: bool = False,
        intent: bytes | None = None,
        withdrawn: Alert | None = None,
    ) -> None:
        """Bring a look's row up to date, its job's in the same transaction; a verdict decides its episode.

        `withdrawn` is an alert that was told before the verdict, which denies it.
        `unanswered` says that its intent still stands, nobody has judged what it was about, or that another
        `intent` takes its place. StoreError when its job has been deleted.
        """
        with self._database.writing() as db:
            update_look(db, look, unanswered=unanswered)
            if intent is not None:
                update(db, LookTable, {"id": look.id, "intent": intent}, "id")
            if job is not None:
                update_job(db, job)
            if withdrawn is not None:
                rewrite_alert(db, withdrawn)

    def of_job(self, job_id: str, limit: int = 100, before: str | None = None) -> Page[Look]:
        """Looks of a job, newest first."""
        with self._database.reading() as db:
            query = _WITH_PICTURES.where(LookTable.job_id == job_id)
            rows, cursor = read_page(db, query, LookTable.id, limit, before)
        return Page(tuple(_LOOKS.read(row) for row in rows), cursor)

    def list(
        self,
        *,
        job_id: str | None = None,
        cameras: Collection[str] | None = None,
        states: Collection[LookState] | None = None,
        span: Span = EVER,
        limit: int = 100,
        before: str | None = None,
    ) -> Page[Look]:
        """Looks of all jobs, those that began last first; None asks for any."""
        asked = {"job_id": job_id, "after": span.after, "before": span.before}
        common = {name: value for name, value in asked.items() if value is not None}
        kinds = product(_each("camera", cameras), _each("state", states))
        with self._database.reading() as db:
            branches = [_branch(db, common | camera | state) for camera, state in kinds]
            rows, cursor = read_timeline(_BY_START, branches, limit, before)
        return Page(tuple(_LOOKS.read(row) for row in rows), cursor)

    def get(self, look_id: int) -> Look:
        """Raise NotFoundError. Any number may be asked for."""
        with self._database.reading() as db:
            row = read_row(db, _WITH_PICTURES.where(LookTable.id == look_id)) if look_id <= _LARGEST else None
        if row is None:
            raise NotFoundError(f"there is no look {str(look_id)[:20]}")
        return _LOOKS.read(row)

    def picture(self, look_id: int, n: int) -> bytes | None:
        """JPEG `n` (from 0) that a look was shown; None when it is not kept."""
        with self._database.reading() as db:
            return read_picture(db, look_id, n)

    def pictures(self, look_id: int) -> tuple[bytes, ...]:
        """All JPEGs that a look was shown, in that order; none when they are not kept."""
        query = PictureTable.select(PictureTable.jpeg).where(PictureTable.look_id == look_id)
        with self._database.reading() as db:
            rows = read_rows(db, query.order_by(PictureTable.n))
        return tuple(bytes(row["jpeg"]) for row in rows)

    def last_verdicts(self, job_id: str, n: int) -> tuple[Verdict, ...]:
        """The last `n` verdicts of a job that count, oldest first."""
        with self._database.reading() as db:
            rows = _LAST_VERDICTS.rows(db, job_id=job_id, n=n)
        return tuple(_ANSWERED.read(row).verdict for row in reversed(rows))

    def unanswered(self, job_id: str) -> Unanswered | None:
        """What a job still has to ask."""
        query = LookTable.select(LookTable.id, LookTable.intent).where(
            (LookTable.job_id == job_id) & LookTable.intent.is_null(is_null=False)
        )
        with self._database.reading() as db:
            row = read_row(db, query)
        return Unanswered(row["id"], bytes(row["intent"])) if row else None

    def abandon_pending(self) -> int:
        """At start-up: no process waits for these answers any more. Returns how many there were.

        Intents stay, for whoever resumes the job.
        """
        query = LookTable.update(state=LookState.ABANDONED.value).where(
            LookTable.state == LookState.PENDING.value
        )
        with self._database.writing() as db:
            return int(query.execute(db))


@dataclass(frozen=True, slots=True)
class _Answered:
    verdict: Verdict


_ANSWERED = Reader(_Answered, "verdict")


def _branch(db: SqliteDatabase, wanted: Mapping[str, str | float]) -> Branch:
    """The looks for which all of this holds."""

    def read(mark: Mark | None, n: int) -> list[Row]:
        beyond = mark._asdict() if mark else {}
        return _listing(frozenset(wanted), onwards=mark is not None).rows(db, n=n, **beyond, **wanted)

    return read


def _each(name: str, values: Collection[str] | None) -> list[dict[str, str]]:
    """The value that each branch of a list asks for; one branch for all where everything is asked for."""
    return [{}] if values is None else [{name: value} for value in sorted(set(values))]


def update_look(db: SqliteDatabase, look: Look, *, unanswered: bool = False) -> None:
    """Part of a transaction: raises StoreError, which rolls it back, when the look is gone."""
    if not update(db, LookTable, _row(look), "id"):
        raise StoreError(f"look {look.id} is not in the database any more")
    write_payments(db, look)
    if not unanswered:
        _forget_intent(db, look.job_id)
    if look.episode is not None and look.state is LookState.DONE:
        insert(db, EpisodeTable, {"job_id": look.job_id, "episode": look.episode, "look_id": look.id})


def keep_as_evidence(db: SqliteDatabase, look_id: int) -> None:
    """Part of a transaction: an alert rests on these pictures, so they outlive the job's later looks."""
    _KEEP_PICTURES.run(db, look_id=look_id)


def read_picture(db: SqliteDatabase, look_id: int, n: int) -> bytes | None:
    """JPEG `n` (from 0) that a look was shown; None when it is not kept."""
    rows = _PICTURE.rows(db, look_id=look_id, n=n)
    return bytes(rows[0]["jpeg"]) if rows else None


def drop_pictures(db: SqliteDatabase, look_id: int | None) -> None:
    """Part of a transaction: nobody wants to see what a look was shown."""
    PictureTable.delete().where(PictureTable.look_id == look_id).execute(db)


def _is_decided(db: SqliteDatabase, job_id: str, episode: str) -> bool:
    return bool(_DECIDED.rows(db, job_id=job_id, episode=episode))


def _forget_intent(db: SqliteDatabase, job_id: str) -> None:
    """A job asks one thing at a time: what it asked before and got no answer to is not asked again."""
    _FORGET_INTENT.run(db, job_id=job_id)


def _keep_pictures(db: SqliteDatabase, job_id: str, look_id: int, pictures: Collection[bytes]) -> None:
    """Add a look's pictures, and let go of those of the look before the last `PICTURES_OF`."""
    if not pictures:
        return
    for n, jpeg in enumerate(pictures):
        insert(db, PictureTable, {"recent_of": job_id, "look_id": look_id, "n": n, "jpeg": jpeg})
    _DROP_OLD_PICTURES.run(db, job_id=job_id)


def _row(look: Look) -> Row:
    row = to_row(look, *_NESTED)
    del row["pictures"], row["paid"]
    return row | {"prompt": look.prompt[:_TEXT], "reply": look.reply[:_TEXT]}
