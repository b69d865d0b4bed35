"""`frigate_ext:`, the keys that are ours alone."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.sections.access import Auth, Proxy, Tls
from config.sections.base import Section
from config.sections.genai import Budget
from config.sections.scale import Bus, Detection
from frigate_ext.capture.settings import StreamKind
from frigate_ext.domain.watch import WhenSpent
from frigate_ext.notify.webpush_services import KNOWN

_TOPIC = re.compile(r"[^\s/#+$\x00-\x1f\x7f][^\s/#+\x00-\x1f\x7f]*(/[^\s/#+\x00-\x1f\x7f]+)*")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _topic(value: str) -> str:
    if not _TOPIC.fullmatch(value) or len(value) > 100:  # noqa: PLR2004 - said in the message
        raise ValueError(
            "must be an MQTT topic of at most 100 characters without '+', '#', white space or empty levels, "
            "and not begin with '$' or '/'"
        )
    return value


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError("must be a host name or an IP address")
    return value


def _external_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc or parts.query or parts.fragment or re.search(r"\s", value):
        raise ValueError("must be an address like https://home.example:5055, without user, password or query")
    return value.rstrip("/")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class Web(Section):
    host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    port: int = Field(default=5055, ge=0, le=65535)
    """0 takes any free port."""
    external_url: Annotated[str, AfterValidator(_external_url)] | None = None
    """Where people reach the page and the evidence; None: made of host and port."""


class OwnMqtt(Section):
    """What Frigate's `mqtt` has no key for."""

    version: Annotated[Literal["3.1.1", "5"], BeforeValidator(_text)] = "3.1.1"
    """Of the protocol; 5 falls back where the broker has none."""


class Stream(Section):
    """What we need to know about a camera's stream and Frigate has no key for."""

    kind: StreamKind = StreamKind.AUTO
    snapshot_interval: float = Field(default=1.0, ge=0.1, le=3600)
    """Seconds between two pictures of an address that answers with one JPEG."""
    loop: bool = True
    """A file begins again at its end."""
    neighbours: tuple[str, ...] = Field(default=(), max_length=64)
    """Cameras whose events bring this one to full rate."""
    full_pictures: bool | None = None
    """None: as `frigate_ext.full_pictures` says."""


class Model(Section):
    weights: str = Field(default="yolov8n", min_length=1, max_length=500)
    """A model's name or a path to a `.pt`, `.onnx` or OpenVINO export."""
    size: int = Field(default=320, ge=32, le=4096, multiple_of=32)
    """Pixels of the longer side of what the detector sees of a whole picture."""
    region: int = Field(default=320, ge=0, le=1024, multiple_of=32)
    """Pixels of the side of what the detector sees of a part of a picture; 0: whole pictures only."""
    threads: int = Field(default=0, ge=0, le=256)
    """0: as many as were measured to be worth it."""
    precision: Literal["auto", "bf16", "f16", "f32"] = "auto"
    trusted_sha256: tuple[Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")], ...] = Field(
        default=(), max_length=64
    )
    """Hashes of model files of your own; a `.pt` can run any code and must be listed."""
    backend: Literal["auto", "openvino", "onnx", "ultralytics"] = "auto"


class Judge(Section):
    """Who answers looks, beside the provider with the role `watch`."""

    fallback: tuple[str, ...] = Field(default=(), max_length=16)
    """Providers of `genai`, and `detector`, in the order in which they stand in."""
    allow_remote_fallback: bool = False
    budget: Budget = Field(default_factory=Budget)
    """Of all providers together."""
    when_spent: WhenSpent = WhenSpent.DETECTOR
    """For watches that don't say it themselves."""
    try_out: bool | None = None
    """Puts a few tiny questions to each model at a start; None: to those in the house, and once to others."""


class Retention(Section):
    """How long looks, alerts, their pictures and events are kept; what an alert on its way needs stays."""

    days: float = Field(default=30.0, ge=0.1, le=3650)
    bytes: int = Field(default=2 * 1024**3, ge=10 * 1024**2)
    """Of the whole data folder."""
    undelivered_days: float = Field(default=7.0, ge=0.01, le=3650)
    """After so long an alert that nobody could be told of is given up."""


class Tracker(Section):
    kind: Literal["own", "bytetrack", "botsort", "botsort_gmc"] = "own"
    """All but the first are ultralytics', and load PyTorch into the detection process.

    The last one allows for cameras that move.
    """


class FullMotion(Section):
    """A go2rtc or MediaMTX that has the cameras' streams for browsers."""

    server: Literal["go2rtc", "mediamtx"]
    url: Annotated[str, AfterValidator(_external_url)]
    """As we reach it: go2rtc's API, MediaMTX' WebRTC. Browsers are told nothing of it."""


class Push(Section):
    """Notifications on people's phones, through the push services of their browsers."""

    enabled: bool = True
    email: Annotated[str, Field(pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{1,250}$")] | None = None
    """Where a push service can reach who runs this; None: it is told `web.external_url`."""
    services: tuple[
        Annotated[str, Field(pattern=r"^(\*\.)?[a-z0-9][a-z0-9.-]{0,250}(:[0-9]{1,5})?$")], ...
    ] = Field(default=KNOWN, max_length=50)
    """Hosts that may be sent to; `*.` stands for all names below one, a port may follow."""


class FrigateExt(Section):
    topic_prefix: Annotated[str, AfterValidator(_topic)] = "frigate_ext"
    data_dir: Path = Path("data")
    """Relative to the current directory."""
    web: Web = Field(default_factory=Web)
    full_motion: FullMotion | None = None
    auth: Auth = Field(default_factory=Auth)
    proxy: Proxy = Field(default_factory=Proxy)
    tls: Tls = Field(default_factory=Tls)
    bus: Bus = Field(default_factory=Bus)
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    model: Model = Field(default_factory=Model)
    detection: Detection = Field(default_factory=Detection)
    tracker: Tracker = Field(default_factory=Tracker)
    mqtt: OwnMqtt = Field(default_factory=OwnMqtt)
    streams: dict[str, Stream] = Field(default_factory=dict)
    """By camera."""
    full_pictures: bool = True
    """Whether main streams, where they are named, are opened for pictures at full resolution."""
    judge: Judge = Field(default_factory=Judge)
    push: Push = Field(default_factory=Push)
    retention: Retention = Field(default_factory=Retention)

    @model_validator(mode="after")
    def _nodes_can_connect(self) -> FrigateExt:
        if self.detection.nodes and not self.bus.remote:
            raise ValueError("detection.nodes: need bus.remote, where they connect")
        return self
