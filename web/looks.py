"""The frames that looks were shown."""

from __future__ import annotations

from frigate_ext.domain.document import Document, look_document
from frigate_ext.domain.look import LookState
from frigate_ext.errors import NotFoundError
from web.context import asked_cameras, services
from web.declare import JPEG, Group
from web.documents.base import Listed
from web.documents.jobs import LookDocument
from web.paging import listed
from web.permissions import SCOPED, SEES_LOOK
from web.query import Names, Several, Text, Timed

routes = Group("looks", "/api/looks")


class LooksQuery(Timed):
    camera: Names = ()
    job_id: Text = None
    state: Several[LookState] = ()


@routes.route("GET", "", access=SCOPED, query=LooksQuery, reply=Listed[LookDocument])
def listing(query: LooksQuery) -> Document:
    """List looks of all jobs, newest first."""
    page = services().store.looks.list(
        job_id=query.job_id,
        cameras=asked_cameras(query.camera),
        states=query.state or None,
        span=query.span,
        limit=query.limit,
        before=query.cursor,
    )
    return listed(page, lambda look: look_document(look, services().external_url))


@routes.route("GET", "/<int:look_id>", access=SEES_LOOK, reply=LookDocument)
def show(look_id: int) -> Document:
    """Return one look."""
    return look_document(services().store.looks.get(look_id), services().external_url)


@routes.route("GET", "/<int:look_id>/<int:n>.jpg", access=SEES_LOOK, reply=JPEG)
def picture(look_id: int, n: int) -> bytes:
    """Return the n-th frame that the judge was shown, from 0, as it was sent."""
    look = services().store.looks.get(look_id)
    jpeg = services().store.looks.picture(look.id, n) if n < look.pictures else None
    if jpeg is None:
        raise NotFoundError(f"There is no picture {str(n)[:20]} of look {look_id}.")
    return jpeg
