"""The product's web server, with everybody admitted, and where its threads spend their time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psutil

from bench.product import Product
from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.domain.camera import Camera
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.log_tail import LogTail
from web.access import AccessSettings
from web.accounts import Accounts
from web.app import create_app
from web.listener import Listener
from web.live.live import Live
from web.server import WebServer
from web.services import Services


def live_of(product: Product, cameras: Mapping[str, Camera], listener: Listener) -> Live:
    return Live(
        cameras=cameras,
        latest=product.latest.get,
        request_frame=product.frames.request,
        stats=lambda: {"cameras": {}},
        newest_alerts=lambda seen, n: product.store.alerts.list(cameras=seen, limit=n).items,
        log=LogTail().after,
        external_url=listener.url,
    )


@contextmanager
def serving(
    product: Product, cameras: Mapping[str, Camera], listener: Listener, live: Live
) -> Iterator[None]:
    unasked: Any = None
    """No route that is measured needs it."""

    def newest(camera: str, height: int, quality: int) -> EncodedFrame:
        return product.frames.fetch(camera, height=height, quality=quality)[-1]

    services = Services(
        jobs=product.jobs,
        store=product.store,
        cameras=cameras,
        latest=product.latest.get,
        fetch_frame=newest,
        health=dict,
        stats=lambda: {"cameras": {}},
        metrics=str,
        config=dict,
        reload=unasked,
        external_url=listener.url,
        accounts=Accounts(product.store, AccessSettings(enabled=False), local_key=None, clock=SystemClock()),
        live=live,
        insight=unasked,
        loopback=True,
    )
    server = WebServer(create_app(services), listener, live)
    server.start()
    server.ready.wait(10)
    try:
        yield
    finally:
        server.stop()
        server.join(5.0)


def seconds_of_web_threads() -> float:
    """CPU seconds so far of the event loop and of all threads that work for it."""
    ours = {t.native_id for t in threading.enumerate() if t.name.startswith(("fx-web", "fx-live"))}
    return sum(t.user_time + t.system_time for t in psutil.Process().threads() if t.id in ours)
