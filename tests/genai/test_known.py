"""What is known of a model, and how it was learned."""

from genai.capabilities import Capabilities, Thinking
from genai.known import Fact, Known, Learned, Support


def facts(**sources):
    return {fact.name: fact for fact in Known(**sources).facts()}


def test_what_nobody_knows_is_said_to_be_unknown():
    assert facts() == {
        name: Fact(name, Support.UNKNOWN) for name in ("vision", "schema", "images", "thinking")
    }


def test_each_fact_says_how_it_was_learned_and_what_was_tried_counts_most():
    known = facts(
        tried=Capabilities(vision=True, images=4),
        tried_at=100.0,
        told=Capabilities(vision=False, schema=True),
        shown=Capabilities(schema=False, thinking=Thinking.ALWAYS),
    )
    assert known == {
        "vision": Fact("vision", Support.YES, None, Learned.TRIED, 100.0),
        "images": Fact("images", Support.YES, 4, Learned.TRIED, 100.0),
        "schema": Fact("schema", Support.YES, None, Learned.TOLD),
        "thinking": Fact("thinking", Support.NO, "always", Learned.ANSWERS),
    }


def test_a_refused_schema_counts_more_than_anything():
    known = facts(tried=Capabilities(schema=True), tried_at=1.0, schema_refused=True)
    assert known["schema"] == Fact("schema", Support.NO, None, Learned.ANSWERS)


def test_one_picture_is_not_several_and_only_a_switch_is_a_switch():
    assert facts(told=Capabilities(images=1))["images"] == Fact("images", Support.NO, 1, Learned.TOLD)
    switch = facts(told=Capabilities(thinking=Thinking.SWITCHABLE))["thinking"]
    assert switch == Fact("thinking", Support.YES, "switchable", Learned.TOLD)


def test_who_did_not_think_when_tried_may_do_so_elsewhere():
    tried = {"tried": Capabilities(thinking=Thinking.NEVER), "tried_at": 1.0}
    assert facts(**tried)["thinking"] == Fact("thinking", Support.NO, "never", Learned.TRIED, 1.0)
    told = facts(**tried, told=Capabilities(thinking=Thinking.SWITCHABLE))["thinking"]
    assert told == Fact("thinking", Support.YES, "switchable", Learned.TOLD)
    shown = facts(**tried, shown=Capabilities(thinking=Thinking.ALWAYS))["thinking"]
    assert shown == Fact("thinking", Support.NO, "always", Learned.ANSWERS)


def test_people_read_what_was_found_or_else_what_answers_show():
    shown = Capabilities(schema=True, thinking=Thinking.NEVER)
    assert str(Known(shown=shown)) == "as its answers show: keeps to the schema, does not think first"
    assert str(Known(shown=shown, told=Capabilities(vision=True))) == "takes pictures"
    assert str(Known()) == ""
    refused = Known(tried=Capabilities(vision=True, schema=True), schema_refused=True)
    assert str(refused) == "takes pictures, keeps to no schema"
