"""Putting and removing single values in a YAML text, all else staying as it was, byte for byte.

A writer that dumps the whole document anew loses what people wrote by hand: quotes, indentation, the
breaking of lines. Here the parser only tells where things stand. What comes of it is read again: an edit that
would mean anything else than what was asked for (since an anchor shares it, say) is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from config.document import read_document
from config.editing.source import Found, Source, entry
from config.editing.spelling import Value, block, inline
from config.problems import Problems
from config.tree import plain
from frigate_ext.errors import ConfigError, InvalidRequestError

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """`value` shall stand at `path`, whatever stood there; sections on the way are made."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Remove:
    """Nothing shall stand at `path`."""

    path: Path


Change = Put | Remove


def edit(text: str, changes: Sequence[Change]) -> str:
    """The text with the changes, one after the other.

    Raises ConfigError for a text that is no sound YAML, and InvalidRequestError (`not_editable`).
    """
    values = _meaning(text)
    for change in changes:
        _apply(change, values)
        text = _changed(Source(text), change)
    _prove(text, values)
    return text


def _changed(source: Source, change: Change) -> str:
    try:
        match change:
            case Put(path, value):
                return _put(source, path, value)
            case Remove(path):
                return _remove(source, path)
    except yaml.YAMLError as error:
        raise _not_editable() from error


def _remove(source: Source, path: Path) -> str:
    found, above = _find(source, path), _find(source, path[:-1])
    if found is None:
        return source.text
    if above is not None and len(found.parent.value) == 1:
        return _replaced(source, above, {}, in_flow=False)
    return _without(source, found)


def _find(source: Source, path: Path) -> Found | None:
    node, found = source.root, None
    for name in path:
        if (found := entry(node, name)) is None:
            return None
        node = found.value
    return found


def _put(source: Source, path: Path, value: Value) -> str:
    """Walk down to what exists, and write the rest there."""
    node, in_flow = source.root, False
    if not isinstance(node, yaml.MappingNode):
        return _appended(source, _nested(path, value))
    for depth, name in enumerate(path):
        in_flow = in_flow or bool(node.flow_style)
        found = entry(node, name)
        if found is None:
            return _added(source, node, _nested(path[depth:], value), in_flow=in_flow)
        rest, node = path[depth + 1 :], found.value
        if found.is_alias or not rest or not isinstance(node, yaml.MappingNode) or not node.value:
            return _replaced(source, found, _nested(rest, value), in_flow=in_flow)
    raise AssertionError(path)


def _nested(path: Path, value: Value) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _appended(source: Source, values: Mapping[str, Value]) -> str:
    """To a text that holds no key as yet."""
    text = source.text
    kept = text if not text or text.endswith("\n") else text + source.newline
    return kept + _lines(source, values, 0)


def _added(source: Source, node: yaml.MappingNode, values: Mapping[str, Value], *, in_flow: bool) -> str:
    """After the mapping's last entry."""
    last = Found(node, *node.value[-1])
    end, text = source.end_of(last), source.text
    if in_flow:
        return f"{text[:end]}, {inline(values, within_flow=True)[1:-1]}{text[end:]}"
    return _inserted(source, source.line_end(end), values, node.start_mark.column)


def _inserted(source: Source, index: int, values: Mapping[str, Value], indent: int) -> str:
    """Lines after the one that ends at `index`."""
    lines, text = _lines(source, values, indent), source.text
    if index == len(text):
        return text + source.newline + lines.removesuffix(source.newline)
    after = index + len(source.newline)
    return text[:after] + lines + text[after:]


def _lines(source: Source, values: Mapping[str, Value], indent: int) -> str:
    return "".join(line + source.newline for line in block(values, indent))


def _replaced(source: Source, found: Found, value: Value, *, in_flow: bool) -> str:
    """The old value goes, comments after it stay."""
    if found.is_alias:
        raise _not_editable()
    bare, colon = _emptied(source, found)
    if in_flow or not (isinstance(value, Mapping) and value):
        return f"{bare[:colon]} {inline(value, within_flow=in_flow)}{bare[colon:]}"
    emptied = Source(bare)
    return _inserted(emptied, emptied.line_end(colon), value, found.key.start_mark.column + 2)


def _emptied(source: Source, found: Found) -> tuple[str, int]:
    """The text without the value, and the index after the colon it stood behind."""
    text, colon = source.text, source.colon(found)
    start, end = max(colon, found.value.start_mark.index), source.end_of(found)
    if source.line_start(start) > colon:
        return text[: source.line_start(start)] + text[source.next_line(end) :], colon
    return text[:colon] + text[max(colon, end) :], colon


def _without(source: Source, found: Found) -> str:
    text, start, end = source.text, found.key.start_mark.index, source.end_of(found)
    if not found.parent.flow_style:
        return text[: source.line_start(start)] + text[source.next_line(end) :]
    after = text[end:].lstrip()
    if after.startswith(","):
        return text[:start] + after[1:].lstrip()
    return text[:start].rstrip().removesuffix(",") + text[end:]


def _apply(change: Change, values: dict[str, Any]) -> None:
    """The same to what the text means."""
    for name in change.path[:-1]:
        below = values.get(name)
        values[name] = values = below if isinstance(below, dict) else {}
    match change:
        case Put(path, value):
            values[path[-1]] = value
        case Remove(path):
            values.pop(path[-1], None)


def _meaning(text: str) -> dict[str, Any]:
    problems = Problems()
    root = read_document(text, "configuration", 0, problems)
    problems.check()
    return dict(plain(root)) if root else {}


def _prove(text: str, values: dict[str, Any]) -> None:
    try:
        same = _canonical(_meaning(text)) == _canonical(values)
    except ConfigError as error:
        raise _not_editable() from error
    if not same:
        raise _not_editable()


def _canonical(value: Any) -> str:
    return json.dumps(_bare(value), sort_keys=True)


def _bare(value: Any) -> Any:
    """An empty section says as little as none."""
    if isinstance(value, dict):
        kept = {name: _bare(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item is not None} or None
    return [_bare(item) for item in value] if isinstance(value, list | tuple) else value


def _not_editable() -> InvalidRequestError:
    return InvalidRequestError(
        "The file writes this in a way that can't be changed for it alone (an anchor, say); edit the text.",
        code="not_editable",
    )
