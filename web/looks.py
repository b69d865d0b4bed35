"""The frames that looks were shown."""

from __future__ import annotations

from flask import Blueprint, Response

from frigate_ext.errors import NotFoundError
from web.context import services

routes = Blueprint("looks", __name__, url_prefix="/api/looks")

_LARGEST = 2**63 - 1
"""Numbers of looks fit 64 bits."""


@routes.get("/<int:look_id>/<int:n>.jpg")
def picture(look_id: int, n: int) -> Response:
    """Return the n-th frame that the judge was shown, from 0."""
    jpeg = services().store.looks.picture(look_id, n) if max(look_id, n) <= _LARGEST else None
    if jpeg is None:
        raise NotFoundError(f"There is no picture {str(n)[:20]} of look {str(look_id)[:20]}.")
    return Response(jpeg, mimetype="image/jpeg")
