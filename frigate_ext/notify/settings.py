"""What the MQTT notifier needs to know, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttSettings:
    host: str
    port: int = 1883
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_ca_certs: str | None = None
    """PEM file of the authorities to trust; turns TLS on."""
    tls_client_cert: str | None = None
    tls_client_key: str | None = None
    tls_insecure: bool = False
    """Accept a certificate made out to another host."""
    protocol: int = 4
    """5 for MQTT v5 (falls back where the broker has none), anything else for v3.1.1."""
    qos: int = 0
    """Of `job_state`; alerts and retained topics go with 1 at least."""
    topic_prefix: str = "frigate_ext"
    external_url: str = "http://127.0.0.1:5055"
    """Where people reach us; evidence URLs are built on it."""
    keepalive: int = 30
    """Seconds after which a silent broker is pinged."""
    connect_timeout: float = 3.0
    ack_timeout: float = 3.0
    """Seconds a broker may take to confirm an alert."""
    max_payload: int = 1 << 18
    """Bytes; larger pictures are not published (the embedded broker hangs up on what it finds too large)."""
