"""Finding out what a model can do, against a real HTTP server."""

import asyncio
import json
import threading
import time
from dataclasses import replace

import pytest

from frigate_ext.errors import JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartState
from genai.capabilities import Capabilities, Thinking
from genai.channel import Channel
from genai.openai_judge import VlmJudge
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


def model(*, pictures=4, schema=True, thoughts=False, quiet=False):
    """A model that takes so many pictures, and answers `green` where no schema says otherwise."""

    def behave(handler, asked):
        parts = asked.body["messages"][0]["content"]
        seen = sum(part["type"] == "image_url" for part in parts)
        if seen > pictures:
            handler.send_json({"error": {"message": "image input is not supported"}}, 400)
            return
        bound = schema and "response_format" in asked.body
        thinks = thoughts and not (quiet and "chat_template_kwargs" in asked.body)
        message = {"role": "assistant", "content": json.dumps({"word": "violet"}) if bound else "green"}
        message |= {"reasoning_content": "hm"} if thinks else {}
        usage = {"prompt_tokens": 20 + 85 * seen, "total_tokens": 30 + 85 * seen}
        handler.send_json({"choices": [{"finish_reason": "stop", "message": message}], "usage": usage})

    return behave


@pytest.mark.parametrize(
    "behaviour,capabilities",
    [
        (model(), Capabilities(vision=True, schema=True, images=4, thinking=Thinking.NEVER)),
        (model(pictures=1), Capabilities(vision=True, schema=True, images=1, thinking=Thinking.NEVER)),
        (model(pictures=0), Capabilities(vision=False, schema=True, thinking=Thinking.NEVER)),
        (model(schema=False), Capabilities(vision=True, schema=False, images=4, thinking=Thinking.NEVER)),
        (model(thoughts=True), Capabilities(vision=True, schema=True, images=4, thinking=Thinking.ALWAYS)),
        (
            model(thoughts=True, quiet=True),
            Capabilities(vision=True, schema=True, images=4, thinking=Thinking.SWITCHABLE),
        ),
    ],
    ids=["all", "one picture", "blind", "prose", "thinks", "thinks unless told"],
)
def test_trying_shows_what_a_model_can_do(model_server, settings, behaviour, capabilities):
    model_server.behaviour = behaviour
    assert found(settings, try_out) == capabilities
    assert len(model_server.asked) <= 5


def test_pictures_that_are_dropped_on_the_way_are_not_taken(model_server, settings):
    model_server.say("green")
    assert found(settings, try_out).vision is False


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


def wait_for(condition, seconds=5.0):
    deadline = Deadline(seconds)
    while not condition():
        assert not deadline.passed
        threading.Event().wait(0.01)


@pytest.fixture
def make_judge():
    made = []

    def make(settings, probe):
        made.append(VlmJudge(settings, probe))
        return made[-1]

    yield make
    for judge in made:
        judge.close()


def test_health_tells_what_was_found_and_a_blind_model_is_trouble(model_server, settings, make_judge):
    model_server.behaviour = model(pictures=0)
    judge = make_judge(settings, try_out)
    wait_for(lambda: judge.health().detail)
    assert judge.health().state is PartState.DEGRADED
    assert judge.health().detail == "takes no pictures, keeps to the schema, does not think first"


def test_a_judge_is_ready_while_its_model_keeps_the_probe_waiting(model_server, settings, make_judge):
    model_server.behaviour = lambda handler, asked: model_server.wait(30.0)
    started = time.monotonic()
    judge = make_judge(settings, try_out)
    assert judge.health().state is PartState.OK
    judge.close()
    assert time.monotonic() - started < 2.5


def test_a_model_that_was_away_at_the_start_is_asked_when_it_is_back(
    model_server, settings, make_judge, question
):
    answers = model_server.behaviour
    model_server.send({"error": "loading"}, 503)
    judge = make_judge(settings, try_out)
    with pytest.raises(JudgeUnavailableError):
        judge.judge(question, Deadline(5))
    model_server.behaviour = answers
    judge.judge(question, Deadline(5))
    wait_for(lambda: "takes no pictures" in judge.health().detail)


def test_a_model_of_one_picture_gets_the_judged_one(model_server, settings, make_judge, question):
    model_server.behaviour = model(pictures=1)
    judge = make_judge(settings, try_out)
    wait_for(lambda: judge.health().detail)
    model_server.say(json.dumps({"verdict": "not_met"}))
    earlier = replace(question.images[0], frame_time=question.frame_time - 2)
    judge.judge(replace(question, images=(earlier, *question.images)), Deadline(5))
    parts = model_server.asked[-1].body["messages"][1]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url"]
