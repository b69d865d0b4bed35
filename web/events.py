"""Events as Frigate has them: a tracked object's life, with its snapshot."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode

from flask import Response, jsonify, request
from pydantic import ConfigDict, Field

from frigate_ext.domain.document import Document
from frigate_ext.domain.event import Event
from frigate_ext.errors import InvalidRequestError, NotFoundError
from frigate_ext.store.events import Daytime, EventFilter, Order
from web.context import asked_cameras, services
from web.declare import JPEG, WEBP, Group
from web.documents.alerts import EventDocument, EventGroupDocument
from web.documents.base import Items
from web.overlay import Encoding
from web.permissions import SCOPED, SEES_EVENT
from web.query import Flag, Names, Offset, Query, Text, Timed
from web.snapshot import MAX_HEIGHT, MIN_HEIGHT, Wish, picture, thumbnail

routes = Group("events", "/api/events")

THUMBNAIL_QUALITY = 80
MAX_BRANCHES = 100
"""Combinations of cameras, labels and zones that may be asked for at a time."""

Score = Annotated[float, Field(ge=0, le=1)]


class EventsQuery(Timed):
    """Frigate's, of which we know those that narrow; others change nothing."""

    model_config = ConfigDict(extra="ignore")

    camera: Names = ()
    cameras: Names = Field((), description="As `camera`; `all` means any, here and below.")
    label: Names = ()
    labels: Names = ()
    sub_label: Names = Field((), description="We know none: nothing has one.")
    sub_labels: Names = ()
    zone: Names = ()
    zones: Names = ()
    has_snapshot: Flag | None = None
    has_clip: Flag | None = Field(None, description="We keep none.")
    in_progress: Flag | None = None
    favorites: Flag | None = Field(None, description="We know none.")
    min_score: Score | None = None
    max_score: Score | None = None
    event_id: Text = None
    time_range: str = Field(
        "00:00,24:00",
        pattern=r"^([01]\d|2[0-4]):[0-5]\d,([01]\d|2[0-4]):[0-5]\d$",
        description="Times of day; may end past midnight.",
    )
    timezone: Offset = Field(0.0, description="Of the times of day, by today's offset from UTC.")
    sort: Order = Order.NEWEST


@routes.route("GET", "", access=SCOPED, query=EventsQuery, reply=Items[EventDocument])
def listing(query: EventsQuery) -> Response:
    """List events as Frigate does: a plain list, those that started last first unless `sort` says otherwise.

    The `Link` header leads to the page after, where there is one.
    """
    if query.has_clip or query.favorites or _words(query.sub_label, query.sub_labels):
        return jsonify([])
    page = services().store.events.list(_filter(query), query.limit, query.cursor)
    response = jsonify([event_document(event) for event in page.items])
    if page.next is not None:
        response.headers["Link"] = f'<{_page_after(page.next)}>; rel="next"'
    return response


class SummaryQuery(Query):
    """Frigate's."""

    model_config = ConfigDict(extra="ignore")

    timezone: Offset = Field(0.0, description="Days begin at its midnight, by today's offset from UTC.")
    has_snapshot: Flag | None = None
    has_clip: Flag | None = Field(None, description="We keep none.")


@routes.route("GET", "/summary", access=SCOPED, query=SummaryQuery, reply=Items[EventGroupDocument])
def summary(query: SummaryQuery) -> Response:
    """Count events by camera, label, day and zones, as Frigate does; the newest 5000 such groups."""
    if query.has_clip:
        return jsonify([])
    groups = services().store.events.summary(
        asked_cameras(), has_snapshot=query.has_snapshot, offset=query.timezone
    )
    return jsonify([{**asdict(group), "sub_label": None} for group in groups])


@routes.route("GET", "/<event_id>", access=SEES_EVENT, reply=EventDocument)
def show(event_id: str) -> Document:
    """Return one event."""
    return event_document(services().store.events.get(event_id))


class SnapshotQuery(Query):
    """Frigate's; what it knows beyond these changes nothing."""

    model_config = ConfigDict(extra="ignore")

    bbox: Flag = False
    timestamp: Flag = False
    crop: Flag = Field(False, description="The object with some of what is around it.")  # noqa: FBT003 - a default
    height: int | None = Field(None, ge=MIN_HEIGHT, le=MAX_HEIGHT, description="Pixels; never scaled up.")
    quality: int = Field(70, ge=1, le=100)


@routes.route("GET", "/<event_id>/snapshot.jpg", access=SEES_EVENT, query=SnapshotQuery, reply=JPEG)
def snapshot(event_id: str, query: SnapshotQuery) -> bytes:
    """Return the event's picture at its best moment."""
    event, jpeg = _kept(event_id)
    wish = Wish(query.bbox, query.timestamp, query.crop, query.height, query.quality)
    return picture(jpeg, event, wish)


@routes.route("GET", "/<event_id>/thumbnail.jpg", access=SEES_EVENT, reply=JPEG)
def small_jpeg(event_id: str) -> bytes:
    """Return the object alone, small."""
    event, jpeg = _kept(event_id)
    return thumbnail(jpeg, event, Encoding(".jpg", THUMBNAIL_QUALITY))


@routes.route("GET", "/<event_id>/thumbnail.webp", access=SEES_EVENT, reply=WEBP)
def small_webp(event_id: str) -> bytes:
    """Return the object alone, small, as WebP."""
    event, jpeg = _kept(event_id)
    return thumbnail(jpeg, event, Encoding(".webp", THUMBNAIL_QUALITY))


def event_document(event: Event) -> Document:
    """As Frigate's API has it, without what we don't keep."""
    return {
        "id": event.id,
        "camera": event.camera,
        "label": event.label,
        "sub_label": None,
        "start_time": event.start_time,
        "end_time": event.end_time,
        "false_positive": None,
        "zones": list(event.zones),
        "thumbnail": "",
        "has_clip": False,
        "has_snapshot": event.snapshot_time is not None,
        "retain_indefinitely": False,
        "plus_id": None,
        "model_hash": None,
        "detector_type": None,
        "model_type": None,
        "data": {
            "type": "object",
            "score": event.top_score,
            "top_score": event.top_score,
            "box": _fractions(event),
            "region": None,
        },
    }


def _filter(query: EventsQuery) -> EventFilter:
    cameras = _words(query.camera, query.cameras)
    labels, zones = _words(query.label, query.labels), _words(query.zone, query.zones)
    if math.prod(max(1, len(asked)) for asked in (cameras, labels, zones)) > MAX_BRANCHES:
        raise InvalidRequestError("Ask for fewer cameras, labels and zones at a time.", code="bad_query")
    return EventFilter(
        cameras=asked_cameras(cameras),
        labels=labels or None,
        zones=zones or None,
        span=query.span,
        has_snapshot=query.has_snapshot,
        in_progress=query.in_progress,
        daytime=_daytime(query),
        event_id=query.event_id,
        order=query.sort,
        min_score=query.min_score or 0.0,
        max_score=1.0 if query.max_score is None else query.max_score,
    )


def _daytime(query: EventsQuery) -> Daytime | None:
    begin, end = query.time_range.split(",")
    return None if (begin, end) == ("00:00", "24:00") else Daytime(begin, end, query.timezone)


def _words(*given: tuple[str, ...]) -> tuple[str, ...]:
    """What several spellings of a parameter ask for; Frigate's `all` asks for nothing in particular."""
    return tuple(dict.fromkeys(word for words in given for word in words if word != "all"))


def _page_after(cursor: str) -> str:
    arguments = request.args.copy()
    arguments["cursor"] = cursor
    query = urlencode(list(arguments.items(multi=True)), safe=",")
    return f"{services().external_url.rstrip('/')}{request.path}?{query}"


def _kept(event_id: str) -> tuple[Event, bytes]:
    event, jpeg = services().store.events.get(event_id), services().store.events.snapshot(event_id)
    if jpeg is None:
        raise NotFoundError(f"Event {event_id[:80]} has no snapshot.")
    return event, jpeg


def _fractions(event: Event) -> list[float] | None:
    if event.snapshot_box is None or event.frame_size is None:
        return None
    (x1, y1, x2, y2), (width, height) = event.snapshot_box, event.frame_size
    return [round(part, 4) for part in (x1 / width, y1 / height, (x2 - x1) / width, (y2 - y1) / height)]
