"""A watch against llama.cpp's own server: the weights are random, and so is what they say."""

import importlib.util
import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.waiting import until

SERVER = Path(__file__).parents[1] / "genai" / "tiny_vlm_server.py"
KEY = "sk-llama-of-the-stage"
START_SECONDS = 60
JOBS = 6

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not importlib.util.find_spec("xllamacpp") and "CI" not in os.environ,
        reason="xllamacpp is not installed",
    ),
]


@pytest.fixture(scope="module")
def llama_url(tmp_path_factory):
    command = [sys.executable, str(SERVER), str(tmp_path_factory.mktemp("tiny-vlm")), KEY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        watchdog = threading.Timer(START_SECONDS, server.kill)
        watchdog.start()
        url = next((line.split()[1] for line in server.stdout if re.match("address: ", line)), "")
        watchdog.cancel()
        watchdog.join()
        assert url, "llama.cpp's server did not start"
        yield url
        server.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()


@pytest.fixture(scope="module")
def judged_by_llama(new_product, configure, llama_url):
    def with_llama(data_dir, port):
        document = configure(data_dir, port)
        options = {"max_tokens": 600, "temperature": 0.7, "total_timeout": 30, "read_timeout": 30}
        document["genai"] = {
            "llama": {
                "provider": "llamacpp",
                "base_url": llama_url,
                "api_key": KEY,
                "roles": ["watch"],
                "runtime_options": options,
            }
        }
        del document["frigate_ext"]["judge"]
        return document

    product = new_product(with_llama)
    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    return product


def test_what_the_model_can_do_is_found_out_and_shown(judged_by_llama):
    def facts():
        (llama,) = judged_by_llama.get("/api/system")["judges"]
        known = {fact["name"]: (fact["answer"], fact["learned"]) for fact in llama["abilities"]}
        return known if known["images"][1] else None

    assert until(facts, 30.0, "the model is tried out") == {
        "vision": ("yes", "tried"),
        "schema": ("yes", "tried"),
        "images": ("yes", "tried"),
        "thinking": ("no", "tried"),
    }


def test_every_look_ends_and_says_why(judged_by_llama, witness):
    product = judged_by_llama
    jobs = [product.watch(f"anything at all, {n}")["id"] for n in range(JOBS)]
    for job in jobs:
        look = until(lambda job=job: first_look_that_ended(product, job), 60, f"a look of {job} has ended")
        assert look["state"] == ("done" if look["verdict"] else "failed"), look
        assert look["error"] or look["verdict"]["judged_by"] == "llama", look
        assert look["image_bytes"] > 1000
    for job in jobs:
        assert product.job(job)["phase"] in {None, "watching", "looking", "model_down"}
        product.request("POST", f"/api/jobs/{job}/stop")
        alerts = product.alerts(job)
        assert (product.job(job)["state"], len(alerts)) in {("met", 1), ("cancelled", 0)}
        until(lambda job=job, alerts=alerts: len(witness.alerts(job)) == len(alerts), 10, "it is told")


def first_look_that_ended(product, job: str) -> dict | None:
    return next((look for look in product.looks(job) if look["state"] != "pending"), None)


def test_nothing_has_failed_and_it_stops_as_always(judged_by_llama):
    assert judged_by_llama.get("/api/stats")["frigate_ext"]["errors"] == 0
    assert KEY not in judged_by_llama.log
    assert judged_by_llama.terminate().exit_code == 0
    assert "Traceback" not in judged_by_llama.log
