import pytest

from frigate_ext.runtime.replaceable import Replaceable


def test_who_holds_it_sees_what_it_was_replaced_by():
    mapping = Replaceable({"a": 1})
    assert dict(mapping) == {"a": 1}
    mapping.replace({"b": 2, "c": 3})
    assert list(mapping) == ["b", "c"]
    assert (len(mapping), mapping.get("a"), "b" in mapping) == (2, None, True)
    with pytest.raises(KeyError):
        mapping["a"]


def test_a_walk_that_was_begun_ends_as_it_began():
    mapping = Replaceable({"a": 1, "b": 2})
    items, values, keys = iter(mapping.items()), iter(mapping.values()), iter(mapping)
    assert (next(items), next(values), next(keys)) == (("a", 1), 1, "a")
    mapping.replace({})
    assert (list(items), list(values), list(keys)) == ([("b", 2)], [2], ["b"])
