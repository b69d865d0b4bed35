"""The certificate that we show, also after it was renewed."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from frigate_ext.errors import ListenError

logger = logging.getLogger(__name__)


class Certificate:
    """PEM files: a certificate, with those between it and the root, and its key.

    Raises ListenError when they can't be read, are no such files, or don't belong together.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = certificate, key
        self._seen = self._written()
        self.context = self._load()
        """For connections to come."""

    def renew(self) -> None:
        """Take the files again where they were written since; what can't be used is left, and said once.

        Blocks for a read.
        """
        written = self._written()
        if written == self._seen:
            return
        self._seen = written
        try:
            self._load()  # tried apart: a context that was given half a pair shows nothing any more
            self.context.load_cert_chain(*self._files, password=_no_password)
        except (ListenError, OSError, ValueError) as error:
            logger.warning("keeping the certificate that we have: %s", error)
        else:
            logger.info("took the renewed certificate %s", self._files[0])

    def _load(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate, key = self._files
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ValueError) as error:  # SSLError is an OSError
            raise ListenError(
                f"can't use the certificate {certificate} with the key {key}: {error}"
            ) from error
        return context

    def _written(self) -> list[int | None]:
        return [_modified(path) for path in self._files]


def _modified(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _no_password() -> bytes:
    """Instead of asking at the terminal."""
    raise ValueError("the key has a password")
