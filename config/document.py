"""From YAML text to a tree, refusing what a configuration has no honest use for."""

from __future__ import annotations

import yaml
from yaml.composer import ComposerError
from yaml.error import Mark, MarkedYAMLError
from yaml.reader import ReaderError

from config.problems import Problems
from config.tree import Entry, Mapping, Node, Place, Scalar, Sequence
from config.yaml12 import MAX_DEPTH, Loader, is_merge_key, is_plain_collection, scalar_value
from frigate_ext.capture.url import mask_url

MAX_CHARACTERS = 512 * 1024
MAX_NODES = 100_000
"""After aliases are expanded; what keeps a few lines from becoming billions of values."""
_BAD_TAG = "tags are not allowed; put a text that begins with '!' in quotes"


def read_document(text: str, file: str, order: int, problems: Problems) -> Mapping | None:
    """The tree of one file, empty for an empty file; None where `problems` says why there is none.

    Duplicate keys and tags are reported, too, but the rest of the file can still be checked.
    """
    if len(text) > MAX_CHARACTERS:
        whole = Place(order, 0, 0, file)
        problems.add(whole, f"is {len(text)} characters long; {MAX_CHARACTERS} are allowed")
        return None
    try:
        root = Loader(text).get_single_node()
        node = _Builder(file, order, problems).node(root) if root else None
    except MarkedYAMLError as error:
        problems.add(_place(error.problem_mark or error.context_mark, file, order), _explain(error))
    except ReaderError as error:
        character = f"character #{ord(text[error.position]):04x}"
        problems.add(_place_at(text, error.position, file, order), f"{character} is not allowed in YAML")
    else:
        return _as_root(node or Scalar(None, Place(order, 0, 0, file)), problems)
    return None


def _as_root(node: Node, problems: Problems) -> Mapping | None:
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Scalar) and node.value is None:
        return Mapping({}, node.place)
    problems.add(node.place, "the file must hold keys and values (mqtt:, cameras: ...)")
    return None


def _place(mark: Mark | None, file: str, order: int) -> Place:
    return Place(order, mark.line + 1, mark.column + 1, file) if mark else Place(order, 0, 0, file)


def _place_at(text: str, position: int, file: str, order: int) -> Place:
    line = text.count("\n", 0, position) + 1
    return Place(order, line, position - text.rfind("\n", 0, position), file)


def _explain(error: MarkedYAMLError) -> str:
    """What the parser says, without the names of anchors and tags: they may be a password without quotes."""
    problem, context = error.problem or "is not YAML", error.context or ""
    if "undefined alias" in problem:
        return "an alias names no anchor; put a text that begins with '*' in quotes"
    if "tag handle" in problem:
        return _BAD_TAG
    if "duplicate anchor" in context:
        return "an anchor of this name was defined before; put a text that begins with '&' in quotes"
    if "single document" in context:
        return "holds several YAML documents ('---'); only one is allowed"
    return problem


class _Builder:
    """Turns composed nodes into a tree, one visit for each place an alias puts them."""

    def __init__(self, file: str, order: int, problems: Problems) -> None:
        self._file = file
        self._order = order
        self._problems = problems
        self._left = MAX_NODES

    def node(self, node: yaml.Node, depth: int = 0) -> Node:
        self._guard(node, depth)
        place = _place(node.start_mark, self._file, self._order)
        match node:
            case yaml.ScalarNode():
                return self._scalar(node, place)
            case yaml.MappingNode() if is_plain_collection(node):
                return Mapping(self._entries(node, depth), place)
            case yaml.SequenceNode() if is_plain_collection(node):
                return Sequence(tuple(self.node(item, depth + 1) for item in node.value), place)
        return self._refused(place)

    def _guard(self, node: yaml.Node, depth: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise ComposerError(None, None, f"aliases expand to over {MAX_NODES} values", node.start_mark)
        if depth > MAX_DEPTH:
            raise ComposerError(None, None, f"aliases nest deeper than {MAX_DEPTH} levels", node.start_mark)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Scalar:
        try:
            return Scalar(scalar_value(node), place)
        except ValueError:
            return self._refused(place)

    def _refused(self, place: Place) -> Scalar:
        self._problems.settle(place, _BAD_TAG)
        return Scalar(None, place)

    def _entries(self, node: yaml.MappingNode, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key, value in node.value:
            place = _place(key.start_mark, self._file, self._order)
            if is_merge_key(key):
                self._merge(self.node(value, depth + 1), place, merged)
            elif not isinstance(key, yaml.ScalarNode) or not key.value:
                self._problems.add(place, "a key must be a name")
            elif key.value in entries:
                first = entries[key.value].key.line
                self._problems.add(
                    place, f"duplicate key '{mask_url(key.value)}'; it stands on line {first} already"
                )
            else:
                entries[key.value] = Entry(place, self.node(value, depth + 1))
        return merged | entries

    def _merge(self, node: Node, place: Place, merged: dict[str, Entry]) -> None:
        """Add what ``<<`` brings; of several mappings the earlier wins."""
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Mapping):
                merged |= {name: entry for name, entry in item.entries.items() if name not in merged}
            else:
                self._problems.add(place, "'<<' takes a mapping or a list of mappings")
