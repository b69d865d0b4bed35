"""One stream from its opening to its end, whatever ends it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.source import Source, open_source
from frigate_ext.errors import StreamError

logger = logging.getLogger(__name__)

T = TypeVar("T")


def session(
    settings: StreamSettings, stopping: threading.Event, read: Callable[[Source], T], *, name: str
) -> T | StreamError:
    """What `read` makes of the stream, or why it was lost. Blocks; raises nothing."""
    try:
        with closing(open_source(settings, stopping)) as source:
            return read(source)
    except StreamError as error:
        return error
    except Exception as error:
        logger.exception("%s: reading failed unexpectedly", name)
        return StreamError(f"internal error ({type(error).__name__})")
