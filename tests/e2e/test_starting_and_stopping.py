"""The program's beginning and end, and what it says when it can't begin."""

import os
import re
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest
import requests

from frigate_ext.cli.exits import Exit
from tests.e2e.product import STOPPED_WITHIN, Product, alive
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

NO_CAMERA_TAKES = 20
"""Seconds that a refusal to start may take on a busy machine."""


@pytest.fixture
def refused(new_product, configure):
    """Run a program that can't begin; its exit code and what it says."""

    def run(product: Product, **env: str) -> tuple[int, str]:
        product.start(**env)
        return product.wait(NO_CAMERA_TAKES), product.log

    return run


@pytest.fixture(scope="module")
def watching(new_product, configure) -> Product:
    """The program with two watches in its file."""

    def with_watches(data_dir: Path, port: int):
        return configure(data_dir, port) | {
            "watches": {
                "Nobody here": {"camera": "stage", "condition": "a dog is on the stage", "labels": ["dog"]},
                "Parcels": {"camera": "stage", "condition": "a parcel lies there", "mode": "standing"},
            }
        }

    product = new_product(with_watches)
    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    return product


def config_jobs(product: Product) -> dict[str, str]:
    """Id by name of every job of the configuration."""
    jobs = product.get("/api/jobs")["items"]
    assert len({job["name"] for job in jobs}) == len(jobs)
    return {job["name"]: job["id"] for job in jobs if job["origin"] == "config"}


def test_health_is_200_soon_after_a_start(new_product, configure, record_property):
    product = new_product(configure)
    product.start()
    seconds = product.wait_until_healthy(30)
    record_property("seconds_until_healthy", round(seconds, 2))
    ours = {"bus", "detection", "store", "jobs", "judge", "recorder", "outbox", "mqtt", "camera stage"}
    assert ours <= set(product.health()["parts"])
    assert product.terminate().exit_code == 0


def test_watches_of_the_file_start_with_the_program(watching):
    assert set(config_jobs(watching)) == {"Nobody here", "Parcels"}


def test_a_second_one_on_the_same_folder_says_so(watching, refused, new_product, configure):
    second = new_product(lambda data_dir, port: configure(watching.data_dir, port))
    code, said = refused(second)
    assert code == Exit.ALREADY_RUNNING
    assert f"process {watching.process.pid}" in said
    assert "Traceback" not in said
    assert watching.request("GET", "/api/health").ok


def test_sigterm_ends_everything_in_time_and_leaves_nothing(watching, witness, record_property):
    family, before = watching.family(), watching.get("/api/health")
    assert len(family) > 1, before
    ended = watching.terminate()
    record_property("seconds_until_stopped", round(ended.seconds, 2))
    assert (ended.exit_code, ended.seconds <= STOPPED_WITHIN) == (0, True), ended
    until(lambda: not alive(family), 1, "no process is left")
    assert [path for path in watching.data_dir.rglob("*") if path.is_socket()] == []
    assert "did not stop in time" not in watching.log
    assert witness.wait("available", b"offline")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", watching.port))


def test_a_restart_does_not_duplicate_watches(watching):
    with sqlite3.connect(watching.data_dir / "frigate_ext.db") as database:
        before = dict(database.execute("SELECT name, id FROM job"))
    watching.start()
    watching.wait_until_healthy()
    assert config_jobs(watching) == before


def test_a_killed_program_is_declared_offline_by_the_broker(watching, witness):
    said = len(witness.on("available"))
    watching.kill()
    until(lambda: [m.payload for m in witness.on("available")[said:]] == [b"offline"], 5, "its last will")
    watching.start()
    watching.wait_until_healthy()
    until(lambda: witness.on("available")[-1].payload == b"online", 5, "it is back")


def test_it_stops_in_time_though_camera_and_model_hang_and_resumes_the_look(watching, rtsp, model):
    watching.wait_for_camera("stage")
    rtsp.freeze()
    try:
        with model.holding():
            job = watching.watch("asked twice")["id"]
            model.wait_for("asked twice")
            ended = watching.terminate()
        assert (ended.exit_code, ended.seconds <= STOPPED_WITHIN) == (0, True), ended
    finally:
        rtsp.thaw()
    watching.start()
    watching.wait_until_healthy()
    model.wait_for("asked twice", 2)
    until(lambda: [look["state"] for look in watching.looks(job)][:2] == ["abandoned", "done"], 10, "done")


def test_sigint_ends_it_as_well(watching):
    family = watching.family()
    os.kill(watching.process.pid, 2)
    assert watching.wait(STOPPED_WITHIN) == 0
    until(lambda: not alive(family), 1, "no process is left")


def test_a_database_that_is_not_ours_is_refused_and_left_alone(new_product, configure, refused):
    product = new_product(configure)
    product.data_dir.mkdir()
    database = product.data_dir / "frigate_ext.db"
    with sqlite3.connect(database) as foreign:
        foreign.execute("CREATE TABLE recordings (id TEXT)")
    before = database.read_bytes()
    code, said = refused(product)
    assert code == Exit.REFUSED
    assert "Traceback" not in said
    assert database.read_bytes() == before


def test_a_bad_configuration_is_told_whole_with_places(new_product, configure, refused):
    product = new_product(configure)
    product.config.write_text(
        "mqtt:\n  hots: broker\n"
        "cameras:\n  porch:\n    ffmpeg:\n      inputs:\n        - path: exec:rm\n          roles: [detect]\n"
        "watches:\n  dogs:\n    camera: prch\n    condition: a dog\n"
    )
    code, said = refused(product)
    assert code == Exit.BAD_CONFIG
    places = [line.partition(": ")[0].rpartition("/")[2] for line in said.splitlines()]
    assert [place.rsplit(":", 1)[0] for place in places] == [
        "config.yml:1",
        "config.yml:2",
        "config.yml:7",
        "config.yml:11",
    ]
    assert "host" in said
    assert "Traceback" not in said


def test_an_address_that_is_taken_is_a_failure_in_words(new_product, configure, refused):
    product = new_product(configure)
    with socket.create_server(("127.0.0.1", product.port)):
        code, said = refused(product)
    assert code == Exit.FAILURE
    assert str(product.port) in said
    assert "Traceback" not in said


def test_a_start_that_is_ended_at_once_leaves_no_process(new_product, configure):
    product = new_product(configure)
    product.start()
    until(lambda: len(product.family()) > 1, 20, "it has a child")
    family = product.family()
    ended = product.terminate()
    assert (ended.exit_code, ended.seconds <= STOPPED_WITHIN) == (0, True), ended
    until(lambda: not alive(family), 1, "no process is left")


def with_authentication(configure):
    def configured(data_dir: Path, port: int):
        document = configure(data_dir, port)
        document["frigate_ext"]["auth"] = {"enabled": True}
        return document

    return configured


def test_with_authentication_only_the_key_of_the_folder_opens(new_product, configure):
    product = new_product(with_authentication(configure))
    product.start()
    until(lambda: product.is_running and answers(product, "/api/health/live"), 30, "it answers")
    refusal = product.request("GET", "/api/jobs")
    assert (refusal.status_code, refusal.json()["status"]) == (401, 401)
    assert product.request("POST", "/api/jobs", json={}).status_code == 401
    product.key = "not-the-key-at-all"
    assert product.request("GET", "/api/jobs").status_code == 401
    product.key = (product.data_dir / "api_key").read_text().strip()
    assert product.get("/api/jobs")["items"] == []
    assert product.key not in product.log
    assert command(product, "watch", "list", "--json") == "[]\n"
    assert product.terminate().exit_code == 0


def test_the_first_start_prints_a_password_that_is_shown_and_kept_nowhere_else(new_product, configure):
    product = new_product(with_authentication(configure))
    product.start()
    until(lambda: product.is_running and answers(product, "/api/health/live"), 30, "it answers")
    (password,) = re.findall(r"Sign in as admin with the password (\S+)\n", product.log)
    with requests.Session() as browser:
        page = browser.get(f"{product.url}/", headers={"Accept": "text/html"}, timeout=10)
        assert page.url.endswith("/login")
        browser.post(f"{product.url}/login", data={"user": "admin", "password": password}, timeout=10)
        assert browser.get(f"{product.url}/api/profile", timeout=10).json()["role"] == "admin"
        product.key = (product.data_dir / "api_key").read_text().strip()
        command(product, "users", "add", "granny", "--camera", "stage", "--stdin", sent="in plain sight\n")
        command(product, "users", "password", "admin", "--stdin", sent="a better one\n")
        assert browser.get(f"{product.url}/api/profile", timeout=10).status_code == 401
    key = command(product, "keys", "add", "tablet", "--user", "granny", "--read-only").strip()
    assert "granny" in command(product, "users", "list")
    assert product.log.count(password) == 1
    assert product.terminate().exit_code == 0
    kept = b"".join(path.read_bytes() for path in product.data_dir.rglob("*") if path.is_file())
    for secret in (password, "in plain sight", "a better one", key):
        assert secret.encode() not in kept
    product.start()
    until(lambda: product.is_running and answers(product, "/api/health/live"), 30, "it answers again")
    assert product.log.count("Sign in as") == 1
    product.key = key
    assert product.get("/api/profile")["allowed_cameras"] == ["stage"]
    assert product.terminate().exit_code == 0


def command(product: Product, *words: str, sent: str = "") -> str:
    """What `frigate-ext ...` prints, talking to the product with its key."""
    assert product.key
    env = os.environ | {"FRIGATE_EXT_API_KEY": product.key, "FRIGATE_EXT_URL": product.url}
    line = [*product.command[:3], *words]
    ran = subprocess.run(line, env=env, input=sent, capture_output=True, text=True, check=False, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def answers(product: Product, path: str) -> bool:
    try:
        return product.request("GET", path).ok
    except OSError:
        return False
