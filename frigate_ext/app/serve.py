"""The main process, from its first log line to its last."""

from __future__ import annotations

import logging
import queue
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.configuration import Config
from config.load import log_ignored_keys
from config.secrets import secrets
from frigate_ext.app.application import Application
from frigate_ext.runtime.instance_lock import InstanceLock
from frigate_ext.runtime.log_tail import LogTail
from frigate_ext.runtime.logging import configure_logging

logger = logging.getLogger(__name__)

_SWITCH_INTERVAL = 0.0005
"""Seconds a thread may keep others waiting: an alert passes through ten of them, none computes long."""


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
