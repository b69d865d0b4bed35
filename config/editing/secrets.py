"""Where the secrets of a file are: in values, in addresses, and in what is commented out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import yaml

from config.editing.source import Source
from config.substitute import FIELDS
from frigate_ext.capture.url import secret_parts

Path = tuple[str, ...]

COMMENT: Path = ("#",)
_NAME = re.compile(
    r"pass|pwd|secret|token(?!s)|(^|[_-])key$|apikey|credential|cookie(?!_name)|authorization|^auth$",
    re.IGNORECASE,
)
_SECTION = re.compile(r"environment_vars|headers?|cookies|credentials|secrets", re.IGNORECASE)
"""All that stands right below these."""
_FILES = {("frigate_ext", "tls", "key"), ("mqtt", "tls_client_key")}
"""They only name files."""
_PLACEHOLDERS = re.compile(r"(\{FRIGATE_[A-Za-z0-9_]+\})*")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://\S+|[^\s@:]+:[^\s@]+@\S+")
_SAID = re.compile(r"([A-Za-z0-9_\-]+)[\"']?[ \t]*[:=][ \t]*(\S.*)")
"""A name and its value in a comment."""


class Hidden(NamedTuple):
    """A piece of one line that must not be shown."""

    start: int
    end: int
    place: Path
    """`COMMENT`, or the keys it stands below, without the second, which is a name of the user's own."""


def place_of(path: Path) -> Path:
    """Where in any camera (provider ...) something stands."""
    return path if len(path) < 3 else (path[0], *path[2:])  # noqa: PLR2004 - cameras, its name, the rest


KNOWN = frozenset(place_of(tuple(name for name in field if name != "**")) for field in FIELDS)
"""Places that nothing ever shows the secrets of."""


def find_secrets(text: str) -> list[Hidden]:
    """In order and apart. Raises yaml.YAMLError for a text that is no YAML."""
    source = Source(text)
    scalars = list(_scalars(source.root, ()))
    found = [hidden for node, path in scalars for hidden in _of_scalar(source, node, path)]
    taken = sorted((node.start_mark.index, source.end(node)) for node, _ in scalars)
    for start, end in _comments(text, taken):
        found += [Hidden(*span, COMMENT) for span in _of_comment(text, start, end)]
    return [line for hidden in _apart(found) for line in _lines(text, hidden)]


def _scalars(root: yaml.Node | None, path: Path) -> Iterator[tuple[yaml.ScalarNode, Path]]:
    """Every scalar with the names above it, once, however many aliases lead to it."""
    seen: set[int] = set()
    waiting = [(root, path)]
    while waiting:
        node, path = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case yaml.ScalarNode():
                yield node, path
            case yaml.SequenceNode():
                waiting += [(item, path) for item in node.value]
            case yaml.MappingNode():
                waiting += [(key, (*path, "")) for key, _ in node.value]
                waiting += [(value, (*path, str(key.value))) for key, value in node.value]


def _of_scalar(source: Source, node: yaml.ScalarNode, path: Path) -> Iterator[Hidden]:
    start, end = node.start_mark.index, source.end(node)
    if not _is_secret(path, node.tag):
        yield from (Hidden(*span, place_of(path)) for span in _of_text(source.text, start, end))
    elif not _PLACEHOLDERS.fullmatch(node.value):
        yield Hidden(*_inside(source.text[start:end], start), place_of(path))


def _is_secret(path: Path, tag: str) -> bool:
    if not path or not path[-1] or path in _FILES or tag.endswith((":bool", ":null")):
        return False
    return bool(_NAME.search(path[-1]) or any(_SECTION.fullmatch(name) for name in path[-2:-1]))


def _inside(written: str, start: int) -> tuple[int, int]:
    """Without quotes, or the header of a block."""
    if written[0] in "|>" and "\n" in written:
        return start + written.index("\n"), start + len(written)
    quoted = written[0] in "'\"" and len(written) > 1
    return start + quoted, start + len(written) - quoted


def _of_text(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Credentials in addresses; placeholders may be seen."""
    for address in _ADDRESS.finditer(text, start, end):
        for first, last in secret_parts(address[0]):
            if not _PLACEHOLDERS.fullmatch(address[0][first:last]):
                yield address.start() + first, address.start() + last


def _comments(text: str, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """From each `#` that is in no scalar to the end of its line."""
    at, n = 0, 0
    while (start := text.find("#", at)) >= 0:
        while n < len(taken) and taken[n][1] <= start:
            n += 1
        at = start + 1
        if n == len(taken) or start < taken[n][0]:
            at = text.find("\n", start) % (len(text) + 1)
            yield start, at


def _of_comment(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is commented out is still a secret."""
    yield from _of_text(text, start, end)
    for said in _SAID.finditer(text, start, end):
        if _NAME.search(said[1]) and not _PLACEHOLDERS.fullmatch(said[2].strip("\"' \r")):
            yield said.span(2)


def _apart(found: Iterable[Hidden]) -> list[Hidden]:
    apart: list[Hidden] = []
    for one in sorted(found):
        if apart and one.start < apart[-1].end:
            apart[-1] = apart[-1]._replace(end=max(apart[-1].end, one.end))
        else:
            apart.append(one)
    return apart


def _lines(text: str, hidden: Hidden) -> Iterator[Hidden]:
    """Line by line, without the white space around."""
    for piece in re.finditer(r"\S(?:[^\r\n]*\S)?", text[hidden.start : hidden.end]):
        yield Hidden(hidden.start + piece.start(), hidden.start + piece.end(), hidden.place)
