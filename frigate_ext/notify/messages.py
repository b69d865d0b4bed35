"""What is said over MQTT, topic by topic."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from frigate_ext.domain.document import alert_document, job_document
from frigate_ext.domain.look import Alert
from frigate_ext.domain.watch import Job

ONLINE = b"online"
OFFLINE = b"offline"


@dataclass(frozen=True, slots=True)
class Message:
    """An empty retained payload clears its topic."""

    topic: str
    payload: bytes
    qos: int
    retain: bool = False
    picture_of: str = ""
    """The job whose evidence this is."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Builds the messages below one topic prefix. `qos` is for what is merely nice to hear."""

    prefix: str
    qos: int
    external_url: str

    def available(self, payload: bytes) -> Message:
        """ONLINE or OFFLINE, for those who come later too."""
        return Message(f"{self.prefix}/available", payload, qos=1, retain=True)

    def alert(self, alert: Alert) -> Message:
        """Frigate's five keys (camera, condition, message, reasoning, job_id) and ours."""
        document = alert_document(alert, self.external_url)
        document["alert_id"] = document.pop("id")
        return Message(f"{self.prefix}/camera_monitoring", msgspec.json.encode(document), qos=1)

    def job_state(self, job: Job) -> Message:
        """The whole job, in the envelope Frigate uses."""
        payload = msgspec.json.encode({"vlm_watch": job_document(job)})
        return Message(f"{self.prefix}/job_state", payload, qos=self.qos)

    def watch_state(self, job_id: str, state: str) -> Message:
        """A job's state in plain text; empty clears it."""
        return Message(f"{self.prefix}/watch/{job_id}/state", state.encode(), max(1, self.qos), retain=True)

    def watch_image(self, job_id: str, jpeg: bytes) -> Message:
        """A job's last evidence; empty clears it."""
        topic = f"{self.prefix}/watch/{job_id}/image"
        return Message(topic, jpeg, max(1, self.qos), retain=True, picture_of=job_id if jpeg else "")
