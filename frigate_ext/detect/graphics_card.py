"""Whether PyTorch computes on an NVIDIA card or on the processor. Imports nothing of PyTorch itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

_AGAIN_AFTER = 60.0
"""Seconds after which a card that failed is tried again; doubles each time."""
_AGAIN_AT_MOST = 3600.0


def has_card() -> bool:
    """Whether there is one that the installed PyTorch can use; imports PyTorch."""
    import torch  # noqa: PLC0415 - only now

    return bool(torch.cuda.is_available())


class Placement:
    """Where the next picture is computed; a card that fails, for want of memory say, rests for a while."""

    def __init__(
        self, *, card: bool, half: bool = True, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`card`: there is one; `half`: it computes in 16 bits, which processors don't."""
        self._card = card
        self._half = half
        self._monotonic = monotonic
        self._again_at = 0.0
        self._pause = _AGAIN_AFTER

    @property
    def on_card(self) -> bool:
        return self._card and self._monotonic() >= self._again_at

    def options(self, *, on_card: bool) -> dict[str, object]:
        """For ultralytics' `predict`."""
        return {
            "device": "cuda:0" if on_card else "cpu",
            "quantize": 16 if on_card and self._half else None,
        }

    def worked(self) -> None:
        """The card has computed something."""
        if self._again_at:
            logger.info("the graphics card works again")
        self._again_at, self._pause = 0.0, _AGAIN_AFTER

    def failed(self, error: Exception) -> None:
        """The card has not."""
        text = "the graphics card failed (%s): on the processor for %.0f s, then trying again"
        logger.warning(text, str(error).splitlines()[0][:200] if str(error) else "no reason", self._pause)
        self._again_at = self._monotonic() + self._pause
        self._pause = min(2 * self._pause, _AGAIN_AT_MOST)
