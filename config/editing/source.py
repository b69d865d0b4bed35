"""A YAML text with the places of what is written in it."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple, cast

import yaml

from config.yaml12 import Loader

_MARKS = (
    yaml.BlockEndToken,
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.StreamEndToken,
    yaml.StreamStartToken,
)
"""Tokens that stand for no character."""


class Found(NamedTuple):
    """One entry of a mapping."""

    parent: yaml.MappingNode
    key: yaml.Node
    value: yaml.Node

    @property
    def is_alias(self) -> bool:
        """The value stands elsewhere, before this."""
        return bool(self.value.start_mark.index < self.key.end_mark.index)


class Source:
    """Indexes count characters of `text`."""

    def __init__(self, text: str) -> None:
        """`text` must be one sound YAML document."""
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        loader = _Recorder(text)
        self.root: yaml.Node | None = loader.get_single_node()
        self._tokens = loader.spans

    def end(self, node: yaml.Node) -> int:
        """Where its last character ends; the parser puts the end of a block before what comes next."""
        if not isinstance(node, yaml.CollectionNode) or node.flow_style:
            return self._trimmed(node.end_mark.index)
        position = bisect_left(self._tokens, (node.end_mark.index, 0))
        return self._trimmed(self._tokens[position - 1][1])

    def end_of(self, found: Found) -> int:
        """Where an entry ends, be its value an alias or nothing at all."""
        if not found.is_alias:
            return max(self.end(found.value), self.colon(found))
        position = bisect_left(self._tokens, (self.colon(found), 0))
        return self._tokens[position][1]

    def colon(self, found: Found) -> int:
        """The index after the colon of an entry."""
        return self.text.index(":", found.key.end_mark.index) + 1

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """The index of the line end, or of the end of the text."""
        found = self.text.find(self.newline, index)
        return len(self.text) if found < 0 else found

    def next_line(self, index: int) -> int:
        return min(len(self.text), self.line_end(index) + len(self.newline))

    def _trimmed(self, index: int) -> int:
        return len(self.text[:index].rstrip())


def entry(node: yaml.Node | None, name: str) -> Found | None:
    """The entry of a mapping that is called so; those that come by ``<<`` don't count."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == name:
                return Found(node, key, value)
    return None


class _Recorder(Loader):
    """Notes where everything but comments stands, while it is read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.spans: list[tuple[int, int]] = []

    def get_token(self) -> yaml.Token:
        token = super().get_token()  # type: ignore[no-untyped-call] # as the stubs have it
        start, end = token.start_mark.index, token.end_mark.index
        if end > start and not isinstance(token, _MARKS):
            self.spans.append((start, end))
        return cast("yaml.Token", token)
