"""Single values change, and nothing else does."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.editing.edit import Put, Remove, edit
from frigate_ext.errors import ConfigError, InvalidRequestError

TEXT = """\
# What I watch
cameras:
  porch:   # the front
    zones:
      steps:  # three of them
        coordinates: 0.1,0.2,0.3,0.4,0.5,0.6  # drawn by hand
        objects:
          - person
          - dog   # Rex
        inertia: 3

    # masks
    motion: {threshold: 30}
  yard:
    zones:   # none yet
    detect: &usual
      fps: 5
  drive:
    detect: *usual
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came; all others are in their order."""
    old, new = before.splitlines(), after.splitlines()
    first = next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    if first is None:
        return old[len(new) :], new[len(old) :]
    while old[first:] and new[first:] and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old[first:], new[first:]


def one(change, text: str = TEXT) -> tuple[list[str], list[str]]:
    return changed(text, edit(text, [change]))


def test_a_value_is_replaced_and_its_comment_stays():
    path = ("cameras", "porch", "zones", "steps", "coordinates")
    went, came = one(Put(path, "0,0,1,0,1,1"))
    assert went == ["        coordinates: 0.1,0.2,0.3,0.4,0.5,0.6  # drawn by hand"]
    assert came == ["        coordinates: 0,0,1,0,1,1  # drawn by hand"]


def test_a_list_of_lines_becomes_a_list_on_one():
    went, came = one(Put(("cameras", "porch", "zones", "steps", "objects"), ["cat", "on"]))
    assert went == ["        objects:", "          - person", "          - dog   # Rex"]
    assert came == ['        objects: [cat, "on"]']


def test_what_is_new_follows_its_likes():
    went, came = one(Put(("cameras", "porch", "zones", "door"), {"coordinates": "0,0,1,0,1,1", "inertia": 5}))
    assert went == []
    assert came == ["      door:", "        coordinates: 0,0,1,0,1,1", "        inertia: 5"]


def test_an_empty_section_is_filled():
    went, came = one(Put(("cameras", "yard", "zones", "lawn"), {"coordinates": "0,0,1,0,1,1"}))
    assert (went, came) == ([], ["      lawn:", "        coordinates: 0,0,1,0,1,1"])


def test_sections_on_the_way_are_made():
    went, came = one(Put(("cameras", "yard", "motion", "mask", "tree"), {"coordinates": "0,0,1,0,1,1"}))
    assert went == []
    assert came == [
        "    motion:",
        "      mask:",
        "        tree:",
        "          coordinates: 0,0,1,0,1,1",
    ]


def test_what_is_written_in_braces_stays_in_braces():
    went, came = one(Put(("cameras", "porch", "motion", "mask"), {"tree": {"coordinates": "0,0,1,0,1,1"}}))
    assert went == ["    motion: {threshold: 30}"]
    assert came == ['    motion: {threshold: 30, mask: {tree: {coordinates: "0,0,1,0,1,1"}}}']


def test_an_entry_goes_with_its_lines():
    went, came = one(Remove(("cameras", "porch", "zones", "steps", "objects")))
    assert came == []
    assert went == ["        objects:", "          - person", "          - dog   # Rex"]


def test_the_last_entry_leaves_an_empty_section_that_frigate_can_read():
    text = edit(TEXT, [Remove(("cameras", "porch", "zones", "steps"))])
    assert yaml.safe_load(text)["cameras"]["porch"]["zones"] == {}


def test_removing_what_is_not_there_changes_nothing():
    assert edit(TEXT, [Remove(("cameras", "yard", "zones", "lawn"))]) == TEXT


@pytest.mark.parametrize("camera", ["yard", "drive"])
def test_what_an_anchor_shares_is_not_changed_for_one_alone(camera):
    with pytest.raises(InvalidRequestError) as refused:
        edit(TEXT, [Put(("cameras", camera, "detect", "fps"), 10)])
    assert refused.value.code == "not_editable"


def test_a_text_with_mistakes_is_not_edited():
    with pytest.raises(ConfigError):
        edit("cameras: {", [Put(("cameras",), 1)])


def test_line_ends_and_a_missing_last_one_are_kept():
    text = edit("a:\r\n  b: 1", [Put(("a", "c"), 2)])
    assert text == "a:\r\n  b: 1\r\n  c: 2"


def test_an_empty_file_gets_its_first_section():
    assert edit("# nothing\n", [Put(("a", "b"), 1)]) == "# nothing\na:\n  b: 1\n"


# Files as people write them: nested sections, lists, quotes, comments, blank lines, two ways of indenting.

names = st.from_regex(r"[a-z]{1,3}", fullmatch=True).filter(
    lambda name: name not in {"y", "n", "on", "no", "yes"}
)
written = st.sampled_from(
    ["word", "'single'", '"double # no comment"', "12", "true", "a: b", "0.1,0.2", "it's"]
)
scalars = written.map(lambda text: f'"{text}"' if text == "a: b" else text)
remarks = st.sampled_from(["", "  # remark", " # - x: {"])
noise = st.sampled_from([[], [""], ["# alone"], ["        # deep", ""]])


@st.composite
def sections(draw, indent: int = 0, depth: int = 0) -> list[str]:
    lines: list[str] = []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        lines += (
            draw(noise) if not indent else [line for line in draw(noise) if line.startswith(" ") or not line]
        )
        head = " " * indent + name + ":"
        kinds = ["scalar", "list", "flow", "empty"] + (["section"] * 3 if depth < 3 else [])
        match draw(st.sampled_from(kinds)):
            case "scalar":
                lines.append(f"{head} {draw(scalars)}{draw(remarks)}")
            case "list":
                step = draw(st.sampled_from([0, 2]))
                items = draw(st.lists(scalars, min_size=1, max_size=3))
                lines.append(head + draw(remarks))
                lines += [" " * (indent + step) + f"- {item}{draw(remarks)}" for item in items]
            case "flow":
                lines.append(f"{head} {{p: 1, q: [x, 'y']}}{draw(remarks)}")
            case "empty":
                lines.append(head + draw(remarks))
            case "section":
                lines.append(head + draw(remarks))
                lines += draw(sections(indent + draw(st.sampled_from([2, 4])), depth + 1))
    return lines


def paths(value, path=()):
    if isinstance(value, dict):
        for name, below in value.items():
            yield (*path, name)
            yield from paths(below, (*path, name))


def own_lines(text: str, path: tuple[str, ...]) -> list[str]:
    """From an entry's key to the next one's, if not to the end of the section."""
    if not path:
        return []
    node = yaml.compose(text)
    for name in path:
        key, node = next(pair for pair in node.value if pair[0].value == name)
    return text.splitlines()[key.start_mark.line : node.end_mark.line + 1]


values = st.one_of(
    st.integers(0, 99),
    st.booleans(),
    st.sampled_from(["0.1,0.2,0.3,0.4", "plain", "two words", "on", "", "a: b # c", "'\"", "ünï", "12", "-"]),
    st.lists(st.sampled_from(["person", "no", "a,b"]), max_size=3),
    st.dictionaries(names, st.integers(0, 9) | st.just("0.5,1"), min_size=1, max_size=2),
)


@settings(max_examples=40, deadline=None)
@given(lines=sections(), value=values, data=st.data())
def test_the_text_says_what_was_asked_and_the_other_lines_are_as_they_were(lines, value, data):
    text = "\n".join(lines) + data.draw(st.sampled_from(["", "\n"]))
    before = yaml.safe_load(text)
    path = data.draw(st.sampled_from(list(paths(before))))
    if data.draw(st.booleans()):
        path = (*path[:-1], "brand-new")
    after = edit(text, [Put(path, value)])
    wanted = yaml.safe_load(text)
    node = wanted
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    assert yaml.safe_load(after) == wanted
    went, _ = changed(text, after)
    is_new = path[-1] == "brand-new"
    assert "\n".join(went) in "\n".join(own_lines(text, path[:-1] if is_new else path))
    assert not is_new or all(line.split("}")[0] in after for line in went)


@settings(max_examples=25, deadline=None)
@given(lines=sections(), data=st.data())
def test_removing_takes_an_entrys_own_lines_and_no_others(lines, data):
    text = "\n".join(lines) + "\n"
    before = yaml.safe_load(text)
    path = data.draw(st.sampled_from(list(paths(before))))
    after = yaml.safe_load(edit(text, [Remove(path)])) or {}
    for name in path[:-1]:
        before, after = before[name], after[name]
    assert after == {name: value for name, value in before.items() if name != path[-1]}
