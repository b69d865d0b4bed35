"""Lists as `{items, next}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from web.services import Page

T = TypeVar("T")


def listed(page: Page[T], document: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """Return a page of a list; its `next` is the `cursor` of the one after it."""
    return {"items": [document(item) for item in page.items], "next": page.next}
