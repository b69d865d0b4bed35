"""What happens to watch jobs, in the words of MQTT."""

from __future__ import annotations

from config.reload import Outcome
from frigate_ext.domain.document import look_document
from frigate_ext.domain.look import Alert, Look
from frigate_ext.domain.watch import Job
from frigate_ext.notify.messages import Message as Said
from frigate_ext.notify.messages import Messages
from web.live.hub import Hub
from web.live.message import Message

_LEFT_OUT = ("prompt", "reply")
"""Of a look: thousands of characters each; `GET /api/jobs/<id>/looks` has them."""


class News:
    """Tells the hub what jobs tell; a listener of theirs, so it never blocks. For any thread."""

    def __init__(self, hub: Hub, external_url: str) -> None:
        self._hub = hub
        self.reached_at(external_url)

    def reached_at(self, external_url: str) -> None:
        """Name addresses below this one from now on."""
        self._external_url = external_url
        self._messages = Messages("", 0, external_url)

    def job_changed(self, job: Job) -> None:
        if self._hub.busy:
            self._tell(self._messages.job_state(job), job.watch.camera)
            self._tell(self._messages.watch_state(job.id, job.state.value), job.watch.camera)

    def job_deleted(self, job: Job) -> None:
        if self._hub.busy:
            self._tell(self._messages.watch_state(job.id, ""), job.watch.camera)

    def look_finished(self, look: Look, job: Job) -> None:
        if self._hub.busy:
            document = look_document(look, self._external_url)
            body = {name: value for name, value in document.items() if name not in _LEFT_OUT}
            self._hub.publish(Message(f"watch/{job.id}/look", body, job.watch.camera, kept=True))

    def alert_committed(self, alert: Alert) -> None:
        if self._hub.busy:
            self._hub.publish(self.alert(alert))

    def alert(self, alert: Alert) -> Message:
        """As it is told now, or again to who was away."""
        return _live(self._messages.alert(alert), alert.camera, alert.id)

    def configuration_changed(self, outcome: Outcome) -> None:
        """To everybody: what exactly is wrong is for those who may ask for it."""
        if self._hub.busy:
            self._hub.publish(Message("config", {"state": outcome.state.value}))

    def _tell(self, said: Said, camera: str) -> None:
        self._hub.publish(_live(said, camera))


def _live(said: Said, camera: str, alert_id: str = "") -> Message:
    return Message(said.topic.removeprefix("/"), said.payload.decode(), camera, kept=True, alert_id=alert_id)
