"""Text to known phrases, and a place in them; the longest known phrase wins, an unknown word is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from frigate_ext.domain.camera import Camera
from frigate_ext.errors import FrigateExtError
from genai.detector.vocabulary import Meaning, Phrase, tokens, vocabulary
from genai.detector.words import Keyword, Number

_MAX_LENGTH = 500
_MAX_DIGITS = 3
_M = TypeVar("_M")


class NotUnderstoodError(FrigateExtError):
    """The sentence is outside the grammar; the message says in words for the user what stopped it."""


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A known phrase as it was written, and everything it can mean."""

    text: str
    meanings: tuple[Meaning, ...]


def lex(text: str, camera: Camera) -> list[Lexeme]:
    """The sentence in phrases known for this camera, fillers left out. Raises NotUnderstoodError."""
    if len(text) > _MAX_LENGTH:
        raise NotUnderstoodError(f"the sentence is longer than {_MAX_LENGTH} characters")
    found = _phrases_in(tokens(text.rstrip(" \t\r\n.!?")), vocabulary(camera))
    return [lexeme for lexeme in found if lexeme.meanings != (Keyword.FILLER,)]


def _phrases_in(said: list[str], known: Mapping[Phrase, tuple[Meaning, ...]]) -> Iterator[Lexeme]:
    longest = max(map(len, known))
    at = 0
    while at < len(said):
        ends = range(min(len(said), at + longest), at, -1)
        lexeme = next((lexeme for end in ends if (lexeme := _known(said[at:end], known))), None)
        if lexeme is None:
            raise NotUnderstoodError(f"the word {quoted(said[at])} is unknown")
        yield lexeme
        at += len(lexeme.text.split())


def _known(said: list[str], known: Mapping[Phrase, tuple[Meaning, ...]]) -> Lexeme | None:
    meanings = known.get(tuple(said)) or _number(said)
    return Lexeme(" ".join(said), meanings) if meanings else None


def _number(said: list[str]) -> tuple[Meaning, ...]:
    digits = said[0]
    is_number = len(said) == 1 and digits.isascii() and digits.isdecimal() and len(digits) <= _MAX_DIGITS
    return (Number(int(digits)),) if is_number else ()


def quoted(word: str) -> str:
    """A user's word, fit to be shown: short and printable."""
    return "'" + "".join(char if char.isprintable() else "?" for char in word[:40]) + "'"


class Cursor:
    """Reads lexemes from left to right; `at` may be put back."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self._lexemes = lexemes
        self.at = 0

    def ends(self, ahead: int = 0) -> bool:
        return self.at + ahead >= len(self._lexemes)

    def sees(self, *keywords: Keyword, ahead: int = 0) -> bool:
        """Whether the lexeme `ahead` of here can mean one of `keywords`."""
        return any(keyword in self._meanings(ahead) for keyword in keywords)

    def sees_a(self, kind: type[_M], ahead: int = 0) -> _M | None:
        return next((meaning for meaning in self._meanings(ahead) if isinstance(meaning, kind)), None)

    def take(self, *keywords: Keyword) -> bool:
        """Step over the lexeme here if it can mean one of `keywords`."""
        taken = self.sees(*keywords)
        self.at += taken
        return taken

    def take_a(self, kind: type[_M]) -> _M | None:
        meaning = self.sees_a(kind)
        self.at += meaning is not None
        return meaning

    def fail(self) -> NoReturn:
        """Raise NotUnderstoodError that names the phrase here."""
        if self.ends():
            raise NotUnderstoodError("the sentence ends too early")
        raise NotUnderstoodError(f"{quoted(self._lexemes[self.at].text)} can't be placed in the sentence")

    def _meanings(self, ahead: int) -> tuple[Meaning, ...]:
        return () if self.ends(ahead) else self._lexemes[self.at + ahead].meanings
