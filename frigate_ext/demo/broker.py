"""An embedded MQTT broker as a process of its own: `python -m frigate_ext.demo.broker PORT`."""

from __future__ import annotations

import signal
import sys

from iotcore import Broker

_MAX_PAYLOAD = 1 << 20
"""Bytes; this broker silently drops what is larger than its limit, and evidence pictures are not small."""


def main() -> None:
    """Serve on loopback until SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    broker = Broker(port=int(sys.argv[1]), listen="127.0.0.1", max_payload_size=_MAX_PAYLOAD)
    broker.start()
    signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main()
