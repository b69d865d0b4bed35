"""One file on disk: read with its fingerprint, and replaced so that nobody ever reads half of it."""

from __future__ import annotations

import codecs
import errno
import hashlib
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from config.document import MAX_CHARACTERS
from config.editing.conceal import Tokens
from frigate_ext.errors import ConflictError

logger = logging.getLogger(__name__)

_CANT_REPLACE = {errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}
"""A file that is mounted by itself, or a folder that can't be written."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a file held when it was read."""

    text: str = field(repr=False)
    concealed: str | None
    """With tokens for its secrets; None where that can't be made since it is no YAML."""
    tokens: Tokens = field(repr=False)
    etag: str
    """Another one whenever the file has changed; tells nothing of its secrets."""


def read(path: Path) -> Content:
    """Raise ConflictError (`file_unreadable`)."""
    try:
        with path.open("rb") as stream:
            changed = os.fstat(stream.fileno()).st_mtime_ns
            text = stream.read(MAX_CHARACTERS * 4 + 1).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise ConflictError(f"{path} can't be read: {reason}", code="file_unreadable") from error
    tokens = Tokens()
    concealed = conceal(tokens, text)
    etag = hashlib.sha256(f"{changed} {concealed}".encode(errors="replace")).hexdigest()[:32]
    return Content(text=text, concealed=concealed, tokens=tokens, etag=etag)


def conceal(tokens: Tokens, text: str) -> str | None:
    """The text with tokens for its secrets; None for a text that is no YAML."""
    try:
        return tokens.conceal(text)
    except (yaml.YAMLError, RecursionError):
        return None


def is_writable(path: Path) -> bool:
    """Whether we may change what it holds; that it can be replaced as a whole is not said."""
    return os.access(path, os.W_OK)


def write(path: Path, text: str) -> None:
    """Replace the content, owner and permissions kept; durable once this returns.

    The file is replaced as a whole where its folder allows that, and else written in place. Raises
    ConflictError (`file_read_only`) when it can't be had, with the file as it was.
    """
    target = path.resolve()
    content = _encoded(target, text)
    try:
        _replace(target, content)
    except OSError as error:
        if error.errno not in _CANT_REPLACE:
            raise _refused(path, error) from error
        _overwrite(target, content, error)


def _encoded(target: Path, text: str) -> bytes:
    """With the mark at the beginning that some editors write, where there was one."""
    with target.open("rb") as stream:
        begins = stream.read(len(codecs.BOM_UTF8))
    return (begins if begins == codecs.BOM_UTF8 else b"") + text.encode()


def _replace(target: Path, content: bytes) -> None:
    status = target.stat()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            os.fchown(handle, status.st_uid, status.st_gid)
            os.fchmod(handle, status.st_mode & 0o7777)
            stream.flush()
            os.fsync(handle)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _overwrite(target: Path, content: bytes, why: OSError) -> None:
    logger.warning(
        "%s can't be replaced as a whole (%s): writing it in place; what it held is kept among its versions",
        target,
        why.strerror,
    )
    before = target.read_bytes()
    try:
        _write_in_place(target, content)
    except OSError as error:
        with suppress(OSError):  # it has not been opened, or has room for what it had
            _write_in_place(target, before)
        raise _refused(target, error) from error


def _write_in_place(target: Path, content: bytes) -> None:
    with target.open("r+b") as stream:
        stream.write(content)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())


def _refused(path: Path, error: OSError) -> ConflictError:
    return ConflictError(f"{path} can't be written: {error.strerror}", code="file_read_only")
