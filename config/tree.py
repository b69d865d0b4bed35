"""YAML as data that remembers where it was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where something stands; sorts in the order the files were given. Lines and columns count from 1.

    Line 0 means the file as a whole.
    """

    order: int
    line: int
    column: int
    file: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Scalar:
    value: str | int | float | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the place of its key."""

    key: Place
    value: Node

    @property
    def place(self) -> Place:
        """Where a person should look: at a scalar itself, else at the key it hangs on."""
        return self.value.place if isinstance(self.value, Scalar) else self.key


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, Entry]
    place: Place

    def get(self, name: str) -> Node | None:
        entry = self.entries.get(name)
        return entry.value if entry else None

    def mapping(self, name: str) -> Mapping:
        """The mapping below a key; an empty one where there is none (others report a wrong shape)."""
        value = self.get(name)
        return value if isinstance(value, Mapping) else Mapping({}, self.place)

    def text(self, name: str) -> str | None:
        value = self.get(name)
        return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else None


Node = Scalar | Sequence | Mapping


def is_null(node: Node) -> bool:
    """Whether nothing is written there."""
    return isinstance(node, Scalar) and node.value is None


_OFF = {"false", "no", "off", "f", "n", "0", "0.0"}
"""All texts that pydantic takes for a false."""


def is_off(section: Node) -> bool:
    """Whether a section says ``enabled: false``, before anything in it is checked."""
    enabled = section.get("enabled") if isinstance(section, Mapping) else None
    return isinstance(enabled, Scalar) and (enabled.value == 0 or str(enabled.value).lower() in _OFF)


def plain(node: Node) -> Any:
    """The same as dicts, lists and scalars."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {name: plain(entry.value) for name, entry in node.entries.items()}


class Located(NamedTuple):
    place: Place
    node: Node
    path: tuple[str | int, ...]
    """The part of the path that was found."""


def locate(entry: Entry, path: Iterable[str | int]) -> Located:
    """What `path` leads to below an entry, or the deepest step of it that exists."""
    found = Located(entry.place, entry.value, ())
    for step in path:
        below = _step(found.node, step)
        if below is None:
            break
        found = Located(below.place, below.value, (*found.path, step))
    return found


def _step(node: Node, step: str | int) -> Entry | None:
    match node, step:
        case Mapping(), str():
            return node.entries.get(step)
        case Sequence(), int() if step < len(node.items):
            return Entry(node.items[step].place, node.items[step])
    return None
