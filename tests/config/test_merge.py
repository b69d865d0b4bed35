"""Laying one file over another."""

from hypothesis import given
from hypothesis import strategies as st

from config.merge import merge
from config.tree import Entry, Mapping, Place, Scalar, Sequence, plain

NAMES = st.sampled_from("abcd")


def trees(file):
    place = Place(0, 1, 1, file)
    scalars = st.builds(Scalar, st.none() | st.integers() | st.text(max_size=3), st.just(place))

    def deeper(nodes):
        lists = st.builds(lambda items: Sequence(tuple(items), place), st.lists(nodes, max_size=3))
        return lists | mappings(nodes)

    def mappings(nodes):
        return st.builds(
            lambda values: Mapping({name: Entry(place, node) for name, node in values.items()}, place),
            st.dictionaries(NAMES, nodes, max_size=4),
        )

    return mappings(st.recursive(scalars, deeper, max_leaves=12))


def leaves(node, path=()):
    if isinstance(node, Mapping):
        for name, entry in node.entries.items():
            yield from leaves(entry.value, (*path, name))
    else:
        yield path, node


def at(node, path):
    for name in path:
        node = node.get(name)
    return node


@given(trees("a"))
def test_nothing_laid_over_a_file_changes_nothing(tree):
    assert merge(tree, Mapping({}, tree.place)) == tree
    assert merge(Mapping({}, tree.place), tree) == tree


@given(trees("a"))
def test_a_file_laid_over_itself_changes_nothing(tree):
    assert merge(tree, tree) == tree


@given(trees("a"), trees("b"))
def test_whatever_the_later_file_says_holds(below, above):
    merged = merge(below, above)
    for path, leaf in leaves(above):
        is_empty_section = isinstance(leaf, Scalar) and leaf.value is None
        if not is_empty_section:
            assert at(merged, path) == leaf


@given(trees("a"), trees("b"))
def test_every_value_keeps_the_place_it_was_written_at(below, above):
    written = {id(leaf) for tree in (below, above) for _, leaf in leaves(tree)}
    assert all(id(leaf) in written for _, leaf in leaves(merge(below, above)))


def test_an_empty_section_does_not_erase_one():
    place = Place(0, 1, 1, "a")
    full = Mapping({"detect": Entry(place, Mapping({"fps": Entry(place, Scalar(5, place))}, place))}, place)
    empty = Mapping({"detect": Entry(place, Scalar(None, place))}, place)
    assert plain(merge(full, empty)) == {"detect": {"fps": 5}}
