"""What a model can do, as its server tells it."""

import pytest

from genai.capabilities import Capabilities, Thinking, from_llamacpp, from_ollama


def props(template="{{ messages }}", **modalities):
    return {"modalities": modalities, "chat_template": template}


def test_llama_cpp_tells_modalities_and_the_template_tells_thoughts():
    assert from_llamacpp(props(vision=True)) == Capabilities(
        vision=True, schema=True, thinking=Thinking.NEVER
    )
    assert (
        from_llamacpp(props("{% if enable_thinking %}<think>", vision=False)).thinking is Thinking.SWITCHABLE
    )
    assert from_llamacpp(props("assistant: <think>", vision=False)).thinking is Thinking.ALWAYS


def test_ollama_tells_a_list_of_capabilities():
    assert from_ollama({"capabilities": ["completion", "vision", "thinking"]}) == Capabilities(
        vision=True, schema=True, thinking=Thinking.SWITCHABLE
    )
    blind = from_ollama({"capabilities": ["completion"]})
    assert (blind.vision, blind.images) == (False, 0)


@pytest.mark.parametrize(
    "told", [{}, {"modalities": 1}, {"modalities": {"vision": "yes"}}, {"chat_template": 3}]
)
def test_what_is_not_told_is_not_known(told):
    assert from_llamacpp(told).vision is None
    assert from_ollama(told) == Capabilities()


def test_what_was_tried_counts_more_than_what_was_told():
    told = Capabilities(vision=True, schema=True, thinking=Thinking.SWITCHABLE)
    tried = Capabilities(vision=False, images=None)
    assert tried.over(told) == Capabilities(vision=False, schema=True, thinking=Thinking.SWITCHABLE)


@pytest.mark.parametrize(
    "capabilities,words",
    [
        (Capabilities(), ""),
        (Capabilities(vision=True), "takes pictures"),
        (
            Capabilities(vision=True, images=4, schema=True, thinking=Thinking.NEVER),
            "takes up to 4 pictures, keeps to the schema, does not think first",
        ),
        (Capabilities(vision=False, schema=False), "takes no pictures, keeps to no schema"),
    ],
)
def test_people_read_what_is_known(capabilities, words):
    assert str(capabilities) == words
