"""A VlmJudge and llama.cpp's own server: images, a schema it enforces, keys. The weights are random."""

import importlib.util
import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError
from frigate_ext.runtime.clock import Deadline
from genai.judge import Judgement
from genai.openai_judge import VlmJudge
from genai.prompt import messages
from genai.scout import Scout
from genai.settings import Provider, ProviderSettings
from tests.genai.memory import FREE, DictMemory

SERVER = Path(__file__).with_name("tiny_vlm_server.py")
KEY = "sk-llama"
START_SECONDS = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not importlib.util.find_spec("xllamacpp") and "CI" not in os.environ,
        reason="xllamacpp is not installed",
    ),
]


def _address(server) -> str:
    """From the server's output; '' when it ends without one."""
    for line in server.stdout:
        if found := re.fullmatch(r"address: (\S+)\n", line):
            return found[1]
    return ""


@pytest.fixture(scope="module")
def llama_url(tmp_path_factory):
    command = [sys.executable, str(SERVER), str(tmp_path_factory.mktemp("tiny-vlm")), KEY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        watchdog = threading.Timer(START_SECONDS, server.kill)
        watchdog.start()
        url = _address(server)
        watchdog.cancel()
        watchdog.join()
        assert url, "llama.cpp's server did not start"
        yield url
        server.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()


@pytest.fixture
def settings(llama_url):
    return ProviderSettings(
        name="llama",
        provider=Provider.LLAMACPP,
        base_url=llama_url,
        api_key=KEY,
        request_options={"temperature": 0.7, "max_tokens": 600},
    )


@pytest.fixture
def ask(question):
    """Puts the question to a judge made of these settings; a judgement, or the reply that was none."""

    def ask(settings) -> Judgement | BadReplyError:
        judge = VlmJudge(settings)
        try:
            return judge.judge(question, Deadline(60))
        except BadReplyError as error:
            return error
        finally:
            judge.close()

    return ask


def test_a_schema_that_is_enforced_makes_even_random_weights_answer(ask, settings):
    judgement = ask(settings)
    assert isinstance(judgement, Judgement), judgement
    assert judgement.model == "tiny-vlm"
    assert judgement.verdict.judged_by == "llama"
    assert 0 <= judgement.verdict.confidence <= 1


def prompt_tokens(url, question) -> int:
    answer = requests.post(
        f"{url}/v1/chat/completions",
        json={"messages": messages(question), "max_tokens": 1},
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=60,
    )
    return answer.json()["usage"]["prompt_tokens"]


def test_the_server_really_looks_at_the_picture(llama_url, question):
    """128x128 pixels in patches of 16x16 are 64 tokens."""
    blind = prompt_tokens(llama_url, replace(question, images=()))
    assert prompt_tokens(llama_url, question) - blind >= 64


def test_a_reply_cut_short_is_a_bad_reply(ask, settings):
    reply = ask(replace(settings, request_options={"max_tokens": 20}))
    assert isinstance(reply, BadReplyError)
    assert "limit of tokens" in str(reply)


def test_a_wrong_key_needs_a_person(ask, settings):
    with pytest.raises(JudgeMisconfiguredError, match="API key"):
        ask(replace(settings, api_key="sk-wrong"))


@pytest.mark.parametrize("wanted, pictures", [(False, "takes pictures"), (None, "takes up to 4 pictures")])
def test_what_it_can_do_is_found_out(settings, wanted, pictures):
    scout = Scout(settings, wanted=wanted, memory=DictMemory(), account=FREE)
    judge = VlmJudge(settings, scout)
    deadline = Deadline(30)
    try:
        while not scout.has_ended:
            assert not deadline.passed
            threading.Event().wait(0.01)
        assert judge.health().detail == f"{pictures}, keeps to the schema, does not think first"
    finally:
        judge.close()


def test_the_model_need_not_be_named_and_the_address_may_lack_its_path(ask, settings):
    assert settings.model == ""
    assert not settings.base_url.endswith("/v1")
    assert ask(settings)
