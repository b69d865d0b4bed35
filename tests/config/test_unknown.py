"""Keys that nobody knows, and keys that only Frigate knows."""

from functools import reduce
from typing import Any

import pytest

from config.build import OURS
from config.keys import ANYTHING, Keys, frigate_keys, keys_of
from config.sections.base import Section


class Inner(Section):
    name: str = ""


class Outer(Section):
    one: Inner | None = None
    several: tuple[Inner, ...]
    named: dict[str, Inner]
    free: dict[str, Any]


@pytest.mark.parametrize("path", [["one"], ["several"], ["named", "whatever"]])
def test_keys_follow_the_fields_of_a_section(path):
    keys = reduce(Keys.child, path, keys_of(Outer))
    assert keys == Keys({"name": Keys()})


def test_a_field_for_anything_knows_every_key():
    assert keys_of(Outer).child("free").child("a").child("b") is not None


ALLOWED_BESIDES = {".genai.*.cameras", ".genai.*.budget"}
"""Ours inside a section of Frigate's, for a file that Frigate does not read."""


def test_what_we_read_of_frigates_sections_is_known_to_frigate():
    def missing(ours, theirs, path):
        if ours is ANYTHING or theirs is None or theirs.is_leaf:
            return
        for name, below in ours.named.items():
            if theirs.child(name) is None:
                yield f"{path}.{name}"
            yield from missing(below, theirs.child(name), f"{path}.{name}")
        if ours.other and ours.other is not ANYTHING:
            yield from missing(ours.other, theirs.other, f"{path}.*")

    shared = Keys({name: OURS.named[name] for name in OURS.named.keys() - {"frigate_ext", "watches"}})
    assert set(missing(shared, frigate_keys(), "")) == ALLOWED_BESIDES


@pytest.mark.parametrize(
    "text,problem",
    [
        ("camera: {}", "a.yml:1:1: unknown key 'camera'; did you mean 'cameras'?"),
        ("frigate_ext: {topic: x}", "a.yml:1:15: unknown key 'topic'; did you mean 'topic_prefix'?"),
        ("record: {enalbed: true}", "a.yml:1:10: unknown key 'enalbed'; did you mean 'enabled'?"),
        ("mqtt: {host: h, Port: 1}", "a.yml:1:17: unknown key 'Port'; did you mean 'port'?"),
        ("birdseye: {layout: {zzz: 1}}", "a.yml:1:21: unknown key 'zzz'"),
        (
            "genai: {a: {provider: openai, modle: x}}",
            "a.yml:1:31: unknown key 'modle'; did you mean 'model'?",
        ),
    ],
)
def test_a_key_nobody_knows_is_an_error_with_a_guess(problems_of, text, problem):
    assert problem in problems_of(text)


def test_keys_in_items_of_lists_are_checked(problems_of, camera_yaml):
    text = camera_yaml + "          rols: [detect]\n"
    assert problems_of(text) == ["a.yml:7:11: unknown key 'rols'; did you mean 'roles'?"]


def test_keys_of_a_watch_are_checked_to_the_bottom(problems_of, camera_yaml):
    text = camera_yaml + (
        "watches:\n"
        "  w:\n"
        "    camera: front\n"
        "    condition: a person is there\n"
        "    confirm: {k: 1, m: 2}\n"
        "    schedule: [{days: daily, form: '08:00'}]\n"
    )
    assert problems_of(text) == [
        "a.yml:11:21: unknown key 'm'",
        "a.yml:12:30: unknown key 'form'; did you mean 'from'?",
    ]


@pytest.mark.parametrize("path", ["", "/a/very/long/path/that/nobody/would/call/a/key/at/all"])
def test_an_address_that_became_a_key_does_not_show_its_password(problems_of, path):
    text = f"rtsp://me:hunter2@10.0.0.1{path}: 1\n"
    shown = problems_of(text + text)
    assert [problem.split(":")[1] for problem in shown] == ["1", "2"]
    assert "hunter2" not in "".join(shown)


def test_free_sections_take_anything(load_texts):
    config = load_texts(
        """\
        go2rtc: {streams: {a: [x]}, api: {listen: ":1984"}}
        detectors: {ov: {type: openvino, device: GPU, anything: {goes: here}}}
        genai:
          a: {provider: openai, provider_options: {x: {y: 1}}, runtime_options: {seed: 1, total_timeout: 5}}
        """
    )
    assert config.ignored_keys == ("detectors", "go2rtc")
    assert config.genai["a"].runtime_options.model_extra == {"seed": 1}


def test_keys_that_older_frigates_knew_are_accepted(load_texts):
    config = load_texts("record: {retain: {days: 3, mode: all}}\nui: {use_experimental: false}\n")
    assert config.ignored_keys == ("record", "ui.use_experimental")
