"""What a triggered look sets out to ask, written down so that it can be asked again after a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from frigate_ext.store import Unanswered
from genai.judge import LookImage
from jobs.trigger import Edge

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intent:
    """The edge whose frame is to be judged, and the pictures that were to be shown, in that order.

    `doubted` is the look at them whose verdict a second one is to confirm, in which they are shown under a
    veil and `writing` is told (see `Question`).
    """

    edge: Edge
    images: tuple[LookImage, ...]
    doubted: int | None = None
    writing: str = ""


_INTENTS = msgspec.json.Decoder(Intent)


def episode(edge: Edge) -> str:
    """Names an edge exactly: the frame it was seen in, and what changed there."""
    camera, epoch, seq = edge.key
    words = [camera, epoch, seq, edge.kind.value, edge.subject.id, edge.zone or ""]
    return "/".join(str(word) for word in words)


def written(intent: Intent) -> bytes:
    """JSON without the pictures themselves, which are kept beside it."""
    images = tuple(replace(image, jpeg=b"") for image in intent.images)
    return msgspec.json.encode(replace(intent, images=images))


def read(unanswered: Unanswered, pictures_of: Callable[[int], tuple[bytes, ...]]) -> Intent | None:
    """The intent with its pictures; None when another version wrote what this one can't make sense of."""
    try:
        intent = _INTENTS.decode(unanswered.intent)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        logger.warning("look %d can't be asked again: %s", unanswered.look_id, error)
        return None
    pictures = pictures_of(intent.doubted or unanswered.look_id)
    if len(intent.images) != len(pictures):
        logger.warning("look %d can't be asked again: its pictures are gone", unanswered.look_id)
        return None
    pairs = zip(intent.images, pictures, strict=True)
    return replace(intent, images=tuple(replace(image, jpeg=jpeg) for image, jpeg in pairs))
