"""A model that runs here: llama.cpp in this very process, with random weights."""

import importlib.util
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartState
from genai.gguf_judge import GgufJudge
from genai.registry import build
from genai.scout import Scout
from genai.settings import JudgeSettings, Provider, ProviderSettings
from tests.genai.memory import FREE, DictMemory

WRITE = """
import sys
from pathlib import Path
from tiny_llava import write_language_model, write_vision_encoder
write_language_model(Path(sys.argv[1]) / "language.gguf")
write_vision_encoder(Path(sys.argv[1]) / "vision.gguf")
"""
needs_engine = pytest.mark.skipif(
    not importlib.util.find_spec("xllamacpp") and "CI" not in os.environ, reason="xllamacpp is not installed"
)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-vlm")
    subprocess.run(
        [sys.executable, "-c", WRITE, str(folder)], cwd=Path(__file__).parent, check=True, timeout=60
    )
    return folder


def settings(model, vision, **options):
    return ProviderSettings(
        name="own",
        provider=Provider.GGUF,
        model=str(model),
        roles=("watch",),
        provider_options={"mmproj": str(vision), "context_size": 4096, "threads": 1, **options},
        request_options={"max_tokens": 700, "seed": 1},
    )


@pytest.fixture
def make_judge(tmp_path):
    made = []

    def make(settings, scout=None):
        made.append(GgufJudge(settings, tmp_path, scout))
        return made[-1]

    yield make
    for judge in made:
        judge.close()
        assert not judge.is_alive


def when_told(judge, words, seconds=30.0):
    deadline = Deadline(seconds)
    while words not in judge.health().detail:
        assert not deadline.passed, judge.health()
        threading.Event().wait(0.01)


@needs_engine
@pytest.mark.slow
def test_it_loads_answers_within_the_schema_and_ends(make_judge, weights, question):
    own = settings(weights / "language.gguf", weights / "vision.gguf")
    judge = make_judge(own, Scout(own, wanted=False, memory=DictMemory(), account=FREE))
    when_told(judge, "takes pictures, keeps to the schema")
    try:
        judgement = judge.judge(question, Deadline(60))
    except BadReplyError as error:
        assert "limit of tokens" in str(error)
    else:
        assert (judgement.verdict.judged_by, judgement.model) == ("own", "gguf")
        assert judgement.tokens > 64
    started = time.monotonic()
    judge.close()
    assert time.monotonic() - started < 2.0
    with pytest.raises(JudgeUnavailableError):
        judge.judge(question, Deadline(1))


@needs_engine
@pytest.mark.slow
def test_weights_that_are_none_need_a_person(make_judge, tmp_path, weights, question):
    junk = tmp_path / "junk.gguf"
    junk.write_bytes(b"GGUF" + bytes(100))
    judge = make_judge(settings(junk, weights / "vision.gguf"))
    when_told(judge, "can't load junk.gguf")
    with pytest.raises(JudgeMisconfiguredError, match=r"own: .* can't load junk"):
        judge.judge(question, Deadline(1))


def test_without_the_engine_it_says_what_to_install(make_judge, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    (tmp_path / "a.gguf").write_bytes(b"GGUF")
    judge = make_judge(settings(tmp_path / "a.gguf", tmp_path / "a.gguf"))
    when_told(judge, "pip install 'frigate-ext[gguf]'")
    assert judge.health().state is PartState.DEGRADED


def test_looks_need_not_wait_for_a_download_and_hear_how_far_it_is(make_judge, model_server, question):
    begun = threading.Event()

    def slowly(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.wfile.write(bytes(600_000))
        handler.wfile.flush()
        begun.set()
        model_server.wait(30.0)
        handler.close_connection = True

    model_server.on_get = slowly
    address = f"{model_server.url}/m.gguf"
    judge = make_judge(settings(address, "v.gguf", sha256="a" * 64))
    assert begun.wait(5)
    when_told(judge, "being downloaded, 52 %", 5.0)
    with pytest.raises(JudgeUnavailableError, match="being downloaded") as caught:
        judge.judge(question, Deadline(1))
    assert caught.value.kind == "starting"
    judge.stop()
    model_server.released.set()
    assert judge.join(5.0)


def test_a_download_that_fails_is_told_and_tried_again_later(make_judge, question):
    judge = make_judge(settings("http://127.0.0.1:9/m.gguf", "v.gguf", sha256="a" * 64))
    when_told(judge, "m.gguf can't be had", 10.0)
    with pytest.raises(JudgeUnavailableError) as caught:
        judge.judge(question, Deadline(1))
    assert caught.value.kind == "download"


def test_the_configuration_leads_to_it(tmp_path):
    judge = build([settings(tmp_path / "none.gguf", tmp_path / "v.gguf")], JudgeSettings(), DictMemory())
    try:
        assert (judge.name, judge.wants_images) == ("own", True)
        when_told(judge, "none.gguf: there is no such file", 5.0)
    finally:
        judge.close()
