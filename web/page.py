"""The pages people open; each fills itself through the API."""

from __future__ import annotations

from flask import render_template, request

from frigate_ext import __version__
from web.context import identity, services
from web.declare import HTML, Group
from web.permissions import ADMIN, ANYONE_SIGNED_IN, SEES_ALERT, SEES_CAMERA, SEES_JOB

routes = Group("page", described=False)

SECTIONS = (("cameras", ""), ("watch", "watch"), ("alerts", "alerts"), ("system", "system"))
"""What the navigation leads to: the name of a page, and its path from the root."""
FOR_ADMINS = (("settings", "settings"),)


@routes.route("GET", "/", access=ANYONE_SIGNED_IN, reply=HTML)
def cameras() -> str:
    """Show what all cameras see."""
    return _page("cameras")


@routes.route("GET", "/cameras/<camera>", access=SEES_CAMERA, reply=HTML)
def camera(camera: str) -> str:
    """Show one camera, large."""
    return _page("camera", section="cameras", subject=camera)


@routes.route("GET", "/watch", access=ANYONE_SIGNED_IN, reply=HTML)
def watch() -> str:
    """Start and list watch jobs."""
    return _page("watch")


@routes.route("GET", "/watch/<job_id>", access=SEES_JOB, reply=HTML)
def job(job_id: str) -> str:
    """Show one watch job with its looks."""
    return _page("job", section="watch", subject=job_id)


@routes.route("GET", "/alerts", access=ANYONE_SIGNED_IN, reply=HTML)
def alerts() -> str:
    """List what the watches found."""
    return _page("alerts")


@routes.route("GET", "/alerts/<alert_id>", access=SEES_ALERT, reply=HTML)
def alert(alert_id: str) -> str:
    """Show one alert with the looks that led to it."""
    return _page("alert", section="alerts", subject=alert_id)


@routes.route("GET", "/system", access=ANYONE_SIGNED_IN, reply=HTML)
def system() -> str:
    """Show how the program is, part by part."""
    return _page("system")


@routes.route("GET", "/settings", access=ADMIN, reply=HTML)
def settings() -> str:
    """Edit the configuration's files."""
    return _page("settings")


@routes.route("GET", "/settings/cameras/<camera>", access=ADMIN, reply=HTML)
def shapes(camera: str) -> str:
    """Draw a camera's zones and masks."""
    return _page("shapes", section="settings", subject=camera)


@routes.route("GET", "/account", access=ANYONE_SIGNED_IN, reply=HTML)
def account() -> str:
    """Change one's password, keep API keys and, as an admin, users."""
    return _page("account")


def _page(name: str, *, section: str = "", subject: str = "") -> str:
    """`subject` is what a page is about: data, which its script fetches more of."""
    root = "../" * (request.path.count("/") - 1)
    return render_template(
        f"{name}.html",
        name=name,
        section=section or name,
        subject=subject,
        sections=SECTIONS + (FOR_ADMINS if identity().rules_everything else ()),
        root=root or "./",
        here=request.path.removeprefix("/"),
        version=__version__,
        guarded=services().accounts.settings.enabled,
        who=identity(),
    )
