"""From a declared route to the function that Flask calls: parse, run the view, answer as declared."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, jsonify, request
from pydantic import BaseModel

from frigate_ext.errors import NotFoundError
from web.body import checked, json_object
from web.context import limit, may_see, services
from web.declare import Access, Body, CameraOf, Media, Route
from web.query import parsed

CACHEABLE = "no-cache"
"""May be kept, and asked for again with its ETag each time."""


def endpoint(route: Route) -> Callable[..., Any]:
    """Return a function that takes the path's values.

    The view gets them too, and `query` and `body` where the route declares them. It returns a document, the
    bytes of its only media type, or a whole response.
    """

    @wraps(route.view)
    def serve(**values: Any) -> Any:
        _check_camera(route.access, values)
        if route.query is not None:
            values["query"] = parsed(route.query)
        if route.body is not None:
            values["body"] = _read(route.body)
        return answer(route, route.view(**values))

    return serve


def _check_camera(access: Access, values: dict[str, Any]) -> None:
    """To who may not see a camera, nothing of it exists: no answer tells it from what never was."""
    if access.camera_of is not None and not _is_visible(access.camera_of, values):
        raise NotFoundError("There is no such thing, or you may not see it.")


def _is_visible(camera_of: CameraOf, values: dict[str, Any]) -> bool:
    try:
        return may_see(camera_of(services(), values))
    except NotFoundError:
        if limit() is None:
            raise
        return False


def _read(body: Body) -> BaseModel | dict[str, Any]:
    return checked(body.model, json_object()) if body.checked else json_object()


def answer(route: Route, result: Any) -> Any:
    """Make the reply that a view's result stands for."""
    if isinstance(route.reply, Media):
        return conditional(result, route.reply.types[0]) if isinstance(result, bytes) else result
    if result is None:
        return "", route.status
    return result if isinstance(result, Response) else (jsonify(result), route.status)


def conditional(data: bytes, mimetype: str) -> Response:
    """Return a reply that honours If-None-Match and Range; asked of GET only."""
    response = Response(data, mimetype=mimetype)
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return response
