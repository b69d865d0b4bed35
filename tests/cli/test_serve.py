"""`run`, `check-config`, `models`, help: what needs no running instance."""

import os

import pytest

from frigate_ext import __version__
from frigate_ext.cli.exits import Exit, exit_code
from frigate_ext.detect.weights import known_weights
from frigate_ext.errors import (
    AlreadyRunningError,
    ConfigError,
    ForeignDatabaseError,
    FrigateExtError,
    InvalidRequestError,
    ListenError,
)

FRIGATES = """\
cameras:
  porch:
    ffmpeg:
      inputs:
        - path: rtsp://127.0.0.1:554/porch
          roles: [detect]
record:
  enabled: true
"""
OURS = """\
watches:
  Parcels:
    camera: porch
    condition: a parcel lies there
"""


@pytest.fixture
def file(tmp_path):
    def file(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return file


def test_a_good_configuration_of_several_files_is_called_fine(run, file):
    checked = run("check-config", "-c", file("frigate.yml", FRIGATES), "--config", file("ours.yml", OURS))
    assert checked.exit_code == Exit.OK
    assert "1 cameras, 1 watches" in checked.out


def test_the_environment_names_several_files(run, file, monkeypatch):
    files = file("frigate.yml", FRIGATES), file("ours.yml", OURS)
    monkeypatch.setenv("FRIGATE_EXT_CONFIG", os.pathsep.join(files))
    assert "1 cameras, 1 watches" in run("check-config").out


def test_options_win_over_the_environment(run, file, monkeypatch):
    monkeypatch.setenv("FRIGATE_EXT_CONFIG", "/nowhere/config.yml")
    assert run("check-config", "--config", file("frigate.yml", FRIGATES)).exit_code == Exit.OK


def test_every_mistake_of_every_file_is_told_on_a_line_of_its_own(run, file, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    frigates = file("frigate.yml", FRIGATES.replace("rtsp:", "exec:"))
    ours = file("ours.yml", OURS.replace("condition", "conditoin"))
    checked = run("check-config", "-c", frigates, "-c", ours)
    assert (checked.exit_code, checked.out) == (Exit.BAD_CONFIG, "")
    lines = checked.err.splitlines()
    assert lines[0].startswith(f"{frigates}:5:")
    assert all(line.startswith(f"{ours}:") for line in lines[1:])
    assert any("did you mean 'condition'" in line for line in lines)


def test_a_file_that_is_missing_is_a_bad_configuration(run):
    checked = run("check-config", "-c", "/nowhere/config.yml")
    assert checked.exit_code == Exit.BAD_CONFIG
    assert "/nowhere/config.yml" in checked.err


@pytest.mark.parametrize("command", ["run", "check-config"])
def test_without_a_file_the_usage_says_how_to_name_one(run, command, monkeypatch):
    monkeypatch.delenv("FRIGATE_EXT_CONFIG", raising=False)
    asked = run(command)
    assert asked.exit_code == Exit.USAGE
    assert "FRIGATE_EXT_CONFIG" in asked.err


def test_models_are_listed_for_programs(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FRIGATE_EXT_CACHE", str(tmp_path))
    models = run("models", "list", "--json").json
    assert [model["name"] for model in models] == [known.name for known in known_weights()]
    assert {model["pulled"] for model in models} == {False}
    assert all({"name", "pulled", "exports", "license"} <= set(model) for model in models)


def test_models_are_listed_for_people(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FRIGATE_EXT_CACHE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    assert "yolov8n" in run("models", "list").out


def test_unknown_weights_are_a_failure_that_names_the_known_ones(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FRIGATE_EXT_CACHE", str(tmp_path))
    failed = run("models", "pull", "nosuch")
    assert failed.exit_code == Exit.FAILURE
    assert "yolov8n" in failed.err


def test_an_unknown_format_is_a_matter_of_usage(run):
    assert run("models", "export", "yolov8n", "--format", "tflite").exit_code == Exit.USAGE


@pytest.mark.parametrize(
    "error, code",
    [
        (FrigateExtError("x"), 1),
        (ListenError("x"), 1),
        (ConfigError([]), 3),
        (InvalidRequestError("x"), 5),
        (ForeignDatabaseError("x"), 5),
        (AlreadyRunningError("x"), 6),
    ],
)
def test_each_branch_of_errors_has_its_exit_code(error, code):
    assert exit_code(error) == code


HELP = {
    (): ["run", "check-config", "demo", "watch", "models"],
    ("run",): ["--config", "FRIGATE_EXT_CONFIG", "SIGTERM"],
    ("check-config",): ["--config", "FRIGATE_EXT_CONFIG"],
    ("demo",): ["--duration", "MQTT"],
    ("watch",): ["start", "list", "show", "stop"],
    ("watch", "start"): ["a person at the door", "--camera", "--duration", "Seconds", "FRIGATE_EXT_URL"],
    ("watch", "stop"): ["watch list", "FRIGATE_EXT_URL"],
    ("models",): ["list", "pull", "export"],
    ("models", "pull"): ["models list"],
    ("models", "export"): ["--format", "openvino"],
}


@pytest.mark.parametrize("command", HELP, ids=" ".join)
def test_help_explains_itself(run, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    helped = run(*command, "--help")
    assert helped.exit_code == Exit.OK
    assert [word for word in HELP[command] if word not in helped.out] == []


def test_the_version_is_printed(run):
    assert run("--version").out == f"{__version__}\n"


@pytest.mark.slow
def test_the_installed_command_ends_with_the_same_codes(command, nobody, tmp_path):
    assert command("--version").out == f"{__version__}\n"
    assert command("watch", "list", FRIGATE_EXT_URL=nobody).exit_code == Exit.UNREACHABLE
    broken = tmp_path / "broken.yml"
    broken.write_text("camras: {}\n")
    checked = command("check-config", FRIGATE_EXT_CONFIG=str(broken))
    assert checked.exit_code == Exit.BAD_CONFIG
    assert checked.err.startswith(f"{broken}:1:1: ")
