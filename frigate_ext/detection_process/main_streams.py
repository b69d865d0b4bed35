"""The cameras' main streams in a detection process, and full pictures of moments that are over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Final

from frigate_ext.bus.answering import Answering
from frigate_ext.bus.encode import encode_jpeg, view_of
from frigate_ext.bus.keys import NodeKeys
from frigate_ext.bus.publisher import new_epoch
from frigate_ext.bus.schema import EncodedFrame, FrameReply, FrameRequest, FrameStatus, main_stream, whose
from frigate_ext.capture.keeper import Keeper
from frigate_ext.capture.picture import Scaler
from frigate_ext.capture.rewind import Taken, picture_at
from frigate_ext.detection_process.marks import CrashMarks, Work
from frigate_ext.detection_process.settings import CameraSettings, DetectionSettings
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.clock import Deadline, SystemClock

DECODE_WITHIN: Final = 2.0
"""Seconds that making one picture may take."""
NEAR: Final = 2.0
"""Seconds that a picture may be away from the moment it is asked for."""
_MAX_ATTEND: Final = 120.0
_STOP_WITHIN: Final = 1.0
_AWAY: Final = {CameraState.OFFLINE, CameraState.STALLED}

_NONE: Final = MappingProxyType(dict[str, float]())

Guard = Callable[[str], AbstractContextManager[object]]


class MainStreams:
    """For one thread, but for `hold`. Nothing runs as long as no camera has a main stream."""

    def __init__(self, settings: DetectionSettings, marks: CrashMarks) -> None:
        self._settings = settings
        self._marks = marks
        self._clock = SystemClock()
        self._keepers: dict[str, Keeper] = {}
        self._known: dict[str, CameraSettings] = {}
        self._given_up: Mapping[str, float] = _NONE
        self._server: FullPictureServer | None = None

    def become(self, cameras: Sequence[CameraSettings], given_up: Mapping[str, float] = _NONE) -> None:
        """Keep the main streams of exactly these; those that are as they were notice nothing.

        `given_up` are those of which no pictures are made, until so many monotonic seconds.
        """
        self._given_up = given_up
        wanted = {camera.name: camera for camera in cameras if camera.main}
        for name, camera in list(self._known.items()):
            if name not in wanted or wanted[name].main != camera.main:
                del self._known[name]
                self._keepers.pop(name).stop()
        for name in wanted.keys() - self._known.keys():
            self._add(wanted[name])
        if self._server:
            self._server.announce()

    def hold(self, camera: str, at: float) -> None:
        """A model is shown this moment: a picture of it may be wanted later. For any thread."""
        if keeper := self._keepers.get(camera):
            keeper.hold(at)

    def close(self) -> None:
        deadline = Deadline(_STOP_WITHIN)
        parts = [*self._keepers.values(), *([self._server] if self._server else [])]
        for part in parts:
            part.stop()
        for part in parts:
            part.join(deadline.remaining())

    def _add(self, camera: CameraSettings) -> None:
        assert camera.main  # noqa: S101 - only such are added
        keeper = Keeper(camera.name, camera.main, self._clock)
        self._known[camera.name], self._keepers[camera.name] = camera, keeper
        keeper.start()
        if self._server is None:
            self._server = FullPictureServer(
                self._settings.endpoint,
                new_epoch(self._settings.clock_ahead),
                self._keepers,
                self._guard,
                self._settings.keys,
                rests_for=self._rests_for,
            )
            self._server.start()

    def _guard(self, camera: str) -> AbstractContextManager[None]:
        return self._marks.guard(camera, Work.REWIND)

    def _rests_for(self, camera: str) -> float:
        return self._given_up.get(camera, 0.0) - self._clock.now().monotonic


class FullPictureServer(Answering):
    """Makes full pictures, one after the other, apart from the small ones that jobs wait for."""

    def __init__(
        self,
        endpoint: str,
        epoch: int,
        keepers: Mapping[str, Keeper],
        guard: Guard,
        keys: NodeKeys | None,
        *,
        rests_for: Callable[[str], float],
    ) -> None:
        """`keepers` may change while the server runs; `guard` marks what happens in native code.

        `rests_for` says for how many seconds a camera's pictures are given up; 0 or less: they are not.
        """
        super().__init__("fx-full-pictures", endpoint, epoch, keys)
        self._keepers = keepers
        self._guard = guard
        self._rests_for = rests_for

    def names(self) -> tuple[str, ...]:
        return tuple(map(main_stream, list(self._keepers)))

    def reply_to(self, request: FrameRequest) -> FrameReply:
        camera = whose(request.camera)
        keeper = self._keepers.get(camera)
        if keeper is None:
            return FrameReply(id=request.id, status=FrameStatus.UNKNOWN_CAMERA)
        if (left := self._rests_for(camera)) > 0:
            why = f"given up for {left / 60:.0f} min: the detection process crashed or hung making them"
            return FrameReply(id=request.id, status=FrameStatus.AWAY, detail=why)
        keeper.attend(min(request.attend, _MAX_ATTEND))
        if request.at is not None:
            return self._picture(camera, keeper, request, request.at)
        condition = keeper.condition
        if condition.state in _AWAY:
            return FrameReply(id=request.id, status=FrameStatus.AWAY, detail=condition.detail[:200])
        return FrameReply(id=request.id, status=FrameStatus.OK)

    def _picture(self, camera: str, keeper: Keeper, request: FrameRequest, at: float) -> FrameReply:
        """Of what is kept, whether the stream is away by now or not."""
        found = keeper.find(at)
        if found is None:
            return FrameReply(id=request.id, status=FrameStatus.GONE, detail=keeper.condition.detail[:200])
        with self._guard(camera):
            taken = picture_at(at, *found, Deadline(DECODE_WITHIN))
            if taken and abs(taken.time - at) <= NEAR:
                frames = (_encoded(camera, taken, request),)
                return FrameReply(id=request.id, status=FrameStatus.OK, frames=frames)
        why = f"the nearest is {abs(taken.time - at):.1f} s away" if taken else "none could be decoded"
        return FrameReply(id=request.id, status=FrameStatus.GONE, detail=why)


def _encoded(camera: str, taken: Taken, request: FrameRequest) -> EncodedFrame:
    frame = Frame(camera, taken.time, *Scaler(None).planes(taken.picture))
    view = view_of(frame.size, None, request.height)
    return EncodedFrame(
        epoch=0,
        seq=0,
        frame_time=frame.time,
        size=view.size,
        frame_size=frame.size,
        jpeg=encode_jpeg(frame, view, request.quality),
    )
