"""Finds the JSON objects in what a model says, and never takes a part of a broken one for a whole.

A model wraps its answer in prose, code fences and thoughts, and writes almost-JSON: trailing commas, single
quotes, Python's `True`. The text is scanned once, left to right. Only *outermost* braces open an object, so
an object inside a cut-off one is not mistaken for an answer; what stands in a thought (outside any object)
does not count. Pure; the time is linear in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class Pairs(list[tuple[str, Any]]):
    """A JSON object as its (key, value) pairs in order, so that a repeated key is seen and not swallowed."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Braces that can't be read as an object; `cut_off` when the text ends inside them."""

    text: str
    cut_off: bool


_OPEN_THOUGHT = r"<(?:think|thinking|thought|reasoning)>|\u25c1think\u25b7|\[THINK\]"
_CLOSE_THOUGHT = (
    r"</(?:think|thinking|thought|reasoning)>|\u25c1/think\u25b7|\[/THINK\]|<\|channel\|>final<\|message\|>"
)
_LANDMARK = re.compile(rf"(?P<brace>{{)|(?P<open>{_OPEN_THOUGHT})|(?P<close>{_CLOSE_THOUGHT})", re.IGNORECASE)
_CLOSE = re.compile(_CLOSE_THOUGHT, re.IGNORECASE)
_TOKEN = re.compile(
    r"""(?P<double>"(?:[^"\\]++|\\.)*+")|(?P<single>'(?:[^'\\]++|\\.)*+')|(?P<brace>[{}\[\]])|(?P<bare>[^"'{}\[\]]++)""",
    re.DOTALL,
)
_PYTHON_WORD = re.compile(r"\b(?:True|False|None)\b")
_TRAILING_COMMA = re.compile(r",\s*+\Z")
_JSON_WORD = {"True": "true", "False": "false", "None": "null"}


def objects(text: str) -> list[Pairs | Broken]:
    """The outermost objects of the answer, in order.

    Everything before the end of a thought is thought, also where its beginning is missing (chat templates
    often write it themselves); a thought that does not end swallows the rest.
    """
    found: list[Pairs | Broken] = []
    position = 0
    while landmark := _LANDMARK.search(text, position):
        position = landmark.end()
        if landmark["brace"]:
            tidied, position = _outermost(text, landmark.start())
            found.append(_read(text[landmark.start() : position], tidied))
        elif landmark["close"]:
            found.clear()
        else:
            end = _CLOSE.search(text, position)
            position = end.start() if end else len(text)
    return found


def _outermost(text: str, start: int) -> tuple[str | None, int]:
    """The object that opens at `start` as tidied JSON, and where it ends; None when the text ends first."""
    pieces: list[str] = []
    depth, position = 0, start
    while token := _TOKEN.match(text, position):
        position = token.end()
        pieces.append(_tidied(token))
        if token["brace"] and token["brace"] in "}]":
            _drop_trailing_comma(pieces)
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return "".join(pieces), position
    return None, len(text)


def _tidied(token: re.Match[str]) -> str:
    if token["single"]:
        inside = token[0][1:-1].replace("\\'", "'")
        return '"' + re.sub(r'(\\.)|"', lambda found: found[1] or '\\"', inside, flags=re.DOTALL) + '"'
    if token["bare"]:
        return _PYTHON_WORD.sub(lambda word: _JSON_WORD[word[0]], token[0])
    return token[0]


def _drop_trailing_comma(pieces: list[str]) -> None:
    if len(pieces) > 1:
        pieces[-2] = _TRAILING_COMMA.sub("", pieces[-2])


def _read(raw: str, tidied: str | None) -> Pairs | Broken:
    if tidied is None:
        return Broken(raw, cut_off=True)
    try:
        read = json.loads(tidied, strict=False, parse_int=float, object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        return Broken(raw, cut_off=False)
    return read if isinstance(read, Pairs) else Broken(raw, cut_off=False)


def every_object(read: Pairs) -> Iterator[Pairs]:
    """`read` and every object inside it, in the order they open."""
    waiting: list[Any] = [read]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Pairs):
            yield value
            waiting.extend(inner for _, inner in reversed(value))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
