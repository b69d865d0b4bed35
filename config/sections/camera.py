"""A camera, as Frigate describes it; sizes and areas in pixels of the detect frame."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from config.sections.base import Section
from config.sections.coordinates import Coordinates, Masks
from frigate_ext.capture.url import check_url
from frigate_ext.domain.geometry import Size


def as_list(value: Any) -> Any:
    """A list of one where somebody wrote just that one."""
    return [value] if isinstance(value, str) else value


Label = Annotated[str, Field(min_length=1, max_length=100)]
Labels = Annotated[tuple[Label, ...], BeforeValidator(as_list)]
"""One label or a list of them."""
Area = Annotated[int | float, Field(ge=0)]
"""Pixels; below 1, a fraction of the frame."""
Score = Annotated[float, Field(ge=0, le=1)]


Arguments = tuple[str, ...] | str
"""A preset's name, or FFmpeg's arguments in one string or a list."""


class Input(Section):
    roles: tuple[Literal["detect", "record", "audio"], ...]
    path: SecretStr
    """An address with its credentials."""
    hwaccel_args: Arguments = ()
    """Empty: those of `ffmpeg`."""

    @field_validator("path")
    @classmethod
    def _is_a_stream_we_may_open(cls, path: SecretStr, info: ValidationInfo) -> SecretStr:
        if "detect" in info.data.get("roles", ()):
            check_url(path.get_secret_value())
        return path


class FfmpegDefaults(Section):
    """What of `ffmpeg` may stand at the top of the file, too."""

    hwaccel_args: Arguments = "auto"


class Ffmpeg(FfmpegDefaults):
    inputs: tuple[Input, ...]

    @field_validator("inputs")
    @classmethod
    def _each_role_once(cls, inputs: tuple[Input, ...]) -> tuple[Input, ...]:
        roles = [role for item in inputs for role in item.roles]
        for role in roles:
            if roles.count(role) > 1:
                raise ValueError(f"only one input can have the role {role}")
        if "detect" not in roles:
            raise ValueError("one input needs the role detect")
        return inputs


class MaxFrames(Section):
    default: int | None = Field(default=None, ge=1)
    objects: dict[Label, int] = Field(default_factory=dict)


class Stationary(Section):
    """Counted in frames."""

    interval: int | None = Field(default=None, ge=1)
    threshold: int | None = Field(default=None, ge=1)
    max_frames: MaxFrames = Field(default_factory=MaxFrames)


class Detect(Section):
    """None means what Frigate makes of `fps`, or the stream's own size."""

    enabled: bool = True
    """Unlike in Frigate, where detection has to be switched on: a camera is named here to be watched."""
    width: int | None = Field(default=None, ge=16, le=16384)
    height: int | None = Field(default=None, ge=16, le=16384)
    fps: int = Field(default=5, ge=1, le=60)
    min_initialized: int | None = Field(default=None, ge=1)
    max_disappeared: int | None = Field(default=None, ge=1)
    stationary: Stationary = Field(default_factory=Stationary)

    @property
    def size(self) -> Size | None:
        return Size(self.width, self.height) if self.width and self.height else None


class Motion(Section):
    enabled: bool = True
    threshold: int = Field(default=30, ge=1, le=255)
    lightning_threshold: float = Field(default=0.8, ge=0.3, le=1)
    skip_motion_threshold: Score | None = None
    improve_contrast: bool = True
    contour_area: int = Field(default=10, ge=1)
    """Pixels of the frame scaled to `frame_height`."""
    frame_height: int = Field(default=100, ge=10, le=2160)
    frame_alpha: Score = 0.01
    mask: Masks = ()


class Filter(Section):
    """What a detection must be like to count."""

    min_area: Area = 0
    max_area: Area = 24_000_000
    min_ratio: float = Field(default=0.0, ge=0)
    max_ratio: float = Field(default=24_000_000.0, ge=0)
    threshold: Score = 0.7
    min_score: Score = 0.5
    mask: Masks = ()


class Objects(Section):
    track: Labels = ("person",)
    filters: dict[Label, Filter] = Field(default_factory=dict)
    mask: Masks = ()


class Zone(Section):
    coordinates: Coordinates
    friendly_name: str | None = Field(default=None, max_length=100)
    enabled: bool = True
    inertia: int = Field(default=3, ge=1)
    """Frames."""
    loitering_time: int = Field(default=0, ge=0)
    """Seconds."""
    objects: Labels = ()
    """Empty means any."""
    filters: dict[Label, Filter] = Field(default_factory=dict)


class Snapshots(Section):
    """What is kept of each is clean and whole: boxes and cuts can be made of it later, not undone."""

    enabled: bool = False
    height: int | None = Field(default=None, ge=16, le=4320)
    """Pixels; None: as the detect stream has it."""
    quality: int = Field(default=60, ge=1, le=100)


class Live(Section):
    streams: dict[Label, Label] = Field(default_factory=dict)
    """Names of streams at the server of `frigate_ext.full_motion`, by what people call them."""


class Camera(Section):
    friendly_name: str | None = Field(default=None, max_length=100)
    enabled: bool = True
    ffmpeg: Ffmpeg
    detect: Detect = Field(default_factory=Detect)
    motion: Motion = Field(default_factory=Motion)
    objects: Objects = Field(default_factory=Objects)
    zones: dict[str, Zone] = Field(default_factory=dict)
    snapshots: Snapshots = Field(default_factory=Snapshots)
    live: Live = Field(default_factory=Live)

    @property
    def stream(self) -> SecretStr:
        """The address of the input that is detected on."""
        return self._detected.path

    @property
    def main_stream(self) -> SecretStr | None:
        """The address of the input that is recorded, where that is another one and we may open it."""
        recorded = (item.path for item in self.ffmpeg.inputs if "record" in item.roles)
        path = next(recorded, self.stream)
        return path if path != self.stream and _may_be_opened(path) else None

    @property
    def hwaccel_args(self) -> Arguments:
        """Those of the input that is detected on."""
        return self._detected.hwaccel_args or self.ffmpeg.hwaccel_args

    @property
    def _detected(self) -> Input:
        return next(item for item in self.ffmpeg.inputs if "detect" in item.roles)


def _may_be_opened(path: SecretStr) -> bool:
    try:
        check_url(path.get_secret_value())
    except ValueError:
        return False
    return True
