"""What the routes need from the rest of the program, as narrow as they use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from config.editing.editor import ConfigEditor
from config.reload import Outcome
from frigate_ext.bus.latest import Latest
from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.claim import Claim
from frigate_ext.domain.event import Event
from frigate_ext.domain.look import Alert, AlertKind, Feedback, Look, LookState
from frigate_ext.domain.watch import Job, JobState, Origin, Usage, Watch
from frigate_ext.runtime.health import PartHealth
from frigate_ext.store.events import EventFilter, Group
from frigate_ext.store.timeline import EVER, Span
from jobs.trial import Trial
from web.accounts import Accounts
from web.authenticator import Authenticator
from web.figures import Insight
from web.identity import Identity
from web.live.full_motion import FullMotion
from web.live.reel import View
from web.live.streams import Stream
from web.live.wishes import Wishes
from web.push import Push

T_co = TypeVar("T_co", covariant=True)


class Page(Protocol[T_co]):
    """A slice of a list, newest first; `next` is the cursor of the slice after it, None at the end."""

    @property
    def items(self) -> Sequence[T_co]: ...
    @property
    def next(self) -> str | None: ...


class Jobs(Protocol):
    """Starts, stops and remembers watch jobs; safe to call from several threads."""

    def claimed(self, claim: Claim) -> Job | None:
        """Return the job that a request has made already. Raise InvalidRequestError for another request."""

    def start_job(self, watch: Watch, origin: Origin, claim: Claim | None = None) -> Job:
        """Return the job of the same claim, if there is one. Raise ConflictError when there are too many."""

    def stop_job(self, job_id: str) -> Job:
        """Raise NotFoundError, or ConflictError (`job_final`)."""

    def change_job(self, job_id: str, change: Callable[[Watch], Watch]) -> Job:
        """Replace the watch by what `change` makes of it. Raises what that raises, and as the others do."""

    def pause_job(self, job_id: str) -> Job:
        """Raise NotFoundError, or ConflictError (`job_final`)."""

    def resume_job(self, job_id: str) -> Job:
        """Raise NotFoundError, or ConflictError (`job_final`)."""

    def snooze_job(self, job_id: str, seconds: float) -> Job:
        """Raise NotFoundError, or ConflictError (`job_final`, `job_paused`)."""

    def request_look(self, job_id: str) -> Job:
        """Raise NotFoundError, or ConflictError (`job_final`, `job_paused`, `no_look_now`)."""

    def delete_job(self, job_id: str) -> None:
        """Forget an ended job and its rows. Raises NotFoundError, or ConflictError (`job_running`)."""

    def get(self, job_id: str) -> Job:
        """Raise NotFoundError; the phase is the live one."""

    def budget(self, job_id: str) -> Mapping[str, Usage] | None:
        """What a job has spent of its limits; None of one that has ended."""

    def next_look(self, job_id: str) -> float | None:
        """When a job will look if nothing happens before (epoch s); None where it will not."""

    def try_watch(self, watch: Watch) -> Trial:
        """Put a watch's question about the newest frame, once; blocks for the judge.

        Raises ConflictError (`too_many_trials`), FrameUnavailableError or JudgeError.
        """

    def list_jobs(
        self,
        states: Collection[JobState] | None,
        cameras: Collection[str] | None,
        limit: int,
        before: str | None,
        span: Span,
    ) -> Page[Job]:
        """None means any; `before` is a cursor from an earlier page."""

    def newest(self, origin: Origin) -> Job | None: ...


class Looks(Protocol):
    def get(self, look_id: int) -> Look:
        """Raise NotFoundError. Any number may be asked for."""

    def list(
        self,
        *,
        job_id: str | None,
        cameras: Collection[str] | None,
        states: Collection[LookState] | None,
        span: Span,
        limit: int,
        before: str | None,
    ) -> Page[Look]:
        """None means any."""

    def picture(self, look_id: int, n: int) -> bytes | None:
        """The n-th JPEG a look was shown; None where it is not kept. Numbers fit 64 bits."""


class Alerts(Protocol):
    def get(self, alert_id: str) -> Alert:
        """Raise NotFoundError."""

    def list(
        self,
        *,
        job_id: str | None = None,
        cameras: Collection[str] | None = None,
        span: Span = EVER,
        kind: AlertKind | None = None,
        labels: Collection[str] = (),
        zones: Collection[str] = (),
        limit: int,
        before: str | None,
    ) -> Page[Alert]: ...

    def evidence(self, alert_id: str, n: int) -> bytes | None:
        """The n-th JPEG; None where there is no such picture (or alert)."""

    def full(self, alert_id: str) -> bytes | None:
        """The main stream's JPEG; None where there is none."""

    def acknowledge(self, alert_id: str, now: float) -> Alert:
        """Raise NotFoundError."""

    def judge(self, alert_id: str, feedback: Feedback, note: str) -> Alert:
        """Raise NotFoundError."""

    def delete(self, alert_id: str) -> None:
        """Raise NotFoundError."""

    def feedback(self, job_ids: Collection[str]) -> Mapping[str, Counter[Feedback]]:
        """How many alerts of each job were called right and wrong; jobs without any may be left out."""


class Events(Protocol):
    def get(self, event_id: str) -> Event:
        """Raise NotFoundError."""

    def list(self, chosen: EventFilter, limit: int, before: str | None) -> Page[Event]: ...

    def summary(
        self, cameras: Collection[str] | None, *, has_snapshot: bool | None, offset: float
    ) -> Sequence[Group]:
        """How many there are, by camera, label, day and zones; `offset` is the clock's from UTC."""

    def snapshot(self, event_id: str) -> bytes | None:
        """The JPEG; None where there is none."""


class Store(Protocol):
    @property
    def events(self) -> Events: ...
    @property
    def looks(self) -> Looks: ...
    @property
    def alerts(self) -> Alerts: ...


class FetchFrame(Protocol):
    def __call__(self, camera: str, height: int, quality: int) -> EncodedFrame:
        """Return the camera's newest frame, scaled down to `height`; blocks for a second or two at most.

        Raises FrameUnavailableError.
        """


class Live(Protocol):
    """Hands out streams; safe to call from several threads."""

    def messages(self, identity: Identity, wishes: Wishes, after: str, *, socket: bool) -> Stream:
        """Tell what happens, from the alert after the one of id `after` on."""

    def pictures(self, identity: Identity, view: View, fps: float, *, socket: bool) -> Stream: ...

    def film(self, identity: Identity, url: str) -> Stream: ...

    def has_room(self, identity: Identity, view: View) -> bool:
        """Whether this camera may be shown in one more way to somebody."""


class Reload(Protocol):
    """Takes changed configuration files over while everything runs; safe to call from several threads."""

    @property
    def paths(self) -> Sequence[Path]:
        """The files, in the order in which they are read."""

    @property
    def outcome(self) -> Outcome:
        """How the configuration is, and what came of the last change."""

    def check(self, texts: Mapping[Path, str]) -> Outcome:
        """What would come of it if these files held these texts; reads the others, changes nothing."""

    def reload(self) -> Outcome:
        """Take over what the files say now; blocks until that is done. Raises ConflictError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the routes use; the application fills it in, tests fake it."""

    jobs: Jobs
    store: Store
    cameras: Mapping[str, Camera]
    """By name; asked anew on each request."""
    latest: Callable[[str], Latest | None]
    """What was last heard of a camera; None before its first message."""
    fetch_frame: FetchFrame
    health: Callable[[], Mapping[str, PartHealth]]
    """By part. Only our own parts say FAILED or STARTING; a camera, broker or model is DEGRADED at worst."""
    stats: Callable[[], Mapping[str, Any]]
    """In Frigate's shape."""
    metrics: Callable[[], str]
    """In Prometheus' text format."""
    config: Callable[[], Mapping[str, Any]]
    """In Frigate's shape, every secret replaced already."""
    reload: Reload
    external_url: str
    """The address people reach us at, with scheme."""
    accounts: Accounts
    live: Live
    """What is pushed."""
    insight: Insight
    push: Push | None = None
    """None: off."""
    editor: ConfigEditor | None = None
    """Of the files that the configuration came from."""
    full_motion: FullMotion | None = None
    """Who has the cameras' own streams for browsers."""
    loopback: bool
    """Bound to a loopback address, so that no other Host than our own names is believed."""

    @property
    def authenticator(self) -> Authenticator:
        return self.accounts.authenticator
