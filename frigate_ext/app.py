"""The one place that knows everybody: builds the parts of the main process, starts and stops them."""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from config import plain
from config.configuration import Config
from config.detection import detection_settings, known_keys, remote, sharing
from config.editing.editor import ConfigEditor
from config.editing.versions import Versions
from config.load import log_ignored_keys
from config.redact import redacted
from config.reload import Reloader
from config.secrets import secrets
from config.sections.access import Tls
from config.sections.own import is_loopback
from config.settings import Setting, bring_about
from frigate_ext import __version__
from frigate_ext.bus.authenticator import Authenticator
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.frames import FrameClient
from frigate_ext.bus.latest import Latest, LatestUpdates
from frigate_ext.bus.schema import CameraUpdate, EncodedFrame
from frigate_ext.bus.subscriber import Sink, Subscriber
from frigate_ext.detection_process import DetectionFleet, DetectionSettings, Sharing
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.document import Document
from frigate_ext.domain.look import Alert, AlertStatus, Look
from frigate_ext.domain.watch import Job, JobState, WhenSpent
from frigate_ext.notify.mqtt import MqttNotifier, MqttSettings
from frigate_ext.notify.notifier import Notifier
from frigate_ext.notify.webpush import WebPushNotifier
from frigate_ext.outbox import Outbox
from frigate_ext.recorder import Recorder, SnapshotSettings
from frigate_ext.retention import DAY, Retention
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.clock import Deadline, SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.instance_lock import InstanceLock
from frigate_ext.runtime.log_tail import LogTail
from frigate_ext.runtime.logging import ErrorCount, configure_logging, set_level
from frigate_ext.runtime.replaceable import Replaceable
from frigate_ext.stats import Figures, Loads, Processes, Tally, Totals, exposition, stats_document
from frigate_ext.store import Store
from genai.budget import Spent
from genai.exchange import ExchangeableJudge
from genai.fallback import FallbackJudge
from genai.judge import Judge, Veil
from genai.registry import build, chain
from genai.settings import JudgeSettings, ProviderSettings
from genai.text_finder import TextFinder, cannot_cover
from jobs.manager import MAX_RUNNING, JobManager
from web.access import access_settings
from web.accounts import FIRST_USER, Accounts
from web.app import create_app
from web.certificate import Certificate
from web.figures import Insight
from web.live.full_motion import FullMotion, Server, Streams
from web.live.live import Live
from web.live.news import News
from web.local_key import load_key
from web.push import Push
from web.server import Listener, WebServer
from web.services import Services

logger = logging.getLogger(__name__)

_SWITCH_INTERVAL = 0.0005
"""Seconds a thread may keep others waiting: an alert passes through ten of them, none computes long."""
_STOP_WITHIN = 4.5
"""Seconds for all parts together."""
_GOODBYE = 3.0
"""Seconds for a broker that we leave."""
_DETECTOR_LOOKERS = 2
_RETOLD = 500
"""Jobs, newest first, whose retained topics are told again at a start."""
_UNFINISHED = tuple(state for state in JobState if not state.final)
_SIGHT = {CameraState.ONLINE: PartState.OK, CameraState.STARTING: PartState.DEGRADED}


class _Part(Protocol):
    """Something with a beginning and an end; see `frigate_ext.runtime.worker`."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def join(self, timeout: float) -> bool: ...


def serve(config: Config, files: Sequence[Path], env: Mapping[str, str]) -> None:
    """Run the main process until SIGTERM or SIGINT; `files` is what `config` was read from.

    SIGHUP has them read again.

    Raises AlreadyRunningError, StoreError, ListenError or ConfigError when it can't begin.
    """
    errors = configure_logging(config.frigate_ext.log_level)
    tail = LogTail()
    tail.hide(secrets(config))
    logging.getLogger().addHandler(tail)
    log_ignored_keys(config)
    asked: queue.SimpleQueue[int] = queue.SimpleQueue()  # the one queue that a signal handler may use
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda caught, _: asked.put(caught))
    sys.setswitchinterval(_SWITCH_INTERVAL)
    with InstanceLock(config.frigate_ext.data_dir):
        application = Application(config, files, env, errors, tail)
        application.start()
        while (caught := asked.get()) == signal.SIGHUP:
            application.reload()
        name = signal.Signals(caught).name
        logger.info("%s: stopping", name)
        application.stop()


class Application:
    """All parts of the main process; `start` once, then `stop` once."""

    def __init__(
        self, config: Config, files: Sequence[Path], env: Mapping[str, str], errors: ErrorCount, tail: LogTail
    ) -> None:
        own = config.frigate_ext
        self._errors = errors
        self._tail = tail
        self._clock = SystemClock()
        self._started = self._clock.now()
        self._data_dir = own.data_dir
        self._cameras = Replaceable(plain.cameras(config))
        self._streams = Replaceable(_full_motion_streams(config))
        self._snapshots = Replaceable(_snapshots(config))
        endpoint = own.bus.endpoint or default_endpoint(own.data_dir)
        listener = Listener(own.web.host, own.web.port, _tls(own.tls))
        self._external_url = own.web.external_url or listener.url
        self._store = Store.open(own.data_dir)
        self._accounts = Accounts(
            self._store,
            access_settings(own, self._external_url),
            local_key=load_key(own.data_dir) if own.auth.enabled else None,
            clock=self._clock,
        )
        providers, judging, when_spent = _judging(config)
        self._judge = ExchangeableJudge(build(providers, judging))
        self._text_finder = TextFinder(cache_dir()) if self._judge.wants_images else None
        self._authenticator = Authenticator(known_keys(config))
        elsewhere = remote(config)
        self._broker = Broker(endpoint, elsewhere)
        self._frames = FrameClient(endpoint)
        self._processes = Processes()
        self._tally = Tally()
        self._latest = LatestUpdates()
        self._loads = Loads(self._load)
        self._mqtt = self._notifier(self._mqtt_settings(config))
        push = plain.push(config, self._external_url)
        self._push = WebPushNotifier(push, self._store.subscriptions) if push else None
        self._ways: Replaceable[str, Notifier] = Replaceable(self._notifiers())
        self._outbox = Outbox(self._store, self._ways, expire_after=_undelivered(config))
        self._retention = Retention(self._store, plain.retention(config), forgot=self._clear)
        self._recorder = Recorder(self._store.events, self._frames.fetch, self._snapshots)
        self._live = Live(
            cameras=self._cameras,
            latest=self._latest.get,
            request_frame=self._frames.request,
            stats=self._stats,
            newest_alerts=lambda cameras, n: self._store.alerts.list(cameras=cameras, limit=n).items,
            external_url=self._external_url,
        )
        self._jobs = JobManager(
            cameras=self._cameras,
            frames=self._frames,
            latest=self._latest,
            judge=self._judge,
            concurrency=_lookers(providers, judging),
            store=self._store,
            clock=self._clock,
            listener=_Announcer(lambda: self._mqtt, self._outbox, self._tally, self._live.news),
            notifiers=self._ways,
            cover=self._cover,
            zone=plain.time_zone(config),
            when_spent=when_spent,
        )
        sinks: list[Sink] = [self._latest, self._jobs.note, self._recorder.on_update]
        self._subscriber = Subscriber(endpoint, sinks)
        self._detection = DetectionFleet(
            detection_settings(config, endpoint, cache_dir()), sharing(config), remote=elsewhere
        )
        self._reloader = Reloader(
            config, files, env, apply=self._become, told=self._live.news.configuration_changed
        )
        self._settings = self._changeable(config, endpoint)
        self._editor = ConfigEditor(
            files,
            self._reloader,
            Versions(own.data_dir / "config_versions"),
            now=lambda: self._clock.now().wall,
        )
        services = self._services(listener, _full_motion(config, self._streams))
        self._web = WebServer(create_app(services), listener, self._live)

    def start(self) -> None:
        logger.info(
            "frigate_ext %s: %d cameras, judged by %s", __version__, len(self._cameras), self._judge.name
        )
        if self._reloader.config.frigate_ext.auth.enabled and (password := self._accounts.make_first_admin()):
            _show_once(password)
        self._retell()
        self._restore(self._judge.current)
        for part in self._parts():
            part.start()
        self._jobs.reconcile(self._reloader.config.watches)
        self._reloader.start()
        logger.info("ready: %s", self._external_url)

    def stop(self) -> None:
        """Stop every part within five seconds; what is unfinished is resumed at the next start."""
        deadline = Deadline(_STOP_WITHIN)
        self._reloader.stop()
        self._reloader.join(deadline.remaining() / 2)
        parts = self._parts()[::-1]
        for part in parts:
            part.stop()
        self._judge.close()
        late = [type(part).__name__ for part in parts if not part.join(deadline.remaining())]
        if late:
            logger.warning("did not stop in time: %s", ", ".join(late))
        self._store.close()
        logger.info("stopped")

    def reload(self) -> None:
        """Take over what the files say now, soon; never blocks."""
        self._reloader.kick()

    def _become(self, config: Config) -> list[str]:
        """Go by another configuration; returns what failed."""
        self._tail.hide(secrets(config))
        return bring_about(self._settings, config)

    def _changeable(self, config: Config, endpoint: str) -> list[Setting[Any]]:
        """What goes on by other settings while everything runs, in this order."""

        def detection(config: Config) -> tuple[DetectionSettings, Sharing]:
            return detection_settings(config, endpoint, cache_dir()), sharing(config)

        return [
            Setting("log level", lambda new: new.frigate_ext.log_level, set_level, config),
            Setting("cameras", plain.cameras, self._cameras.replace, config),
            Setting("streams for browsers", _full_motion_streams, self._streams.replace, config),
            Setting("snapshots", _snapshots, self._snapshots.replace, config),
            Setting("keys of nodes", known_keys, self._authenticator.know, config),
            Setting("detection", detection, lambda new: self._detection.reconfigure(*new), config),
            Setting("judge", _judging, lambda new: self._change_judge(*new), config),
            Setting("mqtt", self._mqtt_settings, self._change_mqtt, config),
            Setting("undelivered alerts", _undelivered, self._outbox.expire_after, config),
            Setting("retention", plain.retention, self._retention.change, config),
            Setting("watches", lambda new: new.watches, self._jobs.reconcile, config),
            Setting("jobs", plain.cameras, lambda _: self._jobs.review(), config),
        ]

    def _change_judge(
        self, providers: list[ProviderSettings], settings: JudgeSettings, when_spent: WhenSpent
    ) -> None:
        """Have somebody else judge, or the same one by other settings."""
        judge = build(providers, settings)
        self._restore(judge)
        if judge.wants_images and self._text_finder is None:
            self._text_finder = TextFinder(cache_dir())
            self._text_finder.start()
        self._judge.exchange(judge)
        self._jobs.judge_changed(_lookers(providers, settings), when_spent)

    def _restore(self, judge: Judge) -> None:
        """Have a judge know what was spent of its budgets."""
        if isinstance(judge, FallbackJudge):
            judge.restore(self._spent_today())

    def _cover(self, jpeg: bytes, veil: Veil) -> bytes | None:
        return (self._text_finder.cover if self._text_finder else cannot_cover)(jpeg, veil)

    def _change_mqtt(self, settings: MqttSettings | None) -> None:
        """Go to another broker: what waits is delivered there, and it is told how all jobs are."""
        before, self._mqtt = self._mqtt, self._notifier(settings)
        self._ways.replace(self._notifiers())
        self._outbox.exchange(self._ways)
        self._retell()
        if before is not None:
            before.stop()
            before.join(_GOODBYE)
        if self._mqtt is not None:
            self._mqtt.start()

    def _mqtt_settings(self, config: Config) -> MqttSettings | None:
        return plain.mqtt(config, self._external_url)

    def _retell(self) -> None:
        """Make the broker's retained topics right, whatever it has forgotten or missed since we last ran."""
        if self._mqtt is None:
            return
        for job_id in self._store.jobs.buried():
            self._mqtt.job_deleted(job_id)
        for job in reversed(self._jobs.list_jobs(None, None, _RETOLD, None).items):
            self._mqtt.job_known(job)
            if picture := self._store.alerts.last_evidence(job.id):
                self._mqtt.image_changed(job.id, picture)

    def _clear(self, job_id: str) -> None:
        if self._mqtt is not None:
            self._mqtt.job_deleted(job_id)

    def _spent_today(self) -> list[Spent]:
        paid = self._store.payments.since(self._clock.now().wall - DAY)
        return [Spent(at=one.at, judged_by=one.provider, tokens=one.tokens) for one in paid]

    def _parts(self) -> list[_Part]:
        """In the order of starting: whoever is talked to comes before whoever talks."""
        parts: list[_Part] = [self._authenticator, self._broker, self._frames]
        parts += [part for part in (self._mqtt, self._push, self._text_finder) if part]
        parts += [self._outbox, self._retention, self._recorder, self._jobs, self._subscriber]
        return [*parts, self._loads, self._web, self._detection]

    def _notifier(self, settings: MqttSettings | None) -> MqttNotifier | None:
        return MqttNotifier(settings, connected=self._deliver_what_waits) if settings else None

    def _deliver_what_waits(self) -> None:
        self._outbox.kick()

    def _notifiers(self) -> dict[str, Notifier]:
        return {way.name: way for way in (self._mqtt, self._push) if way}

    def _services(self, listener: Listener, full_motion: FullMotion | None) -> Services:
        return Services(
            jobs=self._jobs,
            store=self._store,
            cameras=self._cameras,
            latest=self._latest.get,
            fetch_frame=self._newest_frame,
            health=self._health,
            stats=self._stats,
            metrics=self._metrics,
            config=lambda: redacted(self._reloader.config),
            reload=self._reloader,
            editor=self._editor,
            external_url=self._external_url,
            accounts=self._accounts,
            loopback=is_loopback(listener.host),
            live=self._live,
            insight=Insight(
                now=lambda: self._clock.now().wall,
                loads=self._loads.view,
                activity=self._store.activity,
                judges=self._judges,
                waiting=self._waiting,
                used_bytes=self._store.size,
                log=self._tail.after,
            ),
            push=self._devices(),
            full_motion=full_motion,
        )

    def _devices(self) -> Push | None:
        if self._push is None:
            return None
        return Push(
            now=lambda: self._clock.now().wall,
            public_key=self._push.public_key,
            services=self._push.services,
            devices=self._store.subscriptions,
        )

    def _newest_frame(self, camera: str, height: int, quality: int) -> EncodedFrame:
        return self._frames.fetch(camera, height=height, quality=quality)[-1]

    def _health(self) -> Mapping[str, PartHealth]:
        return self._part_health() | {
            f"camera {name}": _sight(self._latest.get(name)) for name in self._cameras
        }

    def _part_health(self) -> dict[str, PartHealth]:
        parts = {
            "bus": self._bus_health(),
            **self._detection.health(),
            "store": self._store.health(),
            "jobs": self._jobs.health(),
            "judge": _outside(self._judge.health()),
            "recorder": self._recorder.health(),
            "outbox": self._outbox.health(),
            "retention": self._retention.health(),
            "config": self._reloader.health(),
        }
        if self._mqtt:
            parts["mqtt"] = _outside(self._mqtt.health())
        if self._push:
            parts["web push"] = self._push.health()
        if self._text_finder:
            parts["text finder"] = self._text_finder.health()
        return parts

    def _bus_health(self) -> PartHealth:
        if self._broker.is_alive and self._subscriber.is_alive and self._frames.is_alive:
            return PartHealth(PartState.OK, f"{self._subscriber.counts.lost} messages lost")
        return PartHealth(PartState.FAILED, "a thread of the bus has ended")

    def _stats(self) -> Document:
        cameras = self._heard()
        now = self._clock.now()
        return stats_document(
            version=__version__,
            uptime=now.monotonic - self._started.monotonic,
            now=now.wall,
            data_dir=self._data_dir,
            detection=self._detection.pids(),
            places=self._detection.places(),
            cameras=cameras,
            totals=self._totals(cameras),
            processes=self._processes.usage(list(self._pids().values())),
        )

    def _metrics(self) -> str:
        cameras, detection, pids = self._heard(), self._detection.stats(), self._pids()
        used = self._processes.usage(list(pids.values()))
        figures = Figures(
            version=__version__,
            uptime=self._clock.now().monotonic - self._started.monotonic,
            totals=self._totals(cameras),
            tallied=self._tally.view(),
            cameras=cameras,
            jobs=self._jobs.list_jobs(_UNFINISHED, None, MAX_RUNNING, None).items,
            deliveries=self._outbox.outcomes(),
            waiting=self._waiting(),
            parts=self._part_health(),
            processes={name: used[pid] for name, pid in pids.items() if pid in used},
            store_bytes=self._store.size(),
            bus_messages=self._subscriber.counts.messages,
            detection_restarts={name: one.restarts for name, one in detection.items()},
            overload={name: one.overload for name, one in detection.items()},
        )
        return exposition(figures)

    def _waiting(self) -> dict[str, int]:
        return {name: self._store.deliveries.pending(name) for name in self._ways}

    def _judges(self) -> dict[str, PartHealth]:
        judge = self._judge.current
        return judge.members() if isinstance(judge, FallbackJudge) else {judge.name: judge.health()}

    def _load(self) -> dict[str, float]:
        """What is shown over time; see `Loads`."""
        pids, heard = self._pids(), self._heard()
        used = self._processes.usage(list(pids.values()))
        stats = [update.stats for update in heard.values() if update]
        loads = {
            "fps": sum(one.process_fps for one in stats),
            "skipped": sum(one.skipped_fps for one in stats),
        }
        for name, pid in pids.items():
            if pid in used:
                loads |= {f"cpu {name}": used[pid].cpu, f"memory {name}": float(used[pid].memory)}
        return loads

    def _heard(self) -> dict[str, CameraUpdate | None]:
        heard = self._latest.view()
        return {name: heard[name].update if name in heard else None for name in self._cameras}

    def _pids(self) -> dict[str, int]:
        detection = {name: pid for name, pid in self._detection.pids().items() if pid}
        return {"main": os.getpid()} | detection

    def _totals(self, cameras: Mapping[str, CameraUpdate | None]) -> Totals:
        return Totals(
            frames=sum(update.stats.frames for update in cameras.values() if update),
            tracked_objects=self._recorder.objects,
            looks=self._jobs.looks,
            alerts=self._jobs.alerts,
            bus_lost=self._subscriber.counts.lost,
            errors=self._errors.errors + sum(one.errors for one in self._detection.stats().values()),
        )


class _Announcer:
    """Tells the ways out what happens to jobs."""

    def __init__(
        self, mqtt: Callable[[], MqttNotifier | None], outbox: Outbox, tally: Tally, news: News
    ) -> None:
        self._mqtt = mqtt
        self._outbox = outbox
        self._tally = tally
        self._news = news

    def job_changed(self, job: Job) -> None:
        self._news.job_changed(job)
        if mqtt := self._mqtt():
            mqtt.job_changed(job)

    def job_deleted(self, job: Job) -> None:
        self._news.job_deleted(job)
        if mqtt := self._mqtt():
            mqtt.job_deleted(job.id)

    def look_finished(self, look: Look, job: Job) -> None:
        self._tally.look_finished(look)
        self._news.look_finished(look, job)

    def alert_committed(self, alert: Alert) -> None:
        if alert.status is AlertStatus.VERIFIED:
            self._tally.alert_committed(alert)
        self._outbox.kick()
        self._news.alert_committed(alert)


def _judging(config: Config) -> tuple[list[ProviderSettings], JudgeSettings, WhenSpent]:
    judge = config.frigate_ext.judge
    return plain.providers(config), plain.judge(judge), judge.when_spent


def _lookers(providers: list[ProviderSettings], settings: JudgeSettings) -> int:
    """How many looks the judge takes at once."""
    first = chain(providers, settings)[0]
    return first.max_concurrent if first else _DETECTOR_LOOKERS


def _undelivered(config: Config) -> float:
    """Seconds after which an alert that could not be delivered is given up."""
    return config.frigate_ext.retention.undelivered_days * DAY


def _full_motion(config: Config, streams: Streams) -> FullMotion | None:
    section = config.frigate_ext.full_motion
    return FullMotion(Server(section.server), section.url, streams) if section else None


def _full_motion_streams(config: Config) -> Streams:
    return {name: camera.live.streams for name, camera in config.cameras.items()}


def _snapshots(config: Config) -> dict[str, SnapshotSettings]:
    """Of the cameras that keep any."""
    kept = {name: camera.snapshots for name, camera in config.cameras.items() if camera.snapshots.enabled}
    return {
        name: SnapshotSettings(section.height or SnapshotSettings().height, section.quality)
        for name, section in kept.items()
    }


def _outside(health: PartHealth) -> PartHealth:
    """What is not ours to start is away, not starting."""
    return replace(health, state=PartState.DEGRADED) if health.state is PartState.STARTING else health


def _sight(latest: Latest | None) -> PartHealth:
    if latest is None:
        return PartHealth(PartState.DEGRADED, "nothing heard from it yet")
    if latest.silent:
        return PartHealth(PartState.DEGRADED, "its detection process is silent")
    update = latest.update
    return PartHealth(_SIGHT.get(update.state, PartState.DEGRADED), update.detail or update.state.value)


def _tls(section: Tls) -> Certificate | None:
    if not (section.enabled and section.cert and section.key):
        return None
    return Certificate(section.cert, section.key)


def _show_once(password: str) -> None:
    """Print what the first admin signs in with; to the console, since logs are kept and read by others."""
    sys.stdout.write(
        f"\n  Sign in as {FIRST_USER} with the password {password}\n  It is shown this once.\n\n"
    )
    sys.stdout.flush()
    logger.warning("made the user %s; the password was printed to standard output, this once", FIRST_USER)
