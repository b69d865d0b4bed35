"""Where messages and pictures are asked for: who may have them is decided here, as for any other request."""

from __future__ import annotations

from flask import Response, request
from pydantic import AliasChoices, ConfigDict, Field, field_validator
from werkzeug.exceptions import Forbidden, ServiceUnavailable

from frigate_ext.domain.document import Document
from frigate_ext.errors import NotFoundError
from web.bodies import OfferBody
from web.context import identity, request_headers, services, visible_cameras
from web.declare import Body, Group, Media
from web.documents.base import Listed, Shape
from web.live.full_motion import FullMotion
from web.live.reel import BOUNDARY, View
from web.live.streams import Stream, hand_over
from web.live.wishes import LOG, Wishes, check_names, check_topics
from web.origins import Origins
from web.overlay import Overlay
from web.permissions import SCOPED, SEES_CAMERA, WATCHES_CAMERA
from web.query import Flag, Names, Query, Text

routes = Group("live")

HEIGHTS = (180, 240, 360, 480, 720, 1080, 2160)
"""Pixels. A picture has the next of these, so that those who want about the same share it."""
QUALITIES = (50, 70, 85)
MAX_FPS = 30
_COME_BACK = 10
"""Seconds."""
EVENT_STREAM = Media(("text/event-stream",))
MOTION_JPEG = Media((f"multipart/x-mixed-replace; boundary={BOUNDARY.decode()}",))


class StreamDocument(Shape):
    name: str
    webrtc: str = Field(description="Takes an offer.")
    mse: str | None = Field(description="A WebSocket for Media Source Extensions, which speaks as go2rtc's.")


class AnswerDocument(Shape):
    answer: str = Field(description="SDP.")


class FilmQuery(Query):
    stream: Text = Field(None, description="Its name; none means the first.")


class LiveDocument(Shape):
    camera: str
    mjpeg: str
    jpeg_socket: str
    streams: list[StreamDocument]


class MessagesQuery(Query):
    topics: Names = Field((), description="MQTT patterns, comma-separated; none means all.")
    cameras: Names = Field((), description="Names, comma-separated; none means all.")
    after: Text = Field(None, description="Id of an alert: those that came later are told first.")

    _check_topics = field_validator("topics")(check_topics)
    _check_cameras = field_validator("cameras")(check_names)


class PicturesQuery(Query):
    """Frigate's, of which we know some; the others change nothing."""

    model_config = ConfigDict(extra="ignore")

    fps: int = Field(5, ge=1, le=MAX_FPS, description="Pictures a second, at most.")
    height: int = Field(
        360,
        validation_alias=AliasChoices("height", "h"),
        ge=16,
        le=HEIGHTS[-1],
        description=f"Pixels; rounded up to one of {HEIGHTS}.",
    )
    quality: int = Field(70, ge=1, le=100, description=f"Rounded to one of {QUALITIES}.")
    bbox: Flag = False
    timestamp: Flag = False
    zones: Flag = False


@routes.route("GET", "/ws", access=SCOPED, query=MessagesQuery, described=False)
def socket(query: MessagesQuery) -> Response:
    """Tell what happens, over a WebSocket."""
    return _hand_over(_messages(query, query.after, socket=True))


@routes.route("GET", "/api/stream", access=SCOPED, query=MessagesQuery, reply=EVENT_STREAM)
def events(query: MessagesQuery) -> Response:
    """Tell what happens, as Server-Sent Events: each is one message of the WebSocket `/ws`.

    Alerts have ids, so that a client which reconnects (`Last-Event-ID`) is told what it has missed.
    """
    after = request.headers.get("Last-Event-ID") or query.after
    return _hand_over(_messages(query, after, socket=False), EVENT_STREAM)


@routes.route("GET", "/api/live", access=SCOPED, reply=Listed[LiveDocument])
def ways() -> Document:
    """List the ways in which each camera can be watched; `streams` are a media server's, in full motion."""
    known = services().full_motion
    items = [
        {
            "camera": name,
            "mjpeg": f"/api/{name}/mjpeg",
            "jpeg_socket": f"/live/jpeg/{name}",
            "streams": known.of(name) if known else [],
        }
        for name in visible_cameras()
    ]
    return {"items": items, "next": None}


@routes.route(
    "POST", "/api/<camera>/webrtc", access=WATCHES_CAMERA, body=Body(OfferBody), reply=AnswerDocument
)
def webrtc(camera: str, body: OfferBody) -> Document:
    """Show a camera's own stream by WebRTC: answers an offer in which all addresses are.

    The film goes from the media server to the client by itself. `503 stream_unavailable` while there is none.
    """
    return {"answer": _full_motion().answer(camera, body.stream, body.offer)}


@routes.route("GET", "/live/mse/<camera>", access=SEES_CAMERA, query=FilmQuery, described=False)
def film(camera: str, query: FilmQuery) -> Response:
    """Show a camera's own stream over a WebSocket, as go2rtc sends it for Media Source Extensions."""
    url = _full_motion().socket(camera, query.stream)
    return _hand_over(services().live.film(identity(), url))


@routes.route("GET", "/api/<camera>/mjpeg", access=SEES_CAMERA, query=PicturesQuery, reply=MOTION_JPEG)
def motion_jpeg(camera: str, query: PicturesQuery) -> Response:
    """Show a camera: Motion JPEG, each picture in place of the one before."""
    return _hand_over(_pictures(camera, query, socket=False), MOTION_JPEG)


# Not `<camera>`: no camera can be called like a list here, for `/api/jobs` is the list.
@routes.route("GET", "/api/<string:camera>", access=SEES_CAMERA, query=PicturesQuery, reply=MOTION_JPEG)
def frigates_motion_jpeg(camera: str, query: PicturesQuery) -> Response:
    """Show a camera, at Frigate's address for it: as `/api/<camera>/mjpeg`."""
    return _hand_over(_pictures(camera, query, socket=False), MOTION_JPEG)


@routes.route("GET", "/live/jpeg/<camera>", access=SEES_CAMERA, query=PicturesQuery, described=False)
def jpeg_socket(camera: str, query: PicturesQuery) -> Response:
    """Show a camera over a WebSocket: each message is one JPEG."""
    return _hand_over(_pictures(camera, query, socket=True))


def _full_motion() -> FullMotion:
    known = services().full_motion
    if known is None:
        raise NotFoundError("No media server is configured.", code="no_full_motion")
    return known


def _messages(query: MessagesQuery, after: str | None, *, socket: bool) -> Stream:
    if LOG in query.topics and not identity().rules_everything:
        raise Forbidden("Only an admin may hear the log.")
    wishes = Wishes(query.topics, query.cameras)
    return services().live.messages(identity(), wishes, after or "", socket=socket)


def _pictures(camera: str, query: PicturesQuery, *, socket: bool) -> Stream:
    view = View(
        camera,
        next(height for height in HEIGHTS if height >= query.height),
        min(QUALITIES, key=lambda quality: abs(quality - query.quality)),
        Overlay(boxes=query.bbox, timestamp=query.timestamp, zones=query.zones),
    )
    if not services().live.has_room(identity(), view):
        detail = "This camera is shown in too many sizes already; ask for one of those."
        raise ServiceUnavailable(detail, retry_after=_COME_BACK)
    return services().live.pictures(identity(), view, query.fps, socket=socket)


def _hand_over(stream: Stream, media: Media | None = None) -> Response:
    """Refuse the pages of other sites: they would hold it open, or read it, with our user's cookie."""
    origins = Origins(external_url=services().external_url, loopback=services().loopback)
    if origins.is_foreign(request_headers()):
        raise Forbidden("Another site's page can't watch here.")
    return hand_over(stream, media.types[0] if media else "text/plain")
