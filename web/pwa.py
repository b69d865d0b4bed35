"""What makes the pages an app: its manifest, its service worker, and a page for when we are away.

All of it is the same for everybody and tells nothing.
"""

from __future__ import annotations

from pathlib import Path

from flask import json, render_template

from web.declare import HTML, Group, Media
from web.permissions import PUBLIC

routes = Group("pwa", described=False)

_WORKER = Path(__file__).parent / "static" / "service-worker.js"
_ICONS = (
    ("static/icons/192.png", "192x192", "any"),
    ("static/icons/512.png", "512x512", "any"),
    ("static/icons/maskable.png", "512x512", "maskable"),
)


@routes.route("GET", "/manifest.webmanifest", access=PUBLIC, reply=Media(("application/manifest+json",)))
def manifest() -> bytes:
    """Describe the app; its addresses are relative, so that it works below any path."""
    icons = [
        {"src": source, "sizes": sizes, "type": "image/png", "purpose": purpose}
        for source, sizes, purpose in _ICONS
    ]
    described = {
        "name": "frigate_ext",
        "short_name": "frigate_ext",
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#101413",
        "theme_color": "#0f766e",
        "icons": icons,
    }
    return json.dumps(described).encode()


@routes.route("GET", "/service-worker.js", access=PUBLIC, reply=Media(("text/javascript",)))
def service_worker() -> bytes:
    """Serve the service worker where it may see to every page: beside them, not below `static/`."""
    return _WORKER.read_bytes()


@routes.route("GET", "/offline", access=PUBLIC, reply=HTML)
def offline() -> str:
    """Say that the server can't be reached; kept by browsers for that time."""
    return render_template("offline.html")
