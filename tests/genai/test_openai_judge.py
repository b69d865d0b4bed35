"""A VlmJudge against a real HTTP server that misbehaves on demand."""

import json
import logging
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from frigate_ext.domain.verdict import Answer
from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartState
from genai.openai_judge import VlmJudge
from genai.settings import Provider, ProviderSettings

FRAME_TIME = 1_700_000_000.0
KEY = "sk-very-secret-4711"
MET = json.dumps({"verdict": "met", "confidence": 0.9, "reasoning": "a parcel", "message": "Parcel!"})


@pytest.fixture
def settings(model_server):
    return ProviderSettings(
        name="porch-vlm",
        provider=Provider.LLAMACPP,
        base_url=model_server.url,
        api_key=KEY,
        model="tiny-vlm",
        connect_timeout=1.0,
        read_timeout=2.0,
        total_timeout=5.0,
    )


@pytest.fixture
def make_judge():
    made = []

    def make(settings):
        made.append(VlmJudge(settings))
        return made[-1]

    yield make
    for judge in made:
        judge.close()


@pytest.fixture
def judge(make_judge, settings):
    return make_judge(settings)


def ask(judge, question, seconds=5.0):
    return judge.judge(question, Deadline(seconds))


def unavailable(judge, question, seconds=5.0):
    with pytest.raises(JudgeUnavailableError) as caught:
        ask(judge, question, seconds)
    assert KEY not in str(caught.value)
    return caught.value


def test_a_verdict_comes_with_what_it_cost(judge, question):
    judgement = ask(judge, question)
    assert judgement.verdict.answer is Answer.MET
    assert judgement.verdict.judged_by == "porch-vlm"
    assert judgement.verdict.frame_time == FRAME_TIME
    assert judgement.verdict.next_run_in == 30
    assert judgement.tokens == 123
    assert judgement.model == "tiny-vlm-q8"
    assert 0 < judgement.latency < 5


def test_the_server_gets_the_very_pixels_of_the_look(judge, question, model_server):
    ask(judge, question)
    (picture,) = model_server.asked[-1].pictures
    assert picture.shape == (48, 64, 3)
    assert np.abs(picture.mean(axis=(0, 1)) - (0, 0, 255)).max() < 6


def test_the_request_is_bound_to_the_schema_and_carries_the_key(judge, question, model_server):
    ask(judge, question)
    asked = model_server.asked[-1]
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    schema = asked.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["verdict"]["enum"] == ["met", "not_met", "unsure"]


def test_the_users_own_key_for_openai_is_not_shown_to_another_server(
    make_judge, settings, question, model_server, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-user")
    ask(make_judge(replace(settings, api_key=None)), question)
    assert "sk-of-the-user" not in str(model_server.asked[-1].headers)


def test_options_go_into_the_request_but_cannot_replace_the_question(
    make_judge, settings, question, model_server
):
    options = {
        "temperature": 0.9,
        "messages": [],
        "default_headers": {"X-House": "mine"},
        "context_size": 4096,
    }
    ask(
        make_judge(replace(settings, provider_options=options, request_options={"temperature": 0.1})),
        question,
    )
    asked = model_server.asked[-1]
    assert asked.body["temperature"] == 0.1
    assert len(asked.body["messages"]) == 2
    assert asked.headers["x-house"] == "mine"
    assert "context_size" not in asked.body


@pytest.mark.parametrize(
    "text",
    [
        f"Sure, here you are:\n```json\n{MET}\n```\nAnything else?",
        f"<think>The condition is not met? {{no}} It is.</think>\n{MET}",
        f"[{MET}]",
    ],
)
def test_prose_thoughts_and_lists_do_not_lose_the_hit(judge, question, model_server, text):
    model_server.say(text)
    assert ask(judge, question).verdict.answer is Answer.MET


@pytest.mark.parametrize(
    "message,words",
    [
        ({"text": "I'm sorry, I can't help with that."}, "no verdict"),
        ({"text": None, "refusal": "No."}, "refuses"),
        ({"text": None}, "empty"),
        ({"text": ""}, "empty"),
        ({"text": '{"condition_met": "of course"}'}, "not one"),
    ],
)
def test_an_answer_without_a_verdict_is_a_bad_reply(judge, question, model_server, message, words):
    model_server.say(**message)
    with pytest.raises(BadReplyError, match=words):
        ask(judge, question)


def test_what_was_told_and_said_is_known_of_a_reply_that_is_no_verdict(judge, question, model_server):
    model_server.say("a poem")
    with pytest.raises(BadReplyError) as caught:
        ask(judge, question)
    error = caught.value
    assert (error.provider, error.model, error.reply) == (judge.name, "tiny-vlm", "a poem")
    assert question.condition in error.prompt


def test_a_reply_cut_off_by_the_limit_of_tokens_says_so(judge, question, model_server):
    model_server.say('{"verdict": "me', finish_reason="length")
    with pytest.raises(BadReplyError, match="limit of tokens"):
        ask(judge, question)


def test_content_may_come_in_parts(judge, question, model_server):
    model_server.say([{"type": "text", "text": MET[:20]}, {"type": "text", "text": MET[20:]}])
    assert ask(judge, question).verdict.answer is Answer.MET


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_needs_a_person_and_is_not_repeated(judge, question, model_server, status, caplog):
    model_server.send({"error": {"message": f"Incorrect API key provided: {KEY}"}}, status)
    with pytest.raises(JudgeMisconfiguredError, match="API key") as caught:
        ask(judge, question)
    assert KEY not in str(caught.value) + caplog.text + judge.health().detail


def test_a_missing_model_needs_a_person(judge, question, model_server):
    model_server.send({"error": {"message": "model 'tiny-vlm' not found, try pulling it first"}}, 404)
    with pytest.raises(JudgeMisconfiguredError, match=r"tiny-vlm.*pulling"):
        ask(judge, question)


def test_a_rate_limit_carries_the_wait_the_server_asks_for(judge, question, model_server):
    model_server.send({"error": {"message": "slow down"}}, 429, (("Retry-After", "7"),))
    error = unavailable(judge, question)
    assert (error.kind, error.retry_after) == ("rate_limited", 7.0)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_is_worth_another_try(judge, question, model_server, status):
    model_server.send({"error": f"boom {KEY}"}, status)
    assert unavailable(judge, question).kind == "server_error"


def test_nothing_is_tried_twice_by_itself(judge, question, model_server):
    model_server.send({}, 500)
    unavailable(judge, question)
    assert len(model_server.asked) == 1


def test_a_web_page_is_not_a_model(judge, question, model_server):
    model_server.behaviour = lambda handler, asked: handler.send_bytes(
        b"<!doctype html><p>Log in", "text/html"
    )
    assert unavailable(judge, question).kind == "html"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"choices": []}', b'{"choices": [null]}', b"\xff\xfe"]
)
def test_what_is_not_the_protocol_is_named(judge, question, model_server, body):
    model_server.behaviour = lambda handler, asked: handler.send_bytes(body, "application/json")
    assert unavailable(judge, question).kind == "protocol"


def test_an_error_inside_a_success_is_an_error(judge, question, model_server):
    model_server.send({"error": {"message": "upstream"}}, 200)
    assert unavailable(judge, question).kind == "server_error"


def test_a_redirect_is_not_followed(judge, question, model_server):
    model_server.send({}, 307, (("Location", "/elsewhere"),))
    with pytest.raises(JudgeMisconfiguredError, match="base_url"):
        ask(judge, question)
    assert len(model_server.asked) == 1


def test_nobody_listening_is_refused(make_judge, settings, question):
    judge = make_judge(replace(settings, base_url="http://127.0.0.1:9/v1"))
    error = unavailable(judge, question)
    assert (error.kind, error.provider, error.model) == ("refused", judge.name, "tiny-vlm")


def test_a_name_nobody_knows_is_dns(make_judge, settings, question):
    judge = make_judge(replace(settings, base_url="http://no-such-host.invalid/v1"))
    assert unavailable(judge, question).kind == "dns"


def test_a_resolver_that_hangs_holds_up_neither_the_look_nor_the_end(
    make_judge, settings, question, model_server, monkeypatch
):
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: model_server.wait(20))
    judge = make_judge(replace(settings, base_url="http://some-host.invalid/v1", connect_timeout=30.0))
    started = time.monotonic()
    assert unavailable(judge, question, 0.2).kind == "timeout"
    judge.close()
    assert time.monotonic() - started < 2
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "name-lookup")


def test_speaking_tls_to_a_plain_server_is_tls(make_judge, settings, question, model_server):
    judge = make_judge(replace(settings, base_url=model_server.url.replace("http:", "https:")))
    assert unavailable(judge, question).kind == "tls"


def hang(handler, asked):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.flush()
    handler.model_server.wait(20)
    handler.close_connection = True


def drip(handler, asked):
    """Never silent for long, never done."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.model_server.wait(0.02):
        handler.wfile.write(b" ")


def drip_headers(handler, asked):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.model_server.wait(0.02):
        handler.wfile.write(b"a")


def test_silence_after_the_headers_is_a_read_timeout(make_judge, settings, question, model_server):
    model_server.behaviour = hang
    assert unavailable(make_judge(replace(settings, read_timeout=0.2)), question).kind == "read_timeout"


@pytest.mark.parametrize("behaviour", [drip, drip_headers])
def test_a_slow_drip_does_not_outlast_the_total_timeout(
    make_judge, settings, question, model_server, behaviour
):
    model_server.behaviour = behaviour
    started = time.monotonic()
    error = unavailable(make_judge(replace(settings, total_timeout=0.4)), question)
    assert error.kind == "timeout"
    assert time.monotonic() - started < 2
    assert model_server.hung_up.wait(5), "the connection was not given up"


def test_the_callers_deadline_ends_the_wait_too(judge, question, model_server):
    model_server.behaviour = drip
    started = time.monotonic()
    assert unavailable(judge, question, 0.3).kind == "timeout"
    assert time.monotonic() - started < 2


def test_a_look_that_is_called_off_ends_at_once_and_is_nobodys_trouble(judge, question, model_server):
    model_server.behaviour = drip
    deadline, errors = Deadline(20.0), []

    def look():
        try:
            judge.judge(question, deadline)
        except JudgeUnavailableError as error:
            errors.append(error.kind)

    thread = threading.Thread(target=look)
    thread.start()
    assert model_server.arrived.wait(5)
    deadline.call_off()
    thread.join(5)
    assert errors == ["called_off"]
    assert judge.health().state is PartState.OK
    assert model_server.hung_up.wait(5), "the connection was not given up"


def test_a_look_waits_for_its_turn_no_longer_than_its_deadline(judge, question, model_server):
    model_server.behaviour = hang
    first = threading.Thread(target=unavailable, args=(judge, question))
    first.start()
    assert model_server.arrived.wait(5)
    assert unavailable(judge, question, 0.2).kind == "busy"
    assert len(model_server.asked) == 1
    model_server.released.set()
    first.join(5)


def test_no_more_than_max_concurrent_looks_are_asked_at_once(make_judge, settings, question, model_server):
    judge = make_judge(replace(settings, max_concurrent=2))
    inside, most, lock = 0, 0, threading.Lock()

    def count(handler, asked):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        model_server.wait(0.05)
        with lock:
            inside -= 1
        answers(handler, asked)

    answers, model_server.behaviour = model_server.behaviour, count
    looks = [threading.Thread(target=ask, args=(judge, question)) for _ in range(6)]
    for look in looks:
        look.start()
    for look in looks:
        look.join(5)
    assert len(model_server.asked) == 6
    assert most == 2


def test_closing_ends_a_call_in_flight(judge, question, model_server):
    model_server.behaviour = hang
    errors = []

    def look():
        try:
            ask(judge, question)
        except JudgeUnavailableError as error:
            errors.append(error.kind)

    thread = threading.Thread(target=look)
    thread.start()
    assert model_server.arrived.wait(5)
    judge.close()
    thread.join(2)
    assert errors == ["closed"]
    assert unavailable(judge, question).kind == "closed"
    assert judge.health().state is PartState.OK


def test_a_huge_reply_is_not_read_to_its_end(judge, question, model_server):
    def flood(handler, asked):
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**9))
        handler.end_headers()
        while not model_server.released.is_set():
            handler.wfile.write(b" " * 65536)

    model_server.behaviour = flood
    with pytest.raises(BadReplyError, match="more than"):
        ask(judge, question)
    assert model_server.hung_up.wait(5)


def test_a_huge_error_is_not_read_to_its_end(judge, question, model_server):
    model_server.behaviour = lambda handler, asked: handler.send_bytes(b"x" * 10**7, "text/plain", 500)
    assert unavailable(judge, question).kind == "server_error"


PEG = "The model produced output that does not match the expected peg-native format"


def test_an_answer_that_the_server_itself_can_not_read_is_asked_for_without_the_schema(
    judge, question, model_server
):
    answers = model_server.behaviour

    def choke(handler, asked):
        if "response_format" in asked.body:
            handler.send_json({"error": {"message": PEG, "code": 500}}, 500)
        else:
            answers(handler, asked)

    model_server.behaviour = choke
    for _ in range(4):
        assert ask(judge, question).verdict.answer is Answer.MET
    bound = ["response_format" in asked.body for asked in model_server.asked]
    assert bound == [True, False] * 3 + [False], "what happens again and again is not tried for ever"
    assert "keeps to no schema" in judge.health().detail


def test_an_answer_that_the_server_can_never_read_is_a_bad_reply(judge, question, model_server):
    model_server.behaviour = lambda handler, _: handler.send_json({"error": {"message": PEG}}, 500)
    with pytest.raises(BadReplyError, match="does not match"):
        ask(judge, question)


def test_what_the_model_can_do_is_learnt_from_its_answers(judge, question):
    assert judge.health().detail == ""
    ask(judge, question)
    assert judge.health().detail == "as its answers show: keeps to the schema, does not think first"


def test_a_server_that_refuses_the_schema_is_asked_without_from_then_on(
    judge, question, model_server, caplog
):
    caplog.set_level(logging.INFO)
    answers = model_server.behaviour

    def refuse_schema(handler, asked):
        if "response_format" in asked.body:
            handler.send_json({"error": {"message": "response_format json_schema is not supported"}}, 400)
        else:
            answers(handler, asked)

    model_server.behaviour = refuse_schema
    assert ask(judge, question).verdict.answer is Answer.MET
    assert ask(judge, question).verdict.answer is Answer.MET
    assert ["response_format" in asked.body for asked in model_server.asked] == [True, False, False]
    assert caplog.text.count("JSON schema") == 1


def test_looks_in_flight_when_the_schema_is_refused_are_asked_again_too(
    make_judge, settings, question, model_server
):
    judge = make_judge(replace(settings, max_concurrent=2))
    answers, both = model_server.behaviour, threading.Barrier(2, timeout=5)

    def refuse_both(handler, asked):
        if "response_format" in asked.body:
            both.wait()
            handler.send_json({"error": {"message": "no json_schema"}}, 400)
        else:
            answers(handler, asked)

    model_server.behaviour = refuse_both
    met = []
    looks = [
        threading.Thread(target=lambda: met.append(ask(judge, question).verdict.answer)) for _ in range(2)
    ]
    for look in looks:
        look.start()
    for look in looks:
        look.join(5)
    assert met == [Answer.MET, Answer.MET]


@pytest.mark.parametrize("models", [None, 5, "x", [], [None], [{"id": 5}]])
def test_a_server_that_lists_no_models_leaves_it_to_a_person(
    make_judge, settings, question, model_server, models
):
    model_server.listing = {"data": models}
    with pytest.raises(JudgeMisconfiguredError, match="say which model"):
        ask(make_judge(replace(settings, model="")), question)


def test_without_a_model_configured_the_servers_only_one_is_taken(
    make_judge, settings, question, model_server
):
    judge = make_judge(replace(settings, model=""))
    ask(judge, question)
    ask(judge, question)
    assert [asked.path for asked in model_server.asked] == ["/v1/models", *["/v1/chat/completions"] * 2]
    assert model_server.asked[-1].body["model"] == "tiny-vlm"


def test_a_model_that_was_found_and_is_gone_is_looked_for_again(make_judge, settings, question, model_server):
    judge = make_judge(replace(settings, model=""))
    ask(judge, question)
    works = model_server.behaviour
    model_server.list_models("other-vlm")
    model_server.send({"error": "no such model"}, 404)
    with pytest.raises(JudgeMisconfiguredError):
        ask(judge, question)
    model_server.behaviour = works
    ask(judge, question)
    assert model_server.asked[-1].body["model"] == "other-vlm"


def test_of_several_models_a_person_has_to_choose(make_judge, settings, question, model_server):
    model_server.list_models("big", "small")
    with pytest.raises(JudgeMisconfiguredError, match="big, small"):
        ask(make_judge(replace(settings, model="")), question)


def test_health_is_fine_until_something_goes_wrong_and_again_after(judge, question, model_server, caplog):
    caplog.set_level(logging.INFO)
    assert judge.health().state is PartState.OK
    works = model_server.behaviour
    model_server.send({"error": "loading"}, 503)
    for _ in range(3):
        unavailable(judge, question)
    assert judge.health().state is PartState.DEGRADED
    assert judge.health().detail.startswith("server_error: porch-vlm: the server fails (HTTP 503): loading")
    model_server.behaviour = works
    ask(judge, question)
    assert judge.health().state is PartState.OK
    assert [record.levelname for record in caplog.records if record.name == "genai.openai_judge"] == [
        "WARNING",
        "INFO",
    ]


def test_the_key_shows_nowhere(settings):
    assert KEY not in repr(settings)
