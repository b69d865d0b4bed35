"""JPEGs of frames, each made once however many ask for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from frigate_ext.bus.encode import Planes, View, planes_of
from frigate_ext.bus.outlines import drawn
from frigate_ext.bus.schema import EncodedFrame, Outline, Pane
from frigate_ext.bus.tile import Part, Placed, arrange, composed
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.domain.geometry import Box, Size

_QUALITIES = (60, 40, 20, 10)
"""Tried in turn for a JPEG that is too large."""


class Piece(NamedTuple):
    """A frame, or a part of it (detect pixels), as it is to be shown."""

    key: FrameKey
    frame: Frame
    crop: Box | None = None
    outlines: tuple[Outline, ...] = ()


@dataclass(slots=True)
class EncodeCounts:
    encoded: int = 0
    reused: int = 0


class _Wanted(NamedTuple):
    """What tells one JPEG from another."""

    shown: tuple[tuple[FrameKey, View, tuple[Outline, ...]], ...]
    quality: int
    max_bytes: int | None


class FrameEncoder:
    """Encodes the same (frames, parts, sizes, outlines, quality) once while it is among the last `max_bytes`.

    For one thread.
    """

    def __init__(self, max_bytes: int = 32 << 20) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._cache: OrderedDict[_Wanted, EncodedFrame] = OrderedDict()
        self.counts = EncodeCounts()

    def encode(
        self, *pieces: Piece, height: int = 480, quality: int = 80, max_bytes: int | None = None
    ) -> EncodedFrame:
        """One JPEG of `pieces`: several make a tile, the last one large.

        Raises FrameUnavailableError when a crop lies outside its frame.
        """
        placed = arrange([Part(piece.frame.size, piece.crop) for piece in pieces], height)
        shown = tuple((p.key, at.view, p.outlines) for p, at in zip(pieces, placed, strict=True))
        wanted = _Wanted(shown, quality, max_bytes)
        if known := self._cache.get(wanted):
            self._cache.move_to_end(wanted)
            self.counts.reused += 1
            return known
        encoded = _encoded(pieces, placed, quality, max_bytes)
        self.counts.encoded += 1
        self._keep(wanted, encoded)
        return encoded

    def _keep(self, wanted: _Wanted, encoded: EncodedFrame) -> None:
        self._cache[wanted] = encoded
        self._bytes += len(encoded.jpeg)
        while self._bytes > self._max_bytes:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= len(oldest.jpeg)


def _encoded(
    pieces: Sequence[Piece], placed: Sequence[Placed], quality: int, max_bytes: int | None
) -> EncodedFrame:
    pictures = [_picture(piece, at.view) for piece, at in zip(pieces, placed, strict=True)]
    panes = [_pane(piece, at) for piece, at in zip(pieces, placed, strict=True)]
    planes = composed(pictures, placed) if len(pieces) > 1 else pictures[0]
    high, wide = planes.y.shape
    last = pieces[-1]
    return EncodedFrame(
        epoch=last.key.epoch,
        seq=last.key.seq,
        frame_time=last.frame.time,
        size=Size(wide, high),
        frame_size=last.frame.size,
        crop=panes[-1].crop,
        panes=tuple(panes) if len(pieces) > 1 else (),
        jpeg=_jpeg(planes, quality, max_bytes),
    )


def _picture(piece: Piece, view: View) -> Planes:
    planes = planes_of(piece.frame, view)
    return drawn(planes, view, piece.outlines) if piece.outlines else planes


def _pane(piece: Piece, at: Placed) -> Pane:
    return Pane(frame_time=piece.frame.time, crop=at.view.crop if piece.crop else None, place=at.place)


def _jpeg(planes: Planes, quality: int, max_bytes: int | None) -> bytes:
    """At `quality`, or the best lower one that keeps to `max_bytes`, or the lowest."""
    jpeg = planes.jpeg(quality)
    for lower in _QUALITIES:
        if max_bytes is None or len(jpeg) <= max_bytes:
            break
        jpeg = planes.jpeg(min(lower, quality))
    return jpeg
