"""Laying one tree over another."""

from __future__ import annotations

from config.tree import Entry, Mapping, is_null


def merge(below: Mapping, above: Mapping) -> Mapping:
    """Mappings join, key by key; lists and scalars of `above` replace those of `below`. Places are kept.

    An empty section (``detect:`` with nothing after it) says nothing, so it does not erase one.
    """
    entries = dict(below.entries)
    for name, entry in above.entries.items():
        entries[name] = _over(entries[name], entry) if name in entries else entry
    return Mapping(entries, below.place if below.entries else above.place)


def _over(below: Entry, above: Entry) -> Entry:
    if isinstance(below.value, Mapping):
        if isinstance(above.value, Mapping):
            return Entry(above.key, merge(below.value, above.value))
        if is_null(above.value):
            return below
    return above
