"""Lists as `{items, next}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, jsonify

from web import query
from web.services import Page

T = TypeVar("T")

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


def window() -> tuple[int, str | None]:
    """Return what `limit` and `cursor` ask for."""
    return query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT), query.text("cursor")


def listed(page: Page[T], document: Callable[[T], dict[str, Any]]) -> Response:
    """Return a page of a list; its `next` is the `cursor` of the one after it."""
    return jsonify({"items": [document(item) for item in page.items], "next": page.next})
