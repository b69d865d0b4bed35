"""All parts of the main process, put together."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from config import plain
from config.configuration import Config
from config.detection import detection_settings, known_keys, remote, sharing
from config.editing.editor import ConfigEditor
from config.editing.versions import Versions
from config.redact import redacted
from config.reload import Reloader
from config.secrets import secrets
from config.settings import Setting, bring_about
from frigate_ext import __version__
from frigate_ext.app import chosen
from frigate_ext.app.announcer import Announcer
from frigate_ext.app.front import Front
from frigate_ext.app.memory import StoredMemory
from frigate_ext.app.report import Report
from frigate_ext.app.ways import Ways
from frigate_ext.bus.authenticator import Authenticator
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.frames import FrameClient
from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.bus.subscriber import Sink, Subscriber
from frigate_ext.detection_process import DetectionFleet, DetectionSettings, Sharing
from frigate_ext.domain.watch import WhenSpent
from frigate_ext.full_pictures import FullPictures
from frigate_ext.notify.mqtt import MqttSettings
from frigate_ext.notify.webpush import PushSettings
from frigate_ext.recorder import Recorder
from frigate_ext.retention import Retention
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.clock import Deadline, SystemClock
from frigate_ext.runtime.log_tail import LogTail
from frigate_ext.runtime.logging import ErrorCount, set_level
from frigate_ext.runtime.processes import Processes
from frigate_ext.runtime.replaceable import Replaceable
from frigate_ext.stats import Loads, Tally
from frigate_ext.store import Store
from genai.exchange import ExchangeableJudge
from genai.judge import Veiled
from genai.registry import build
from genai.settings import JudgeSettings, ProviderSettings
from genai.text_finder import TextFinder, cannot_cover, cannot_look
from jobs.manager import JobManager
from web.figures import Insight
from web.live.full_motion import FullMotion, Server
from web.live.live import Live
from web.push import Push
from web.services import Services

logger = logging.getLogger(__name__)

_STOP_WITHIN = 4.5
"""Seconds for all parts together."""
_RETOLD = 500
"""Jobs, newest first, whose retained topics are told again at a start."""


class _Part(Protocol):
    """Something with a beginning and an end; see `frigate_ext.runtime.worker`."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def join(self, timeout: float) -> bool: ...


class Application:
    """All parts of the main process; `start` once, then `stop` once."""

    def __init__(
        self, config: Config, files: Sequence[Path], env: Mapping[str, str], errors: ErrorCount, tail: LogTail
    ) -> None:
        own = config.frigate_ext
        self._tail = tail
        self._clock = SystemClock()
        self._data_dir = own.data_dir
        self._cameras = Replaceable(plain.cameras(config))
        self._streams = Replaceable(chosen.full_motion_streams(config))
        self._snapshots = Replaceable(chosen.snapshots(config))
        endpoint = own.bus.endpoint or default_endpoint(own.data_dir)
        self._store = Store.open(own.data_dir)
        self._front = Front(
            chosen.front(config),
            data_dir=own.data_dir,
            store=self._store,
            clock=self._clock,
            offer=self._services,
        )
        self._full_motion = chosen.full_motion_server(config)
        providers, judging, when_spent = chosen.judging(config)
        self._memory = StoredMemory(self._store, self._clock)
        self._judge = ExchangeableJudge(build(providers, judging, self._memory))
        self._text_finder = TextFinder(cache_dir()) if self._judge.wants_images else None
        self._authenticator = Authenticator(known_keys(config))
        elsewhere = remote(config)
        self._broker = Broker(endpoint, elsewhere)
        self._frames = FrameClient(endpoint)
        self._tally = Tally()
        self._latest = LatestUpdates()
        self._ways = Ways(
            self._store,
            self._mqtt_settings(config),
            self._push_settings(config),
            expire_after=chosen.undelivered(config),
            jobs=lambda: reversed(self._jobs.list_jobs(None, None, _RETOLD, None).items),
        )
        self._retention = Retention(self._store, plain.retention(config), forgot=self._ways.clear)
        self._recorder = Recorder(self._store.events, self._frames.fetch, self._snapshots)
        self._live = Live(
            cameras=self._cameras,
            latest=self._latest.get,
            request_frame=self._frames.request,
            stats=lambda: self._report.stats(),  # noqa: PLW0108 - there is no report yet
            newest_alerts=lambda cameras, n: self._store.alerts.list(cameras=cameras, limit=n).items,
            log=tail.after,
            external_url=self._front.external_url,
        )
        self._jobs = JobManager(
            cameras=self._cameras,
            frames=self._frames,
            latest=self._latest,
            judge=self._judge,
            concurrency=chosen.lookers(providers, judging),
            store=self._store,
            clock=self._clock,
            listener=Announcer(
                self._ways,
                self._tally,
                self._live.news,
                lambda: self._full_pictures,  # there are none yet
            ),
            notifiers=self._ways.notifiers,
            cover=self._cover,
            finds=self._finds,
            zone=plain.time_zone(config),
            when_spent=when_spent,
        )
        self._full_pictures = FullPictures(
            frames=self._frames,
            store=self._store,
            watched=self._jobs.watched,
            cameras=plain.main_streams(config),
            clock=self._clock,
        )
        sinks: list[Sink] = [self._latest, self._jobs.note, self._recorder.on_update]
        self._subscriber = Subscriber(endpoint, sinks)
        self._detection = DetectionFleet(
            detection_settings(config, endpoint, cache_dir()), sharing(config), remote=elsewhere
        )
        self._reloader = Reloader(
            config, files, env, apply=self._become, told=self._live.news.configuration_changed
        )
        self._report = self._reporter(errors)
        self._loads = Loads(self._report.load)
        self.settings = self._changeable(config, endpoint)
        """What goes on by another configuration while everything runs."""
        self._editor = ConfigEditor(
            files,
            self._reloader,
            Versions(own.data_dir / "config_versions"),
            now=lambda: self._clock.now().wall,
        )
        self._front.serve(self._live)

    def start(self) -> None:
        logger.info(
            "frigate_ext %s: %d cameras, judged by %s", __version__, len(self._cameras), self._judge.name
        )
        self._front.admit_first()
        self._ways.retell()
        for part in self._parts():
            part.start()
        self._jobs.reconcile(self._reloader.config.watches)
        self._reloader.start()
        logger.info("ready: %s", self._front.external_url)

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
        return bring_about(self.settings, config)

    def _changeable(self, config: Config, endpoint: str) -> list[Setting[Any]]:
        """What goes on by other settings while everything runs, in this order."""

        def detection(config: Config) -> tuple[DetectionSettings, Sharing]:
            return detection_settings(config, endpoint, cache_dir()), sharing(config)

        return [
            Setting("web", chosen.front, self._front.become, config),
            Setting("links", lambda _: self._front.external_url, self._live.news.reached_at, config),
            Setting("full motion", chosen.full_motion_server, self._change_full_motion, config),
            Setting("web push", self._push_settings, self._change_push, config),
            Setting("log level", lambda new: new.frigate_ext.log_level, set_level, config),
            Setting("cameras", plain.cameras, self._cameras.replace, config),
            Setting("streams for browsers", chosen.full_motion_streams, self._streams.replace, config),
            Setting("snapshots", chosen.snapshots, self._snapshots.replace, config),
            Setting("keys of nodes", known_keys, self._authenticator.know, config),
            Setting("detection", detection, lambda new: self._detection.reconfigure(*new), config),
            Setting("full pictures", plain.main_streams, self._full_pictures.change, config),
            Setting("judge", chosen.judging, lambda new: self._change_judge(*new), config),
            Setting("mqtt", self._mqtt_settings, self._ways.change_mqtt, config),
            Setting("undelivered alerts", chosen.undelivered, self._ways.outbox.expire_after, config),
            Setting("retention", plain.retention, self._retention.change, config),
            Setting("time zone", plain.time_zone, self._jobs.keep_time_of, config),
            Setting("watches", lambda new: new.watches, self._jobs.reconcile, config),
            Setting("jobs", plain.cameras, lambda _: self._jobs.review(), config),
        ]

    def _change_judge(
        self, providers: list[ProviderSettings], settings: JudgeSettings, when_spent: WhenSpent
    ) -> None:
        """Have somebody else judge, or the same one by other settings."""
        judge = build(providers, settings, self._memory)
        if judge.wants_images and self._text_finder is None:
            self._text_finder = TextFinder(cache_dir())
            self._text_finder.start()
        self._judge.exchange(judge)
        self._jobs.judge_changed(chosen.lookers(providers, settings), when_spent)

    def _finds(self, jpeg: bytes) -> bool:
        return (self._text_finder.finds if self._text_finder else cannot_look)(jpeg)

    def _cover(self, jpeg: bytes) -> Veiled:
        return (self._text_finder.cover if self._text_finder else cannot_cover)(jpeg)

    def _mqtt_settings(self, config: Config) -> MqttSettings | None:
        return plain.mqtt(config, self._front.external_url)

    def _change_full_motion(self, server: tuple[Server, str] | None) -> None:
        self._full_motion = server
        self._front.refresh()

    def _change_push(self, settings: PushSettings | None) -> None:
        self._ways.change_push(settings)
        self._front.refresh()

    def _push_settings(self, config: Config) -> PushSettings | None:
        return plain.push(config, self._front.external_url, self._data_dir)

    def _parts(self) -> list[_Part]:
        """In the order of starting: whoever is talked to comes before whoever talks."""
        parts: list[_Part] = [self._authenticator, self._broker, self._frames]
        parts += self._ways.parts()
        parts += [self._text_finder] if self._text_finder else []
        parts += [self._retention, self._recorder, self._full_pictures]
        parts += [self._jobs, self._subscriber]
        return [*parts, self._loads, self._front, self._detection]

    def _reporter(self, errors: ErrorCount) -> Report:
        return Report(
            data_dir=self._data_dir,
            clock=self._clock,
            started=self._clock.now(),
            errors=errors,
            cameras=self._cameras,
            store=self._store,
            judge=self._judge,
            broker=self._broker,
            frames=self._frames,
            subscriber=self._subscriber,
            latest=self._latest,
            detection=self._detection,
            jobs=self._jobs,
            recorder=self._recorder,
            ways=self._ways,
            retention=self._retention,
            reloader=self._reloader,
            full_pictures=self._full_pictures,
            processes=Processes(),
            tally=self._tally,
            text_finder=lambda: self._text_finder,
        )

    def _services(self, front: Front) -> Services:
        return Services(
            jobs=self._jobs,
            store=self._store,
            cameras=self._cameras,
            latest=self._latest.get,
            fetch_frame=self._newest_frame,
            health=self._report.health,
            stats=self._report.stats,
            metrics=self._report.metrics,
            config=lambda: redacted(self._reloader.config),
            reload=self._reloader,
            editor=self._editor,
            external_url=front.external_url,
            accounts=front.accounts,
            loopback=front.is_loopback,
            live=self._live,
            insight=Insight(
                now=lambda: self._clock.now().wall,
                loads=self._loads.view,
                activity=self._store.activity,
                judges=self._report.judges,
                facts=self._report.facts,
                waiting=self._report.waiting,
                used_bytes=self._store.size,
                log=self._tail.after,
            ),
            push=self._devices(),
            full_motion=FullMotion(*self._full_motion, self._streams) if self._full_motion else None,
        )

    def _devices(self) -> Push | None:
        push = self._ways.push
        if push is None:
            return None
        return Push(
            now=lambda: self._clock.now().wall,
            public_key=push.public_key,
            services=push.services,
            devices=self._store.subscriptions,
        )

    def _newest_frame(self, camera: str, height: int, quality: int) -> EncodedFrame:
        return self._frames.fetch(camera, height=height, quality=quality)[-1]
