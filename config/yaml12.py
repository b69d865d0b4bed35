"""YAML 1.2's core schema on PyYAML's parser, as Frigate reads it: ``on`` and ``22:30`` are texts."""

from __future__ import annotations

import re

import yaml
from yaml.composer import Composer, ComposerError
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

MAX_DEPTH = 32
MAX_DIGITS = 30
"""A longer run of digits is a text: no quantity is meant, and turning it into a number is slow."""
_TAG = "tag:yaml.org,2002:"


class Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes to a bounded depth; it has no constructor at all."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call] # as the stubs have it
            raise ComposerError(None, None, f"nested deeper than {MAX_DEPTH} levels", mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


_DIGITS = rf"{{1,{MAX_DIGITS}}}"
for _kind, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", rf"[-+]?[0-9]{_DIGITS}|0o[0-7]{_DIGITS}|0x[0-9a-fA-F]{_DIGITS}", "-+0123456789"),
    ("float", rf"[-+]?(\.[0-9]{_DIGITS}|[0-9]{_DIGITS}(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
    ("merge", r"<<", "<"),
):
    Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"^(?:{_pattern})$"), list(_first))


def is_merge_key(node: yaml.Node) -> bool:
    """Whether the key is ``<<``, which takes keys over from elsewhere."""
    return node.tag == _TAG + "merge"


def is_plain_collection(node: yaml.Node) -> bool:
    """Whether a mapping or list carries no tag of its own."""
    return node.tag in {_TAG + "map", _TAG + "seq"}


def scalar_value(node: yaml.ScalarNode) -> str | int | float | bool | None:
    """The value of a scalar. Raises ValueError where its tag is not of the core schema or does not fit."""
    text: str = node.value
    match node.tag.removeprefix(_TAG):
        case "str" | "merge":
            return text
        case "null" if text.lower() in {"", "~", "null"}:
            return None
        case "bool" if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        case "int" if len(text) <= MAX_DIGITS + 2:
            return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
        case "float":
            return float(re.sub(r"\.(?=inf|nan)", "", text.lower()))
    raise ValueError("not of the core schema")
