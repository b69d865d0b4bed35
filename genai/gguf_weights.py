"""The weights of a model that runs here: where they come from, and that they are what they claim to be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from frigate_ext.errors import DownloadError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.download import Progress, Remote, fetch, kept, sha256_of
from genai.settings import ProviderSettings
from genai.verdict import clean

_SHA256 = re.compile(r"[0-9a-f]{64}")
_QUOTED = 300
_MAX_CONTEXT = 1_048_576
_MAX_THREADS = 256


@dataclass(frozen=True, slots=True)
class Source:
    """A file: a path, checked where its hash is given, or an address, whose hash must be."""

    where: str
    sha256: str | None

    @property
    def is_remote(self) -> bool:
        return urlsplit(self.where).scheme in {"http", "https"}

    @property
    def name(self) -> str:
        """The file's own, without what stands before it or, in an address, after it."""
        return Path(urlsplit(self.where).path if self.is_remote else self.where).name[-80:] or "model.gguf"


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufOptions:
    """What `provider: gguf` is told; `vision` is the encoder that llama.cpp calls `mmproj`."""

    model: Source
    vision: Source
    context: int
    threads: int | None
    """None: as many as llama.cpp thinks good."""


def gguf_options(settings: ProviderSettings) -> GgufOptions:
    """From `model` and `provider_options`; JudgeMisconfiguredError for what is missing or wrong. Pure."""
    options = settings.provider_options
    if settings.base_url:
        raise JudgeMisconfiguredError(f"{settings.name}: base_url: a model that runs here has no address")
    return GgufOptions(
        model=_source(settings.name, "model", settings.model, options.get("sha256"), "sha256"),
        vision=_source(
            settings.name,
            "provider_options.mmproj",
            options.get("mmproj"),
            options.get("mmproj_sha256"),
            "mmproj_sha256",
        ),
        context=_number(settings.name, "context_size", options.get("context_size", 4096), _MAX_CONTEXT),
        threads=_number(settings.name, "threads", options["threads"], _MAX_THREADS)
        if "threads" in options
        else None,
    )


def obtain(source: Source, cache: Path, progress: Progress | None = None) -> Path:
    """The file, downloaded into `cache` unless it is there. Blocks.

    Raises JudgeUnavailableError where a download fails, JudgeMisconfiguredError where a path leads to no or
    another file.
    """
    if source.is_remote and source.sha256:
        return _downloaded(source, source.sha256, cache, progress)
    path = Path(source.where).expanduser()
    if not path.is_file():
        raise JudgeMisconfiguredError(f"{source.name}: there is no such file")
    if source.sha256 and (found := sha256_of(path)) != source.sha256:
        raise JudgeMisconfiguredError(f"{source.name} has sha256 {found}, not the configured one: not used")
    return path


def _downloaded(source: Source, sha256: str, cache: Path, progress: Progress | None) -> Path:
    remote = Remote(source.name, sha256, source.where)
    place = cache / "models" / f"{sha256[:16]}-{source.name}"
    try:
        return place if kept(remote, place) else fetch(remote, place, progress)
    except DownloadError as error:
        # An address may hold a key, and the libraries below quote it in pieces.
        is_open = not (urlsplit(source.where).query or urlsplit(source.where).username)
        reason = clean(str(error), _QUOTED) if is_open else "see that its address and hash are right"
        raise JudgeUnavailableError(f"{source.name} can't be had: {reason}", kind="download") from None


def _source(provider: str, what: str, where: object, sha256: object, hash_key: str) -> Source:
    if not isinstance(where, str) or not where:
        raise JudgeMisconfiguredError(f"{provider}: {what} must be the path or address of a .gguf file")
    wanted = str(sha256).lower() if sha256 is not None else None
    source = Source(where, wanted)
    if wanted is not None and not _SHA256.fullmatch(wanted):
        raise JudgeMisconfiguredError(
            f"{provider}: provider_options.{hash_key} must be 64 hexadecimal digits"
        )
    if source.is_remote and wanted is None:
        raise JudgeMisconfiguredError(f"{provider}: a download needs its provider_options.{hash_key}")
    return source


def _number(provider: str, key: str, value: object, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise JudgeMisconfiguredError(f"{provider}: provider_options.{key} must be a number from 1 to {most}")
    return value
