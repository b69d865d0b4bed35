"""Finding out what a model can do, against a real HTTP server."""

import asyncio
import json
from dataclasses import replace

import pytest

from frigate_ext.errors import JudgeUnavailableError
from genai.capabilities import Capabilities, Thinking
from genai.channel import Channel
from genai.probe import ask_server, try_out
from genai.settings import Provider, ProviderSettings


@pytest.fixture
def settings(model_server):
    return ProviderSettings(
        name="vlm",
        provider=Provider.OPENAI,
        base_url=model_server.url,
        api_key="k",
        model="m",
        read_timeout=2.0,
    )


def found(settings, probe):
    async def run():
        channel = Channel(settings)
        try:
            return await probe(channel)
        finally:
            await channel.close()

    return asyncio.run(run())


def model(*, pictures=4, schema=True, thoughts=False, switch=None):
    """A model that takes so many pictures, and answers `green` where no schema says otherwise."""

    def behave(handler, asked):
        parts = asked.body["messages"][0]["content"]
        seen = sum(part["type"] == "image_url" for part in parts)
        if seen > pictures:
            handler.send_json({"error": {"message": "image input is not supported"}}, 400)
            return
        bound = schema and "response_format" in asked.body
        thinks = thoughts and switch not in asked.body
        message = {"role": "assistant", "content": json.dumps({"word": "violet"}) if bound else "green"}
        message |= {"reasoning_content": "hm"} if thinks else {}
        usage = {"prompt_tokens": 20 + 85 * seen, "total_tokens": 30 + 85 * seen}
        handler.send_json({"choices": [{"finish_reason": "stop", "message": message}], "usage": usage})

    return behave


def refuses(option):
    """A server that has never heard of an option."""
    answers = model()

    def behave(handler, asked):
        if option in asked.body:
            handler.send_json({"error": {"message": f"unknown option {option}"}}, 400)
        else:
            answers(handler, asked)

    return behave


@pytest.mark.parametrize(
    "behaviour,capabilities",
    [
        (model(), Capabilities(vision=True, schema=True, images=4, thinking=Thinking.NEVER)),
        (model(pictures=1), Capabilities(vision=True, schema=True, images=1, thinking=Thinking.NEVER)),
        (model(pictures=0), Capabilities(vision=False, schema=True, images=0, thinking=Thinking.NEVER)),
        (model(schema=False), Capabilities(vision=True, schema=False, images=4, thinking=Thinking.NEVER)),
        (model(thoughts=True), Capabilities(vision=True, schema=True, images=4, thinking=Thinking.ALWAYS)),
        (
            model(thoughts=True, switch="chat_template_kwargs"),
            Capabilities(vision=True, schema=True, images=4, thinking=Thinking.SWITCHABLE),
        ),
        (
            model(thoughts=True, switch="reasoning_effort"),
            Capabilities(vision=True, schema=True, images=4, thinking=Thinking.SWITCHABLE),
        ),
        (
            refuses("response_format"),
            Capabilities(vision=True, schema=False, images=4, thinking=Thinking.NEVER),
        ),
    ],
    ids=["all", "one picture", "blind", "prose", "thinks", "thinks unless told", "effort", "refuses schemas"],
)
def test_trying_shows_what_a_model_can_do(model_server, settings, behaviour, capabilities):
    model_server.behaviour = behaviour
    tried = found(settings, try_out)
    assert tried.found == capabilities
    assert len(model_server.asked) <= 6
    assert all(asked.body["max_tokens"] <= 128 for asked in model_server.asked)


def test_pictures_that_are_dropped_on_the_way_are_not_taken(model_server, settings):
    model_server.say("green")
    assert found(settings, try_out).found.vision is False


def test_what_it_cost_is_counted(model_server, settings):
    """Words, a schema, one picture and four: 30 tokens each, and 85 for each picture."""
    model_server.behaviour = model()
    assert found(settings, try_out).tokens == 4 * 30 + 5 * 85


def test_thoughts_that_are_only_counted_are_thoughts(model_server, settings):
    usage = {"prompt_tokens": 9, "total_tokens": 99, "completion_tokens_details": {"reasoning_tokens": 64}}
    message = {"role": "assistant", "content": "green"}
    model_server.send({"choices": [{"finish_reason": "stop", "message": message}], "usage": usage})
    assert found(settings, try_out).found.thinking is Thinking.ALWAYS


def test_what_gets_no_answer_is_not_known_and_the_rest_is(model_server, settings):
    """One picture is too much for its time, or for the server for now."""
    answers = model()

    def slow(handler, asked):
        if len(asked.pictures) == 1:
            handler.send_json({"error": {"message": "too many requests"}}, 429)
        else:
            answers(handler, asked)

    model_server.behaviour = slow
    assert found(settings, try_out).found == Capabilities(schema=True, thinking=Thinking.NEVER)


def test_a_server_that_fails_once_is_asked_once_more(model_server, settings):
    answers, failures = model(), [1]

    def behave(handler, asked):
        if len(asked.pictures) == 4 and failures:
            failures.pop()
            handler.send_json({"error": {"message": "overloaded"}}, 503)
        else:
            answers(handler, asked)

    model_server.behaviour = behave
    assert found(settings, try_out).found.images == 4


def test_an_answer_that_was_cut_off_says_nothing_about_schemas(model_server, settings):
    model_server.say("", finish_reason="length")
    assert found(settings, try_out).found.schema is None


@pytest.mark.parametrize(
    "given, body",
    [
        ({}, {"max_tokens": 128}),
        ({"max_completion_tokens": 700}, {"max_completion_tokens": 128}),
        ({"max_tokens": 700}, {"max_tokens": 128}),
    ],
)
def test_replies_are_bounded_in_the_words_that_the_user_has_chosen(model_server, settings, given, body):
    found(replace(settings, request_options=given), try_out)
    assert [
        {name: asked.body[name] for name in asked.body if name.startswith("max_")}
        for asked in model_server.asked
    ] == [body] * len(model_server.asked)


def test_a_server_that_is_away_is_an_error_and_no_capability(settings):
    with pytest.raises(JudgeUnavailableError):
        found(
            ProviderSettings(name="a", provider=Provider.OPENAI, base_url="http://127.0.0.1:9", model="m"),
            try_out,
        )


def test_llama_cpp_is_only_asked(model_server, settings):
    model_server.listing = {"modalities": {"vision": True}, "chat_template": "x"}
    llama = ProviderSettings(name="a", provider=Provider.LLAMACPP, base_url=model_server.url, api_key="k")
    assert found(llama, ask_server).vision is True
    (asked,) = model_server.asked
    assert (asked.path, asked.headers["authorization"]) == ("/props", "Bearer k")
