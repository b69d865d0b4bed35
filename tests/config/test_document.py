"""YAML text to a tree: what the scalars are, where they stand, and what is refused."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.document import MAX_CHARACTERS, read_document
from config.problems import Problems
from config.tree import plain
from frigate_ext.errors import ConfigError


def read(text):
    problems = Problems()
    tree = read_document(text, "c.yml", 0, problems)
    problems.check()
    assert tree is not None
    return tree


def refused(text):
    with pytest.raises(ConfigError) as caught:
        read(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text,value",
    [
        ("22:30", "22:30"),
        ("on", "on"),
        ("no", "no"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("true", True),
        ("~", None),
        ("", None),
        ("2026-07-01", "2026-07-01"),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, value):
    read_value = plain(read(f"key: {text}"))["key"]
    assert read_value == value
    assert type(read_value) is type(value)


def test_every_key_and_value_knows_its_place():
    tree = read("a:\n  b: [1,\n      two]\n")
    entry = tree.mapping("a").entries["b"]
    assert str(entry.key) == "c.yml:2:3"
    assert [str(item.place) for item in entry.value.items] == ["c.yml:2:7", "c.yml:3:7"]


def test_merge_keys_bring_what_is_not_said_already():
    tree = read("base: &base {a: 1, b: 2}\nmine:\n  <<: *base\n  b: 3\n")
    assert plain(tree)["mine"] == {"a": 1, "b": 3}


def test_of_several_merged_mappings_the_first_wins():
    tree = read("x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz: {<<: [*x, *y]}\n")
    assert plain(tree)["z"] == {"a": 1, "b": 2}


@pytest.mark.parametrize("text", ["", "# nothing but a comment", "null", "---\n"])
def test_an_empty_file_says_nothing(text):
    assert plain(read(text)) == {}


def test_a_duplicate_key_is_refused_with_both_lines():
    assert refused("a: 1\nb: 2\na: 3\n") == "c.yml:3:1: duplicate key 'a'; it stands on line 1 already"


@pytest.mark.parametrize(
    "text",
    [
        "a: !secret x",
        "a: !!python/object/apply:os.system ['true']",
        "a: !!binary aGk=",
        "a: !!int word",
        "!x {a: 1}",
    ],
)
def test_tags_are_refused(text):
    assert "tags are not allowed" in refused(text)


def test_several_documents_are_refused():
    assert "several YAML documents" in refused("a: 1\n---\nb: 2\n")


@pytest.mark.parametrize("text", ["- a", "just words", "5"])
def test_a_root_without_keys_is_refused(text):
    assert "keys and values" in refused(text)


def test_an_alias_bomb_is_refused_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    started = time.monotonic()
    assert "aliases expand to over" in refused("\n".join(lines))
    assert time.monotonic() - started < 10


def test_an_alias_that_holds_itself_is_refused():
    assert "aliases nest deeper" in refused("a: &a [*a]")


@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_deep_nesting_is_refused(bracket):
    assert "nested deeper than 32 levels" in refused("a: " + bracket * 5000)


def test_a_huge_file_is_refused():
    assert "characters long" in refused("#" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    "text",
    [
        "password: *hunter2",
        "password: !hunter2",
        "password: !hunter2!x y",
        "password: &hunter2 a\nuser: &hunter2 b\n",
        "password: 'hunter2",
        "password: hunter2: x",
        "password: [hunter2",
    ],
)
def test_no_syntax_error_repeats_what_may_be_a_password(text):
    assert "hunter2" not in refused(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    problems = Problems()
    tree = read_document(text, "c.yml", 0, problems)
    if tree is None:
        with pytest.raises(ConfigError):
            problems.check()
