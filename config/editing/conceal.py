"""The text of a file with tokens for its secrets, and the secrets put back into what was made of it.

A token (`•••3•••`) is sound wherever a text is: in quotes, in an address, in a comment. Lines stay lines. It
may be moved, but only to where that secret stood before (in another camera, say), to a place that nothing
ever shows, or into a comment that hides it: so nobody can read a password by making a name of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

import yaml

from config.editing.secrets import COMMENT, KNOWN, Path, find_secrets
from frigate_ext.errors import InvalidRequestError, Problem

_TOKEN = re.compile("•••[0-9]+•••")


class _Piece(NamedTuple):
    """A secret put back: where it is in the whole text, and where its token was."""

    start: int
    end: int
    token: re.Match[str]


class Tokens:
    """Which token stands for which secret, for several texts alike; the same texts give the same tokens."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._places: defaultdict[str, set[Path]] = defaultdict(set)

    def conceal(self, text: str) -> str:
        """Replace the secrets. Raises yaml.YAMLError for a text that is no YAML."""
        kept, at = [], 0
        for start, end, place in find_secrets(text):
            token = self._token(text[start:end])
            self._places[token].add(place)
            kept += [text[at:start], token]
            at = end
        return "".join([*kept, text[at:]])

    def reveal(self, text: str) -> str:
        """Put the secrets back. Raises InvalidRequestError where a token is unknown, or would be shown."""
        secrets = {token: secret for secret, token in self._tokens.items()}
        kept: list[str] = []
        pieces: list[_Piece] = []
        at = length = 0
        for found in _TOKEN.finditer(text):
            if (secret := secrets.get(found[0])) is None:
                raise _refused(found, "this hidden value is not known any more; write it anew")
            start = length + found.start() - at
            length = start + len(secret)
            pieces.append(_Piece(start, length, found))
            kept += [text[at : found.start()], secret]
            at = found.end()
        whole = "".join([*kept, text[at:]])
        self._check(whole, pieces)
        return whole

    def _token(self, secret: str) -> str:
        if _TOKEN.fullmatch(secret):
            return secret
        return self._tokens.setdefault(secret, f"•••{len(self._tokens) + 1}•••")

    def _check(self, whole: str, pieces: list[_Piece]) -> None:
        """A text that is no YAML is refused by others."""
        try:
            hidden = find_secrets(whole)
        except yaml.YAMLError:
            return
        starts = [one.start for one in hidden]
        for piece in pieces:
            n = bisect_right(starts, piece.start) - 1
            covered = n >= 0 and piece.end <= hidden[n].end
            if not covered or hidden[n].place not in {COMMENT} | KNOWN | self._places[piece.token[0]]:
                raise _refused(piece.token, "a hidden value can't be moved here; write it anew")


def _refused(token: re.Match[str], message: str) -> InvalidRequestError:
    before = token.string[: token.start()]
    where = f"{before.count(chr(10)) + 1}:{token.start() - before.rfind(chr(10))}"
    return InvalidRequestError(
        f"Line {where}: {message}.", code="hidden_value", problems=[Problem(where, message)]
    )
