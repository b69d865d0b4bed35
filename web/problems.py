"""Errors as RFC 9457 problem documents: the one place that turns what went wrong into a status."""

from __future__ import annotations

import logging
import math
import re
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from frigate_ext.errors import (
    ConflictError,
    FrameUnavailableError,
    InvalidRequestError,
    JudgeError,
    NotFoundError,
    Problem,
    RequestError,
    StoreError,
    StreamError,
    TooManyAttemptsError,
)

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

_HTTP_CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported_media_type",
    421: "wrong_host",
    429: "too_many_attempts",
}
"""Our `code` for what HTTP itself refuses."""


_COME_BACK = "2"
"""Seconds: by then a camera or its detection process may be back."""
_PAGES = (403, 404, 429, 503)
"""What pages have words of their own for."""
_PLACE = re.compile(r"(?:^|:)(\d+):(\d+)$")
"""The end of where something stands in a text."""


def document(
    status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """`code` is the stable machine-readable word, `detail` is for people, `errors` names fields."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }


def request_status(error: RequestError) -> int:
    """Return the status of something a client asked for and can't have."""
    match error:
        case NotFoundError():
            return 404
        case ConflictError():
            return 409
        case InvalidRequestError():
            return 422
        case TooManyAttemptsError():
            return 429
        case _:
            return 400


def install(app: Flask) -> None:
    """Make `app` answer every error with a problem document."""
    app.register_error_handler(RequestError, _refused)
    app.register_error_handler(FrameUnavailableError, _no_frame)
    app.register_error_handler(StreamError, _no_stream)
    app.register_error_handler(StoreError, _no_store)
    app.register_error_handler(JudgeError, _no_verdict)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def respond(document: dict[str, Any]) -> Response:
    """Return a problem document as a reply; as a page to who has opened one."""
    if opens_page():
        response = Response(_page(document["status"]), mimetype="text/html")
    else:
        response = jsonify(document)
        response.content_type = CONTENT_TYPE
    response.status_code = document["status"]
    return response


def opens_page() -> bool:
    """Whether the current request is a person's, who has come to an address with a browser."""
    wanted = request.accept_mimetypes.accept_html and not request.path.startswith("/api/")
    return wanted and request.method == "GET"


def _page(status: int) -> str:
    known = status if status in _PAGES else HTTPStatus.INTERNAL_SERVER_ERROR.value
    root = "../" * (request.path.count("/") - 1)
    return render_template("problem.html", known=known, root=root or "./")


def extra_headers(error: HTTPException) -> list[tuple[str, str]]:
    """Return what a refusal says in its headers: `Allow`, `Retry-After`, `WWW-Authenticate`."""
    return [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]


def _refused(error: RequestError) -> Response:
    problems = error.problems if isinstance(error, InvalidRequestError) else []
    errors = [error_of(problem) for problem in problems]
    response = respond(document(request_status(error), error.code, str(error), errors))
    if isinstance(error, TooManyAttemptsError):
        response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return response


def error_of(problem: Problem) -> dict[str, Any]:
    """Name what is wrong where; in a text, by line and column."""
    place = _PLACE.search(problem.where)
    told = {"field": problem.where, "message": problem.message}
    return told | {"line": int(place[1]), "column": int(place[2])} if place else told


def _no_frame(error: FrameUnavailableError) -> Response:
    logger.debug("no frame: %s", error)
    response = respond(document(503, "frame_unavailable", str(error)))
    response.headers["Retry-After"] = _COME_BACK
    return response


def _no_stream(error: StreamError) -> Response:
    return respond(document(503, "stream_unavailable", str(error)))


def _no_verdict(error: JudgeError) -> Response:
    return respond(document(503, "judge_unavailable", str(error)))


def _no_store(error: StoreError) -> Response:
    logger.warning("answering 503: %s", error)
    return respond(document(503, "store_unavailable", "The database can't be read or written just now."))


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code
    if status is None or status < HTTPStatus.BAD_REQUEST:
        return error
    code = _HTTP_CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    response = respond(document(status, code, error.description or ""))
    response.headers.extend(extra_headers(error))
    return response


def _unexpected(error: Exception) -> Response:
    logger.error("answering 500", exc_info=error)
    return respond(document(500, "internal_error", "Something went wrong here; the log has the details."))
