"""Which keys may stand where: those we use, and those Frigate knows."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from config.sections.base import Section


@dataclass(frozen=True)
class Keys:
    """The keys of a mapping. Lists are transparent: their items have the keys of the list."""

    named: Mapping[str, Keys] = field(default_factory=dict)
    other: Keys | None = None
    """What any other key leads to, where names are the user's."""

    def child(self, name: str) -> Keys | None:
        return self.named.get(name, self.other)

    @property
    def is_leaf(self) -> bool:
        return not self.named and self.other is None


class _Anything(Keys):
    def child(self, name: str) -> Keys:  # noqa: ARG002 - that is the point
        return self


LEAF = Keys()
ANYTHING = _Anything(other=LEAF)
"""Free-form: nobody but its owner knows what is right below it."""


def keys_of(annotation: Any) -> Keys:
    """The keys that a section, or a field's type, reads."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        named = {
            info.alias or name: keys_of(info.annotation) for name, info in annotation.model_fields.items()
        }
        return Keys(named, ANYTHING if annotation.free_form else None)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return ANYTHING if arguments[1] is Any else Keys(other=keys_of(arguments[1]))
    if origin is Annotated:
        return keys_of(arguments[0])
    if origin in {tuple, list, Union, types.UnionType}:
        return next((keys for keys in map(keys_of, arguments) if not keys.is_leaf), LEAF)
    return LEAF


@cache
def frigate_keys() -> Keys:
    """All keys that some release of Frigate accepts."""
    lines = Path(__file__).with_name("frigate_keys.tsv").read_text(encoding="utf-8").splitlines()
    return _grow(line.split("\t")[0].split(".") for line in lines if not line.startswith("#"))


def _grow(paths: Iterable[list[str]]) -> Keys:
    branches: dict[str, list[list[str]]] = {}
    for first, *rest in (path for path in paths if path):
        branches.setdefault(first, []).append(rest)
    if "**" in branches:
        return ANYTHING
    other = branches.pop("<name>", None)
    return Keys({name: _grow(rest) for name, rest in branches.items()}, _grow(other) if other else None)
