"""The application over fakes: everything the routes need, in memory, and nothing more."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from config.editing.editor import ConfigEditor
from config.editing.versions import Versions
from config.reload import Outcome, ReloadState
from frigate_ext.bus.latest import Latest
from frigate_ext.bus.schema import CameraUpdate, EncodedFrame
from frigate_ext.domain.account import Role, User
from frigate_ext.domain.camera import Camera, CameraState, Zone
from frigate_ext.domain.event import Event
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.domain.look import Alert, AlertKind, Feedback, Look, LookReason, LookState
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Job, JobState, Origin, Phase, Usage, Watch
from frigate_ext.errors import ConflictError, FrameUnavailableError, InvalidRequestError, NotFoundError
from frigate_ext.notify.webpush_services import PushServices
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.log_tail import LogTail
from frigate_ext.store import Store
from frigate_ext.store.activity import Service, Spell
from frigate_ext.store.events import EventFilter, Group
from genai.capabilities import Capabilities
from genai.judge import Judgement, LookImage
from genai.known import Known
from jobs.trial import Trial
from tests.config.editing.reading import Reading
from web.access import AccessSettings
from web.accounts import Accounts
from web.app import create_app
from web.figures import Insight
from web.live.full_motion import FullMotion
from web.live.live import Live
from web.passwords import Passwords
from web.push import Push
from web.services import Services

NOW = 1_700_000_000.0
PUBLIC_KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@dataclass
class FakePage:
    items: list[Any]
    next: str | None = None


def paged(items: list[Any], limit: int, before: str | None) -> FakePage:
    """Newest first; the cursor is the number of items already seen."""
    start = int(before or 0)
    end = start + limit
    return FakePage(items[::-1][start:end], str(end) if end < len(items) else None)


def within(span, time: float) -> bool:
    return (span.after is None or time > span.after) and (span.before is None or time < span.before)


@dataclass
class FakeJobs:
    rows: list[Job] = field(default_factory=list)
    claims: dict[bytes, tuple[bytes, Job]] = field(default_factory=dict)
    tried: list[Watch] = field(default_factory=list)
    refusing: Exception | None = None
    """What a watch that is tried is answered with."""

    def claimed(self, claim) -> Job | None:
        digest, job = self.claims.get(claim.key, (claim.digest, None))
        if digest != claim.digest:
            raise InvalidRequestError("Another request.", code="idempotency_key_reused")
        return job

    def start_job(self, watch: Watch, origin: Origin, claim=None) -> Job:
        job = Job(
            id=f"job{len(self.rows)}",
            watch=watch,
            origin=origin,
            state=JobState.RUNNING,
            phase=Phase.WATCHING,
            created_at=NOW,
            started_at=NOW,
        )
        self.rows.append(job)
        if claim is not None:
            self.claims[claim.key] = (claim.digest, job)
        return job

    def get(self, job_id: str) -> Job:
        for job in self.rows:
            if job.id == job_id:
                return job
        raise NotFoundError(f"There is no job {job_id}.")

    def change(self, job_id: str, **changes: Any) -> Job:
        job = dataclasses.replace(self.get(job_id), **changes)
        self.rows[[row.id for row in self.rows].index(job_id)] = job
        return job

    def _refuse_ended(self, job_id: str) -> None:
        if self.get(job_id).state.final:
            raise ConflictError("The job has ended already.", code="job_final")

    def change_job(self, job_id: str, change: Callable[[Watch], Watch]) -> Job:
        self._refuse_ended(job_id)
        return self.change(job_id, watch=change(self.get(job_id).watch))

    def pause_job(self, job_id: str) -> Job:
        self._refuse_ended(job_id)
        return self.change(job_id, state=JobState.PAUSED, phase=None)

    def resume_job(self, job_id: str) -> Job:
        self._refuse_ended(job_id)
        return self.change(job_id, state=JobState.RUNNING, phase=Phase.WATCHING, snoozed_until=None)

    def snooze_job(self, job_id: str, seconds: float) -> Job:
        self._refuse_ended(job_id)
        return self.change(job_id, phase=Phase.SNOOZED, snoozed_until=NOW + seconds)

    def request_look(self, job_id: str) -> Job:
        self._refuse_ended(job_id)
        if self.get(job_id).state is JobState.PAUSED:
            raise ConflictError("The job is paused.", code="job_paused")
        return self.get(job_id)

    def stop_job(self, job_id: str) -> Job:
        self._refuse_ended(job_id)
        return self.change(job_id, state=JobState.CANCELLED, phase=None, ended_at=NOW + 5)

    def delete_job(self, job_id: str) -> None:
        if not self.get(job_id).state.final:
            raise ConflictError("Stop the job first.", code="job_running")
        self.rows = [row for row in self.rows if row.id != job_id]

    def list_jobs(self, states, cameras, limit, before, span) -> FakePage:
        chosen = [
            job
            for job in self.rows
            if (states is None or job.state in states)
            and (cameras is None or job.watch.camera in cameras)
            and within(span, job.created_at)
        ]
        return paged(chosen, limit, before)

    def budget(self, job_id: str) -> dict[str, Usage] | None:
        if self.get(job_id).state.final:
            return None
        limits = {
            "looks_per_minute": None,
            "looks_per_hour": 60,
            "looks_per_day": None,
            "tokens_per_day": None,
        }
        return {name: Usage(2, limit, NOW + 60) for name, limit in limits.items()}

    def next_look(self, job_id: str) -> float | None:
        return None if self.get(job_id).state.final else NOW + 30

    def try_watch(self, watch: Watch) -> Trial:
        self.tried.append(watch)
        if self.refusing is not None:
            raise self.refusing
        verdict = Verdict(
            answer=Answer.NOT_MET,
            confidence=0.8,
            reasoning="An empty porch.",
            judged_by="qwen",
            frame_time=NOW,
        )
        image = LookImage(jpeg=b"jpeg", key=FrameKey(watch.camera, 1, 1), frame_time=NOW, size=Size(2, 2))
        judgement = Judgement(verdict=verdict, model="qwen3-vl", latency=0.5, tokens=900)
        return Trial(judgement, (image,))

    def newest(self, origin: Origin) -> Job | None:
        return next((job for job in reversed(self.rows) if job.origin is origin), None)


@dataclass
class FakeLooks:
    rows: list[Look] = field(default_factory=list)
    pictures: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def get(self, look_id: int) -> Look:
        for look in self.rows:
            if look.id == look_id:
                return look
        raise NotFoundError(f"There is no look {look_id}.")

    def list(self, *, job_id, cameras, states, span, limit, before) -> FakePage:
        chosen = [
            look
            for look in self.rows
            if job_id in (None, look.job_id)
            and (states is None or look.state in states)
            and within(span, look.started_at)
        ]
        return paged(chosen, limit, before)

    def picture(self, look_id: int, n: int) -> bytes | None:
        return self.pictures.get((look_id, n))


@dataclass
class FakeAlerts:
    rows: list[Alert] = field(default_factory=list)
    asked: tuple = ()
    """The labels and zones of the last list."""
    pictures: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def get(self, alert_id: str) -> Alert:
        for alert in self.rows:
            if alert.id == alert_id:
                return alert
        raise NotFoundError(f"There is no alert {alert_id}.")

    def list(
        self, *, job_id=None, cameras=None, span, kind=None, labels=(), zones=(), limit, before
    ) -> FakePage:
        self.asked = (labels, zones)
        chosen = [
            alert
            for alert in self.rows
            if job_id in (None, alert.job_id)
            and (cameras is None or alert.camera in cameras)
            and within(span, alert.time)
            and kind in (None, alert.kind)
        ]
        return paged(chosen, limit, before)

    def evidence(self, alert_id: str, n: int) -> bytes | None:
        return self.pictures.get((alert_id, n))

    def full(self, alert_id: str) -> bytes | None:
        return self.pictures.get((alert_id, -1))

    def change(self, alert_id: str, **changes: Any) -> Alert:
        alert = dataclasses.replace(self.get(alert_id), **changes)
        self.rows[[row.id for row in self.rows].index(alert_id)] = alert
        return alert

    def acknowledge(self, alert_id: str, now: float) -> Alert:
        return self.change(alert_id, acknowledged_at=self.get(alert_id).acknowledged_at or now)

    def judge(self, alert_id: str, feedback: Feedback, note: str) -> Alert:
        return self.change(alert_id, feedback=feedback, note=note)

    def delete(self, alert_id: str) -> None:
        self.rows.remove(self.get(alert_id))

    def feedback(self, job_ids) -> dict[str, Counter[Feedback]]:
        counts = {job_id: Counter(a.feedback for a in self.rows if a.job_id == job_id) for job_id in job_ids}
        return {job_id: counter for job_id, counter in counts.items() if set(counter) != {None}}


@dataclass
class FakeEvents:
    rows: list[Event] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    asked: list[EventFilter] = field(default_factory=list)

    def get(self, event_id: str) -> Event:
        for event in self.rows:
            if event.id == event_id:
                return event
        raise NotFoundError(f"There is no event {event_id}.")

    def list(self, chosen: EventFilter, limit: int, before: str | None) -> FakePage:
        self.asked.append(chosen)
        seen = [event for event in self.rows if chosen.cameras is None or event.camera in chosen.cameras]
        seen = [event for event in seen if chosen.event_id in {None, event.id}]
        return paged(seen, limit, before)

    def summary(self, cameras, *, has_snapshot, offset) -> tuple[Group, ...]:
        seen = [event for event in self.rows if cameras is None or event.camera in cameras]
        return tuple(Group(event.camera, event.label, "2023-11-14", event.zones, 1) for event in seen)

    def snapshot(self, event_id: str) -> bytes | None:
        return self.pictures.get(event_id)


class FakeReload:
    """A file that is as `outcome` says."""

    paths = (Path("/config/config.yml"),)

    def __init__(self) -> None:
        self.outcome = Outcome(state=ReloadState.IN_FORCE, time=NOW)

    def check(self, texts) -> Outcome:
        return self.outcome

    def reload(self) -> Outcome:
        return self.outcome


@dataclass
class FakeStore:
    events: FakeEvents = field(default_factory=FakeEvents)
    looks: FakeLooks = field(default_factory=FakeLooks)
    alerts: FakeAlerts = field(default_factory=FakeAlerts)


def make_jpeg(width: int = 640, height: int = 360) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), 90, np.uint8))[1].tobytes()


@dataclass
class House:
    """What stands behind the application under test; tests change it at will."""

    jobs: FakeJobs = field(default_factory=FakeJobs)
    store: FakeStore = field(default_factory=FakeStore)
    reload: FakeReload = field(default_factory=FakeReload)
    cameras: dict[str, Camera] = field(default_factory=dict)
    updates: dict[str, CameraUpdate] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    parts: dict[str, PartHealth] = field(default_factory=lambda: {"bus": PartHealth(PartState.OK)})
    frame_error: Exception | None = None
    frames_asked: list[tuple[str, int, int]] = field(default_factory=list)
    frames_shot: list[FrameKey] = field(default_factory=list)
    external_url: str = "http://nvr.example:5055"
    api_key: str | None = None
    access: AccessSettings = field(default_factory=lambda: AccessSettings(enabled=False))
    account_store: Any = field(default_factory=lambda: SimpleNamespace(users=None, sessions=None, keys=None))
    clock: ManualClock = field(default_factory=ManualClock)
    editor: ConfigEditor | None = None
    full_motion: FullMotion | None = None
    loopback: bool = True
    tail: LogTail = field(default_factory=LogTail)
    devices: Any = field(
        default_factory=lambda: SimpleNamespace(add=lambda *_: None, withdraw=lambda _: None)
    )
    served: list[Service] = field(default_factory=list)
    spells: Callable[..., dict[int, Spell]] = lambda cameras: {}

    def fetch_frame(self, camera: str, height: int, quality: int) -> EncodedFrame:
        self.frames_asked.append((camera, height, quality))
        if self.frame_error is not None:
            raise self.frame_error
        return EncodedFrame(
            epoch=1, seq=1, frame_time=NOW, size=Size(640, 360), frame_size=Size(1280, 720), jpeg=make_jpeg()
        )

    def request_frame(self, camera, *, key, height, quality):
        future = Future()
        self.frames_shot.append(key)
        if self.frame_error is not None:
            future.set_exception(self.frame_error)
        else:
            jpeg = make_jpeg(640, height)
            frame = EncodedFrame(
                epoch=key.epoch,
                seq=key.seq,
                frame_time=NOW,
                size=Size(640, height),
                frame_size=Size(1280, 720),
                jpeg=jpeg,
            )
            future.set_result((frame,))
        return future

    @cached_property
    def live(self) -> Live:
        return Live(
            cameras=self.cameras,
            latest=self.heard,
            request_frame=self.request_frame,
            stats=lambda: {"cameras": {}, "service": {"version": "0.18.0"}},
            newest_alerts=self.newest_alerts,
            log=self.tail.after,
            external_url=self.external_url,
        )

    def newest_alerts(self, cameras, n: int) -> tuple[Alert, ...]:
        seen = [alert for alert in self.store.alerts.rows if cameras is None or alert.camera in cameras]
        return tuple(seen[::-1][:n])

    def heard(self, camera: str) -> Latest | None:
        update = self.updates.get(camera)
        return update and Latest(update, silent=camera in self.silent)

    def services(self) -> Services:
        return Services(
            jobs=self.jobs,
            store=self.store,
            cameras=self.cameras,
            latest=self.heard,
            fetch_frame=self.fetch_frame,
            health=lambda: self.parts,
            stats=lambda: {"cameras": {}, "service": {"version": "0.18.0"}},
            metrics=lambda: "# TYPE frigate_ext_info gauge\n",
            config=lambda: {"version": "0.18-0", "cameras": {}},
            reload=self.reload,
            editor=self.editor,
            full_motion=self.full_motion,
            external_url=self.external_url,
            accounts=self.accounts(),
            loopback=self.loopback,
            live=self.live,
            insight=self.insight,
            push=self.push,
        )

    @cached_property
    def push(self) -> Push:
        devices = getattr(self.account_store, "subscriptions", self.devices)
        return Push(
            now=lambda: NOW, public_key=PUBLIC_KEY, services=PushServices(loopback=True), devices=devices
        )

    @cached_property
    def insight(self) -> Insight:
        return Insight(
            now=lambda: NOW,
            loads=lambda past, now: {"cpu main": [12.5] * (past.seconds // past.step)},
            activity=SimpleNamespace(
                spells=lambda since, step, cameras: self.spells(cameras), services=lambda since: self.served
            ),
            judges=lambda: {"vlm": PartHealth(PartState.OK), "detector": PartHealth(PartState.OK)},
            facts=lambda: {"vlm": Known(tried=Capabilities(vision=True, images=4), tried_at=NOW).facts()},
            waiting=lambda: {"mqtt": 2},
            used_bytes=lambda: 1024,
            log=self.tail.after,
        )

    def accounts(self) -> Accounts:
        return Accounts(self.account_store, self.access, local_key=self.api_key, clock=self.clock)

    def bearer(self, user: str, role: Role = Role.ADMIN, *, read_only: bool = False) -> dict[str, str]:
        """Headers with a new key of a user."""
        _, secret = self.accounts().add_key(user, "test", role, None, read_only=read_only)
        return {"Authorization": f"Bearer {secret}"}

    def client(self):
        return create_app(self.services()).test_client()

    def see(self, camera: str, **changes: Any) -> None:
        self.updates[camera] = an_update(camera, **changes)

    def add_look(self, **changes: Any) -> Look:
        look = a_look(len(self.store.looks.rows) + 1, **changes)
        self.store.looks.rows.append(look)
        return look

    def add_alert(self, **changes: Any) -> Alert:
        values = {
            "id": f"a{len(self.store.alerts.rows)}",
            "kind": AlertKind.CONDITION,
            "job_id": "job0",
            "camera": "porch",
            "condition": "a parcel is on the porch",
            "message": "A parcel was left",
            "reasoning": "A box stands at the door",
            "time": NOW + 2,
            "frame_time": NOW + 1,
            "judged_by": "detector",
            "confidence": 0.9,
            "evidence": 1,
        }
        alert = Alert(**(values | changes))
        self.store.alerts.rows.append(alert)
        self.store.alerts.pictures[alert.id, 0] = make_jpeg()
        return alert


CONFIG = """\
# mine
cameras:
  porch:
    ffmpeg:
      inputs:
        - path: rtsp://admin:s3cret@10.0.0.1/front  # main
          roles: [detect]
    zones:
      steps:
        coordinates: 0.1,0.2,0.9,0.2,0.9,0.9  # drawn
"""


def an_editor(folder: Path, text: str = CONFIG) -> ConfigEditor:
    """Of one file in a folder, whose versions are kept there, too."""
    path = folder / "config.yml"
    path.write_text(text, encoding="utf-8")
    return ConfigEditor([path], Reading([path]), Versions(folder / "versions"), now=lambda: NOW)


def a_zone(name: str = "steps", friendly_name: str = "Front steps") -> Zone:
    return Zone(name, friendly_name, (Point(0.1, 0.5), Point(0.9, 0.5), Point(0.9, 1.0), Point(0.1, 1.0)))


def an_object(**changes: Any) -> TrackedObject:
    values = {
        "id": "1700000000.0-abc123",
        "camera": "porch",
        "label": "person",
        "frame_time": NOW,
        "start_time": NOW - 3,
        "score": 0.8,
        "computed_score": 0.8,
        "top_score": 0.9,
        "false_positive": False,
        "box": Box(100, 200, 300, 600),
        "active": True,
        "stationary": False,
        "motionless_count": 0,
        "position_changes": 1,
        "current_zones": ("steps",),
    }
    return TrackedObject(**(values | changes))


def an_update(camera: str = "porch", **changes: Any) -> CameraUpdate:
    values = {
        "camera": camera,
        "epoch": 1,
        "seq": 1,
        "time": NOW,
        "state": CameraState.ONLINE,
        "size": Size(1280, 720),
        "frame_time": NOW,
        "objects": (an_object(camera=camera),),
    }
    return CameraUpdate(**(values | changes))


def a_verdict(**changes: Any) -> Verdict:
    values = {
        "answer": Answer.MET,
        "confidence": 0.9,
        "reasoning": "A box stands at the door",
        "message": "A parcel was left",
        "frame_time": NOW + 1,
        "judged_by": "detector",
    }
    return Verdict(**(values | changes))


def a_look(look_id: int, job_id: str = "job0", **changes: Any) -> Look:
    values = {
        "id": look_id,
        "job_id": job_id,
        "reason": LookReason.TRIGGER,
        "trigger": "person entered steps",
        "state": LookState.DONE,
        "started_at": NOW,
        "frame_time": NOW,
        "verdict": a_verdict(),
    }
    return Look(**(values | changes))


@pytest.fixture
def house() -> House:
    camera = Camera("porch", "Front porch", ("person", "dog"), (a_zone(),))
    yard = Camera("yard", "Back yard", ("person", "car"), ())
    return House(cameras={"porch": camera, "yard": yard}, updates={"porch": an_update()})


KEY = "correct-horse-battery-staple"
PASSWORD = "in plain sight"


@functools.cache
def password_hash() -> str:
    return Passwords().hash(PASSWORD)


@pytest.fixture
def guarded(house: House, tmp_path):
    """Authentication is on; there are Anna, an admin, and granny, who sees the porch alone."""
    store = Store.open(tmp_path / "accounts")
    store.users.add(User(0, "Anna", Role.ADMIN, None, NOW), password_hash())
    store.users.add(User(0, "granny", Role.VIEWER, ("porch",), NOW), password_hash())
    house.api_key, house.access, house.account_store = KEY, AccessSettings(), store
    yield house
    store.close()


@pytest.fixture
def client(house: House):
    return house.client()


@pytest.fixture
def no_frame() -> FrameUnavailableError:
    return FrameUnavailableError("porch sent no picture within 2 s")
