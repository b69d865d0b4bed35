"""`frigate-ext detect`: work on cameras for a main process on another host."""

from __future__ import annotations

import logging
import queue
import signal
from pathlib import Path
from typing import Annotated

import typer

from frigate_ext import __version__
from frigate_ext.bus.endpoints import connect_endpoints, listen_endpoints
from frigate_ext.bus.keys import read_node_keys
from frigate_ext.detection_process.node import Node, NodeSettings
from frigate_ext.errors import ConfigError
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.logging import configure_logging

logger = logging.getLogger(__name__)

_STOP_WITHIN = 4.5


def install(app: typer.Typer) -> None:
    """Add the command, which stands at the top level."""
    app.command()(detect)


def _reachable(bus: str) -> str:
    try:
        reached = connect_endpoints(bus)
    except ConfigError as error:
        raise typer.BadParameter(error.problems[0].message) from error
    if not bus.startswith("tcp:"):
        raise typer.BadParameter("another host is reached by tcp://host:port")
    if reached != listen_endpoints(bus):
        raise typer.BadParameter(f"{bus!r} means every address of a host: name the main process's own")
    return bus


def detect(
    bus: Annotated[
        str,
        typer.Option(
            help="`frigate_ext.bus.remote` of the main process: tcp://host:port.", callback=_reachable
        ),
    ],
    key: Annotated[Path, typer.Option(help="This node's file of `frigate-ext bus keys`.")],
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
) -> None:
    """Detect on this host, on the cameras that the main process names, until stopped."""
    configure_logging(log_level)
    asked: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _: asked.put(caught))
    settings = NodeSettings(endpoint=bus, keys=read_node_keys(key), cache=cache_dir(), log_level=log_level)
    node = Node(settings, lambda: asked.put(0))
    logger.info("frigate_ext %s: a node of %s, with the key %s", __version__, bus, settings.keys.public)
    node.start()
    asked.get()
    node.stop()
    node.join(_STOP_WITHIN)
    if node.refused:
        raise node.refused
    logger.info("stopped")
