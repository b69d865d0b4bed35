"""What the pages say exists, exists. What they say happens is tested where it happens."""

import json
import re
import shlex
import tomllib
from dataclasses import replace
from pathlib import Path

import click
import pytest
import typer

from config.load import load
from frigate_ext.cli import app
from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.domain.watch import Job, JobState, Origin, Watch
from frigate_ext.notify.messages import ONLINE, Messages

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
}
MQTT, ARCHITECTURE = PAGES["docs/mqtt.md"], PAGES["docs/architecture.md"]


def blocks(text, *languages):
    return [code for kind, code in re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL) if kind in languages]


def first_column(text, heading):
    """The first cells, as code words, of the table whose header row begins with `heading`."""
    body = text.split(f"\n| {heading}", 1)[1].split("\n\n")[0]
    return [re.findall(r"`([^`]+)`", row.split("|")[1]) for row in body.splitlines()[2:]]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_the_repository_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", PAGES[page])
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inside if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if blocks(text, "yaml")])
def test_the_configuration_on_a_page_loads(page, tmp_path):
    """All blocks of a page are files of one configuration, in this order."""
    texts = blocks(PAGES[page], "yaml")
    paths = [tmp_path / f"{number}.yml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    env = dict.fromkeys(re.findall(r"\{(FRIGATE_\w+)\}", PAGES[page]), "secret")
    load(paths, env)  # raises where it does not


def test_the_containers_configuration_loads():
    assert load([ROOT / "docker" / "frigate_ext.example.yml"], {}).cameras


def command_lines():
    """Each `frigate-ext ...` in a shell block, in inline code, in the Dockerfile."""
    for page, text in PAGES.items():
        lines = [line for code in blocks(text, "sh", "console") for line in code.splitlines()]
        lines += re.findall(r"`([^`\n]+)`", text)
        for line in lines:
            if called := re.fullmatch(r"(?:\$ )?(?:\.venv/bin/)?frigate-ext (.+)", line.strip()):
                yield pytest.param(called[1], id=f"{page}: {called[1]}")


@pytest.mark.parametrize("line", list(command_lines()))
def test_a_command_can_be_typed_as_it_is_shown(line):
    command, words = typer.main.get_command(app), shlex.split(line)
    while isinstance(command, click.Group):
        assert words, "a command is missing"
        assert words[0] in command.commands
        command = command.commands[words.pop(0)]
    given = {word.split("=")[0] for word in words if word.startswith("--")}
    assert given <= {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_targets_that_make_has(page):
    code = "\n".join([*blocks(PAGES[page], "sh"), *re.findall(r"`(make [^`]+)`", PAGES[page])])
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets


@pytest.fixture
def said():
    """One message on each topic, for the job `<job_id>`."""
    messages = Messages("frigate_ext", 0, "http://127.0.0.1:5055")
    watch = Watch(name="cat", camera="garden", condition="a cat is in the garden")
    job = Job(
        id="<job_id>", watch=watch, origin=Origin.API, state=JobState.RUNNING, phase=None, created_at=0.0
    )
    alert = Alert(
        id="1",
        kind=AlertKind.CONDITION,
        job_id=job.id,
        camera=watch.camera,
        condition=watch.condition,
        message="",
        reasoning="",
        time=0.0,
        frame_time=0.0,
        judged_by="detector",
        confidence=1.0,
    )
    return [
        messages.available(ONLINE),
        messages.alert(replace(alert, evidence=1)),
        messages.job_state(job),
        messages.watch_state(job.id, "running"),
        messages.watch_image(job.id, b"jpeg"),
    ]


def test_the_mqtt_page_lists_the_topics_that_are_used(said):
    assert first_column(MQTT, "topic") == [[message.topic] for message in said]


def test_the_mqtt_page_says_what_is_retained_and_how_sure_delivery_is(said):
    rows = [row for row in MQTT.splitlines() if row.startswith("| `frigate_ext/")]
    told = [(row.split("|")[3].strip(), row.split("|")[4].strip()) for row in rows]
    used = [(str(message.qos), "yes" if message.retain else "no") for message in said]
    assert [(qos.replace("`mqtt.qos` (0)", "0"), retained) for qos, retained in told] == used


def test_the_examples_of_messages_have_the_fields_that_are_sent(said):
    shown = [json.loads(code) for code in blocks(MQTT, "json")]
    sent = [json.loads(message.payload) for message in said[1:3]]
    assert [list(one) for one in shown] == [list(one) for one in sent]
    assert list(shown[1]["vlm_watch"]) == list(sent[1]["vlm_watch"])


def test_the_alert_in_the_readme_is_that_of_the_mqtt_page():
    alerts = [json.loads(code) for code in blocks(PAGES["README.md"], "json") if '"alert_id"' in code]
    assert alerts == [json.loads(blocks(MQTT, "json")[0])]


def test_the_architecture_page_shows_the_layers_that_are_held():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    held = [module for layer in layers for module in layer.split(" | ")]
    rows = first_column(ARCHITECTURE, "layer")
    shown = [f"frigate_ext{name}" if name.startswith(".") else name for row in rows for name in row]
    assert shown == held


def test_the_architecture_page_names_every_thread():
    sources = [
        path.read_text()
        for name in ("frigate_ext", "jobs", "genai", "web")
        for path in (ROOT / name).rglob("*.py")
    ]
    started = {name for text in sources for name in re.findall(r"""f?"(fx-[^"\s]+)\"""", text)}
    patterns = {re.sub(r"\\{.+?\\}", ".+", re.escape(name)) for name in started}
    named = set(re.findall(r"`(fx-[^`]+)`", ARCHITECTURE))
    assert [pattern for pattern in patterns if not any(re.match(pattern, name) for name in named)] == []


def test_every_decision_has_a_number_of_its_own_and_begins_with_it():
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    for number, path in zip(numbers, decisions, strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. "), path.name
