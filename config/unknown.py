"""Keys that nobody knows, and keys that Frigate knows and we do not use."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from config.keys import Keys
from config.problems import Problems
from config.tree import Entry, Mapping, Node, Sequence
from frigate_ext.capture.url import mask_url

_LONGEST_SHOWN = 60
_SIMILAR = 0.55
"""Of difflib's ratio; lets `topic` suggest `topic_prefix`."""


def check_keys(root: Mapping, ours: Keys, frigate: Keys, problems: Problems) -> tuple[str, ...]:
    """Report keys that nobody knows; return the paths of Frigate's that we leave unused, each once.

    A section that is unused as a whole is one path; the user's own names read ``*`` in it.
    """
    unused: dict[str, None] = {}
    _Check(problems, unused).mapping(root, ours, frigate, "")
    return tuple(sorted(unused))


class _Check:
    def __init__(self, problems: Problems, unused: dict[str, None]) -> None:
        self._problems = problems
        self._unused = unused

    def mapping(self, mapping: Mapping, ours: Keys | None, frigate: Keys | None, path: str) -> None:
        for name, entry in mapping.entries.items():
            used, known = ours and ours.child(name), frigate and frigate.child(name)
            if used is None and known is None:
                self._problems.add(entry.key, _unknown(name, _names(ours) | _names(frigate)))
                continue
            is_named = any(keys and name in keys.named for keys in (ours, frigate))
            below = f"{path}.{name if is_named else '*'}".lstrip(".")
            if used is None and ours is not None and not ours.is_leaf:
                self._unused[below] = None
            self._descend(entry, used, known, below)

    def _descend(self, entry: Entry, ours: Keys | None, frigate: Keys | None, path: str) -> None:
        if all(keys is None or keys.is_leaf for keys in (ours, frigate)):
            return
        for mapping in _mappings(entry.value):
            self.mapping(mapping, ours, frigate, path)


def _mappings(node: Node) -> Iterable[Mapping]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return (item for item in items if isinstance(item, Mapping))


def _names(keys: Keys | None) -> set[str]:
    return set(keys.named) if keys else set()


def _unknown(name: str, candidates: set[str]) -> str:
    """Say so with care: a mistake in indentation can make a key of a whole address, password and all."""
    shown = (
        f"unknown key '{mask_url(name)}'"
        if len(name) <= _LONGEST_SHOWN and name.isprintable()
        else "unknown key"
    )
    close = get_close_matches(name.lower(), sorted(candidates), n=1, cutoff=_SIMILAR)
    return f"{shown}; did you mean '{close[0]}'?" if close else shown
