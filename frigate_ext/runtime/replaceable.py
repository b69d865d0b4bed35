"""A mapping that is replaced as a whole while others read it."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TypeVar

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)


class Replaceable(Mapping[K, V_co]):
    """Safe to read from any thread: every call, and every walk over it, sees one state from end to end."""

    def __init__(self, content: Mapping[K, V_co]) -> None:
        self._content = dict(content)

    def replace(self, content: Mapping[K, V_co]) -> None:
        """Hold this from now on."""
        self._content = dict(content)

    def __getitem__(self, key: K) -> V_co:
        return self._content[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    def keys(self) -> KeysView[K]:
        return self._content.keys()

    def items(self) -> ItemsView[K, V_co]:
        return self._content.items()

    def values(self) -> ValuesView[V_co]:
        return self._content.values()
