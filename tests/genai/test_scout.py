"""When a model is tried out, who pays, what is remembered: against a real HTTP server."""

import json
import logging
import threading
import time
from dataclasses import replace

import pytest

from frigate_ext.errors import JudgeUnavailableError, StoreError
from frigate_ext.runtime.clock import Deadline, ManualClock
from frigate_ext.runtime.health import PartState
from genai import scout as module
from genai.account import Account
from genai.budget import BudgetLimits, Spent
from genai.capabilities import Capabilities, Thinking
from genai.judge import BUDGET_SPENT
from genai.known import Learned, Support
from genai.openai_judge import VlmJudge
from genai.purse import Purse
from genai.registry import build
from genai.scout import Scout
from genai.settings import JudgeSettings, Provider, ProviderSettings
from tests.genai.memory import DictMemory

ALL = Capabilities(vision=True, schema=True, images=4, thinking=Thinking.NEVER)


def model(handler, asked):
    """Takes pictures and schemas, for 10 tokens and 85 a picture."""
    pictures = len(asked.pictures)
    word = json.dumps({"word": "violet"}) if "response_format" in asked.body else "green"
    usage = {"prompt_tokens": 5 + 85 * pictures, "total_tokens": 10 + 85 * pictures}
    message = {"role": "assistant", "content": word}
    handler.send_json({"choices": [{"finish_reason": "stop", "message": message}], "usage": usage})


def blind(handler, asked):
    if asked.pictures:
        handler.send_json({"error": {"message": "image input is not supported"}}, 400)
    else:
        model(handler, asked)


COST = 4 * 10 + 5 * 85


@pytest.fixture
def settings(model_server):
    model_server.behaviour = model
    return ProviderSettings(
        name="vlm",
        provider=Provider.OPENAI,
        base_url=model_server.url,
        api_key="k",
        model="m",
        roles=("watch",),
        read_timeout=2.0,
    )


@pytest.fixture
def memory():
    return DictMemory()


@pytest.fixture
def remote(monkeypatch):
    """Whoever answers is in somebody else's house."""
    monkeypatch.setattr(module, "is_local", lambda _: False)


@pytest.fixture
def quick(monkeypatch):
    """Who was away is asked again at once."""
    monkeypatch.setattr(module, "_FIRST", 0.02)


def wait_for(condition, seconds=5.0):
    deadline = Deadline(seconds)
    while not condition():
        assert not deadline.passed
        threading.Event().wait(0.01)


@pytest.fixture
def start(memory):
    """Start a judge that finds out; ended with the test."""
    made = []

    def start(settings, wanted=None, purses=(), clock=None):
        account = Account(settings.name, purses)
        scout = Scout(settings, wanted=wanted, memory=memory, account=account, clock=clock)
        made.append(VlmJudge(settings, scout))
        return made[-1], scout

    yield start
    for judge in made:
        judge.close()


@pytest.fixture
def found(start):
    """All that comes of one start."""

    def found(settings, **how):
        judge, scout = start(settings, **how)
        wait_for(lambda: scout.has_ended)
        judge.close()
        return judge.known()

    return found


def test_a_model_in_the_house_is_tried_out_at_each_start(model_server, settings, found):
    assert [found(settings).found for _ in range(2)] == [ALL, ALL]
    assert len(model_server.asked) == 8


def test_a_model_elsewhere_is_tried_out_once(model_server, settings, found, remote):
    clock = ManualClock()
    first = found(settings, clock=clock)
    clock.advance(1000.0)
    again = found(settings, clock=clock)
    assert (first.found, len(model_server.asked)) == (ALL, 4)
    assert again == first
    assert first.tried_at == clock.wall - 1000.0


@pytest.mark.parametrize(
    "change", [{"model": "n"}, {"base_url": "http://localhost:{port}/v1"}, {"request_options": {"seed": 1}}]
)
def test_another_model_address_or_option_is_tried_anew(model_server, settings, found, remote, change):
    found(settings)
    port = model_server.url.split(":")[2].split("/")[0]
    change = {
        name: value.format(port=port) if isinstance(value, str) else value for name, value in change.items()
    }
    found(replace(settings, **change))
    assert len(model_server.asked) == 8


def test_a_trial_that_a_busy_server_cut_short_is_not_what_is_remembered(
    model_server, settings, found, remote
):
    def busy(handler, asked):
        if asked.pictures:
            handler.send_json({"error": {"message": "too many requests"}}, 429)
        else:
            model(handler, asked)

    model_server.behaviour = busy
    assert found(settings).found.vision is None
    model_server.behaviour = model
    assert [found(settings).found for _ in range(2)] == [ALL, ALL]
    assert len(model_server.asked) == 3 + 4


def test_who_wants_it_always_has_it_tried_at_each_start(model_server, settings, found, remote):
    found(settings, wanted=True)
    found(settings, wanted=True)
    assert len(model_server.asked) == 8


def test_who_never_wants_it_has_nothing_asked(model_server, settings, found):
    known = found(settings, wanted=False)
    assert (known.found, model_server.asked) == (Capabilities(), [])
    assert {fact.answer for fact in known.facts()} == {Support.UNKNOWN}


def test_trying_out_counts_as_one_look_with_its_tokens(settings, found, memory):
    clock = ManualClock()
    purse = Purse("vlm", BudgetLimits(looks_per_day=1, tokens_per_day=COST))
    found(settings, purses=[purse], clock=clock)
    assert memory.payments == [Spent(at=clock.wall, judged_by="vlm", tokens=COST)]
    assert purse.trouble(clock.monotonic).startswith("vlm: its 1 looks per day are spent")


def test_with_nothing_left_to_spend_nothing_is_tried(model_server, settings, start, memory, caplog):
    """And what was spent before this start counts."""
    caplog.set_level(logging.INFO, "genai.scout")
    memory.payments = [Spent(at=time.time() - 60, judged_by="vlm", tokens=5)]
    limited = replace(settings, budget=BudgetLimits(looks_per_hour=1))
    judge = build([limited], JudgeSettings(), memory)
    wait_for(lambda: "1 looks per hour are spent" in caplog.text)
    judge.close()
    assert model_server.asked == []


def test_a_server_that_is_away_costs_nothing_and_is_tried_when_it_is_back(
    model_server, settings, start, memory, quick
):
    model_server.send({"error": "loading"}, 503)
    judge, scout = start(settings, purses=[Purse("vlm", BudgetLimits())])
    wait_for(lambda: model_server.asked)
    assert (judge.known().found, memory.payments) == (Capabilities(), [])
    model_server.behaviour = model
    wait_for(lambda: scout.has_ended)
    assert judge.known().found == ALL
    assert [one.tokens for one in memory.payments] == [COST]


def test_an_answer_after_trouble_says_that_the_server_is_back(model_server, settings, start, question):
    model_server.send({"error": "loading"}, 503)
    judge, scout = start(settings)
    with pytest.raises(JudgeUnavailableError):
        judge.judge(question, Deadline(5))
    model_server.say(json.dumps({"verdict": "not_met"}))
    judge.judge(question, Deadline(5))
    wait_for(lambda: scout.has_ended)


def test_a_judge_is_ready_while_its_model_keeps_it_waiting(model_server, settings, start):
    model_server.behaviour = lambda handler, asked: model_server.wait(30.0)
    started = time.monotonic()
    judge, _ = start(settings)
    assert judge.health().state is PartState.OK
    judge.close()
    assert time.monotonic() - started < 2.5


def test_one_that_the_end_cuts_short_counts_as_paid(model_server, settings, start, memory):
    model_server.behaviour = lambda handler, asked: model_server.wait(30.0)
    judge, _ = start(settings, purses=[Purse("vlm", BudgetLimits())])
    assert model_server.arrived.wait(5)
    judge.close()
    assert [(one.judged_by, one.tokens) for one in memory.payments] == [("vlm", 0)]


def test_what_can_not_be_kept_is_known_all_the_same(settings, found, memory, remote, caplog):
    def fail(*_):
        raise StoreError("the disk is full")

    memory.remember = memory.paid = fail
    assert found(settings, purses=[Purse("vlm", BudgetLimits())]).found == ALL
    assert "the disk is full" in caplog.text


def test_health_tells_what_was_found_and_a_blind_model_is_trouble(model_server, settings, start):
    model_server.behaviour = blind
    judge, scout = start(settings)
    wait_for(lambda: scout.has_ended)
    assert judge.health().state is PartState.DEGRADED
    assert judge.health().detail == "takes no pictures, keeps to the schema, does not think first"


def test_a_model_of_one_picture_gets_the_judged_one(model_server, settings, start, question):
    def single(handler, asked):
        (blind if len(asked.pictures) > 1 else model)(handler, asked)

    model_server.behaviour = single
    judge, scout = start(settings)
    wait_for(lambda: scout.has_ended)
    model_server.say(json.dumps({"verdict": "not_met"}))
    earlier = replace(question.images[0], frame_time=question.frame_time - 2)
    judge.judge(replace(question, images=(earlier, *question.images)), Deadline(5))
    parts = model_server.asked[-1].body["messages"][1]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url"]


def test_a_probe_is_tiny_and_paid_for(model_server, settings, start, memory):
    heard = threading.Event()
    judge, scout = start(settings, wanted=False, purses=[Purse("vlm", BudgetLimits())])
    wait_for(lambda: scout.has_ended)
    judge.probe(lambda error: None if error else heard.set())
    assert heard.wait(5)
    (asked,) = model_server.asked
    assert (len(asked.pictures), asked.body["max_tokens"]) == (1, 128)
    assert [one.tokens for one in memory.payments] == [10 + 85]


def test_with_nothing_left_to_spend_no_probe_is_sent(model_server, settings, start):
    told, purse = [], Purse("vlm", BudgetLimits(looks_per_day=1))
    purse.pay(time.monotonic())
    judge, scout = start(settings, wanted=False, purses=[purse])
    wait_for(lambda: scout.has_ended)
    judge.probe(told.append)
    wait_for(lambda: told)
    assert (told[0].kind, model_server.asked) == (BUDGET_SPENT, [])


def test_a_judge_that_is_closed_says_so(settings, start):
    told = []
    judge, scout = start(settings, wanted=False)
    wait_for(lambda: scout.has_ended)
    judge.close()
    judge.probe(told.append)
    assert told[0].kind == "closed"


def test_llama_cpp_tells_what_it_knows_and_shows_the_rest(model_server, settings, found):
    model_server.listing = {"modalities": {"vision": True}, "chat_template": "x"}
    known = found(replace(settings, provider=Provider.LLAMACPP), wanted=False)
    (asked,) = model_server.asked
    assert (asked.path, asked.headers["authorization"]) == ("/props", "Bearer k")
    assert [(fact.name, fact.answer, fact.learned) for fact in known.facts()] == [
        ("vision", Support.YES, Learned.TOLD),
        ("schema", Support.YES, Learned.TOLD),
        ("images", Support.UNKNOWN, None),
        ("thinking", Support.NO, Learned.TOLD),
    ]
    assert found(replace(settings, provider=Provider.LLAMACPP)).found.images == 4


def test_a_server_that_tells_nothing_at_the_usual_place_is_tried_out(model_server, settings, found):
    model_server.on_get = lambda handler: handler.send_json({"error": {"message": "not here"}}, 404)
    assert found(replace(settings, provider=Provider.LLAMACPP)).found == ALL
