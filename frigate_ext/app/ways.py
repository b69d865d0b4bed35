"""The ways in which alerts go out, and what carries them there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from frigate_ext.domain.watch import Job
from frigate_ext.notify.mqtt import MqttNotifier, MqttSettings
from frigate_ext.notify.notifier import Notifier
from frigate_ext.notify.webpush import PushSettings, WebPushNotifier
from frigate_ext.outbox import Outbox
from frigate_ext.runtime.replaceable import Replaceable
from frigate_ext.store import Store

_GOODBYE = 3.0
"""Seconds for a broker, or phones, that we leave."""


class Ways:
    """The broker, the phones, and the outbox that delivers to both. Changed by one thread, read by any."""

    def __init__(
        self,
        store: Store,
        mqtt: MqttSettings | None,
        push: PushSettings | None,
        *,
        expire_after: float,
        jobs: Callable[[], Iterable[Job]],
    ) -> None:
        """`jobs` are those that a broker is told about anew; `expire_after` is as for `Outbox`."""
        self._store = store
        self._jobs = jobs
        self.mqtt = self._broker(mqtt)
        self.push = self._phones(push)
        self.notifiers: Replaceable[str, Notifier] = Replaceable(self._by_name())
        self.outbox = Outbox(store, self.notifiers, expire_after=expire_after)

    def parts(self) -> list[MqttNotifier | WebPushNotifier | Outbox]:
        """In the order of starting."""
        return [*(part for part in (self.mqtt, self.push) if part), self.outbox]

    def change_mqtt(self, settings: MqttSettings | None) -> None:
        """Go to another broker: what waits is delivered there, and it is told how all jobs are."""
        before, self.mqtt = self.mqtt, self._broker(settings)
        self._exchange()
        self.retell()
        if before:
            before.stop()
            before.join(_GOODBYE)
        if self.mqtt:
            self.mqtt.start()

    def change_push(self, settings: PushSettings | None) -> None:
        """Tell phones in another way, or begin to, or no more."""
        if self.push and settings:
            self.push.change(settings)
            return
        before, self.push = self.push, self._phones(settings)
        if self.push:
            self.push.start()
        self._exchange()
        if before:
            before.stop()
            before.join(_GOODBYE)

    def retell(self) -> None:
        """Make the broker's retained topics right, whatever it has forgotten or missed since we last ran."""
        if self.mqtt is None:
            return
        for job_id in self._store.jobs.buried():
            self.mqtt.job_deleted(job_id)
        for job in self._jobs():
            self.mqtt.job_known(job)
            if picture := self._store.alerts.last_evidence(job.id):
                self.mqtt.image_changed(job.id, picture)

    def clear(self, job_id: str) -> None:
        """Nothing is known of a job any more."""
        if self.mqtt:
            self.mqtt.job_deleted(job_id)

    def _broker(self, settings: MqttSettings | None) -> MqttNotifier | None:
        return MqttNotifier(settings, connected=self._deliver_what_waits) if settings else None

    def _phones(self, settings: PushSettings | None) -> WebPushNotifier | None:
        return WebPushNotifier(settings, self._store.subscriptions) if settings else None

    def _deliver_what_waits(self) -> None:
        self.outbox.kick()

    def _exchange(self) -> None:
        self.notifiers.replace(self._by_name())
        self.outbox.exchange(self.notifiers)

    def _by_name(self) -> dict[str, Notifier]:
        return {way.name: way for way in (self.mqtt, self.push) if way}
