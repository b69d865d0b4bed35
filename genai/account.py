"""Who pays for what one provider is asked, and what comes back when it has cost nothing."""

from __future__ import annotations

from collections.abc import Sequence

from frigate_ext.errors import BadReplyError, JudgeError, JudgeUnavailableError
from genai.judge import CALLED_OFF
from genai.purse import Purse, pay

_WORKED = frozenset({"timeout", "read_timeout", "protocol", CALLED_OFF})
"""Kinds of failure that may have cost as much as an answer."""
Paid = tuple[tuple[str, int], ...]
"""Names of providers that were paid, with the tokens they took."""


class Account:
    """Of the provider `name`; its purses may be shared with others. Without any, everything is free.

    Times are monotonic seconds. Safe to call from several threads.
    """

    def __init__(self, name: str, purses: Sequence[Purse] = ()) -> None:
        self._name = name
        self._purses = tuple(purses)

    def pay(self, now: float) -> None:
        """Take one look out of every purse; JudgeUnavailableError of kind `budget` where that can't be."""
        pay(self._purses, now)

    def charge(self, at: float, tokens: int) -> Paid:
        """Take the tokens of what was paid at `at`."""
        for purse in self._purses:
            purse.spend_tokens(at, tokens)
        return ((self._name, tokens),) if self._purses else ()

    def settle(self, error: JudgeError, at: float) -> Paid:
        """Give back what was paid at `at` for nothing."""
        if isinstance(error, BadReplyError):
            return self.charge(at, error.tokens)
        if isinstance(error, JudgeUnavailableError) and error.kind in _WORKED:
            return self.charge(at, 0)
        for purse in self._purses:
            purse.give_back(at)
        return ()

    def trouble(self, now: float) -> str:
        """Why there is nothing to spend now; '' while there is."""
        return next(filter(None, (purse.trouble(now) for purse in self._purses)), "")
