"""Declaring routes: one declaration says how a route is parsed, described and who may use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask
from pydantic import BaseModel

from frigate_ext.domain.account import Role
from web.services import Services

F = TypeVar("F", bound=Callable[..., Any])

CameraOf = Callable[[Services, Mapping[str, Any]], str]
"""From the path's values to the name of the camera that the object behind them belongs to.

Raises NotFoundError; the name may be of a camera that is no longer configured.
"""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a route. A viewer may be limited to some cameras."""

    role: Role | None
    """The least that one must be; None: anybody, without authentication."""
    camera_of: CameraOf | None = None
    """Finds the camera of the object that the path names; `web.endpoint` checks it before the view runs."""
    reads: bool = False
    """Changes nothing, though it is no GET: keys that only read may use it."""
    scoped: bool = False
    """The route speaks of several cameras, or names one outside its path: its view keeps to
    `web.context.visible_cameras`."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a client sends as JSON."""

    model: type[BaseModel]
    checked: bool = True
    """Parsed by `model`; else handed to the view as it came, whose own check has better words."""


@dataclass(frozen=True, slots=True)
class Media:
    """A reply that is not JSON, or JSON of a shape that is not ours to promise."""

    types: tuple[str, ...]


JPEG = Media(("image/jpeg",))
WEBP = Media(("image/webp",))
PNG = Media(("image/png",))
TEXT = Media(("text/plain",))
HTML = Media(("text/html",))

Reply = type[BaseModel] | Media | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path. `path` is a rule of Werkzeug's: `/api/jobs/<job_id>`."""

    endpoint: str
    method: str
    path: str
    view: Callable[..., Any]
    access: Access
    query: type[BaseModel] | None = None
    body: Body | None = None
    reply: Reply = None
    """None: no body."""
    status: int = 200
    """Of success."""
    takes_key: bool = False
    """A client may name its request (`Idempotency-Key`), see `web.idempotency`."""
    conflicts: tuple[str, ...] = ()
    """Codes of the 409 that the state of things may be answered with."""
    also: Mapping[int, Reply] = field(default_factory=dict)
    """What else it answers, by status; the errors that follow from the rest go without saying."""
    refusal: type[BaseModel] | None = None
    """The shape of its errors, where it is not a problem document."""
    tag: str
    described: bool = True
    """Part of the API, and of its description."""

    @property
    def summary(self) -> str:
        return _paragraphs(self.view)[0]

    @property
    def description(self) -> str:
        return "\n\n".join(_paragraphs(self.view)[1:])


class Group:
    """Routes of one kind below one prefix. There is no way to add one without saying who may use it."""

    def __init__(
        self,
        name: str,
        prefix: str = "",
        *,
        tag: str = "",
        described: bool = True,
        refusal: type[BaseModel] | None = None,
        errors: Mapping[type[Exception], Callable[[Any], Any]] | None = None,
    ) -> None:
        """`errors` are answered by handlers of the group's own, in the shape of `refusal`."""
        self.name = name
        self.errors = dict(errors or {})
        self._prefix = prefix
        self._shared: dict[str, Any] = {"tag": tag or name, "described": described, "refusal": refusal}
        self.routes: list[Route] = []

    def route(self, method: str, path: str, **declared: Any) -> Callable[[F], F]:
        """As a decorator, `add`."""

        def register(view: F) -> F:
            self.add(method, path, view, **declared)
            return view

        return register

    def add(self, method: str, path: str, view: Callable[..., Any], *, access: Access, **more: Any) -> None:
        """Declare a route; `more` are the other fields of `Route`."""
        endpoint = f"{self.name}.{more.pop('name', view.__name__)}"
        fields = self._shared | {"access": access} | more
        self.routes.append(
            Route(endpoint=endpoint, method=method, path=self._prefix + path, view=view, **fields)
        )


_KEY = "frigate_ext.routes"
_CAMERA = "<camera>"


def install(app: Flask, groups: list[Group], wrap: Callable[[Route], Callable[..., Any]]) -> None:
    """Serve the groups' routes, each view wrapped; raises ValueError for a rule that nobody declared."""
    table: dict[str, Route] = {}
    lists = _lists([route.path for group in groups for route in group.routes])
    for group in groups:
        blueprint = Blueprint(group.name, __name__)
        for error, handler in group.errors.items():
            blueprint.register_error_handler(error, handler)
        for route in group.routes:
            name = route.endpoint.removeprefix(f"{group.name}.")
            view = wrap(route)
            blueprint.add_url_rule(route.path, name, view, methods=[route.method])
            for word in lists if _CAMERA in route.path else ():
                path, taken = route.path.replace(_CAMERA, word), {"camera": word}
                blueprint.add_url_rule(path, name, view, methods=[route.method], defaults=taken)
            table[route.endpoint] = route
        app.register_blueprint(blueprint)
    _check(app, table)
    app.extensions[_KEY] = table


def table(app: Flask) -> Mapping[str, Route]:
    """Every route by endpoint: what the access check and the description read."""
    found: Mapping[str, Route] = app.extensions[_KEY]
    return found


def _lists(paths: list[str]) -> set[str]:
    """Words that stand where a camera's name may stand, before a value: a camera may be called like them."""
    words = [path.split("/")[2:4] for path in paths if path.count("/") > 2]  # noqa: PLR2004 - /api/jobs/<job_id>
    return {first for first, second in words if "<" not in first and second.startswith("<")}


def _check(app: Flask, table: Mapping[str, Route]) -> None:
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    if unknown := rules - table.keys() - {"static"}:
        raise ValueError(f"routes without a declaration: {', '.join(sorted(unknown))}")


def _paragraphs(view: Callable[..., Any]) -> list[str]:
    lines = [line.strip() for line in (view.__doc__ or "").strip().splitlines()]
    return [" ".join(part.split("\n")) for part in "\n".join(lines).split("\n\n")]
