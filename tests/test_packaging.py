"""What is installed is what we mean: our names are ours alone, and nothing a program needs stays behind."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("frigate_ext", "jobs", "genai", "config", "web")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def read_requirements(lines):
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("name", PACKAGES)
def test_nobody_else_provides_our_generic_names(name):
    assert set(packages_distributions()[name]) == {"frigate-ext"}


def test_it_cannot_be_uploaded_by_accident():
    assert "Private :: Do Not Upload" in PROJECT["classifiers"]


def test_the_pins_meet_every_requirement():
    pins = {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in read_requirements((ROOT / "constraints.txt").read_text().splitlines())
    }
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    wanted = {
        (canonicalize_name(requirement.name), requirement.specifier)
        for requirement in read_requirements(PROJECT["dependencies"] + extras)
        if requirement.name != PROJECT["name"]
    }
    unmet = [
        f"{name}{specifier}"
        for name, specifier in wanted
        if name not in pins or not specifier.contains(pins[name])
    ]
    assert unmet == []


def test_the_console_script_says_which_version_it_is():
    script = Path(sys.executable).with_name("frigate-ext")
    said = subprocess.run([script, "--version"], check=True, capture_output=True, text=True, timeout=60)
    assert said.stdout.strip() == distribution("frigate-ext").version


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Our wheel, unpacked; built from a copy, so that nothing is left in the working folder."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES, "pyproject.toml", "README.md", "LICENSE"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, tracked):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, source], check=True, capture_output=True, timeout=100)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "unpacked")
    return source, folder / "unpacked"


@pytest.mark.slow
def test_every_file_of_our_packages_is_in_the_wheel(wheel):
    source, unpacked = wheel
    ours = {path.relative_to(source) for name in PACKAGES for path in (source / name).rglob("*")}
    assert ours - {path.relative_to(unpacked) for path in unpacked.rglob("*")} == set()


@pytest.mark.slow
def test_the_wheel_holds_no_other_package(wheel):
    _, unpacked = wheel
    tops = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == set(PACKAGES)


@pytest.mark.slow
def test_page_and_key_table_are_found_from_the_wheel(wheel):
    _, unpacked = wheel
    program = """
import sys
sys.path.insert(0, sys.argv[1])
import config.keys, web.app
from flask import Flask
assert web.app.__file__.startswith(sys.argv[1]), web.app.__file__
assert config.keys.frigate_keys().child("cameras")
app = Flask("web.app")
assert app.jinja_env.get_template("cameras.html") and app.open_resource("static/locales/en.json").read()
"""
    command = [sys.executable, "-P", "-c", program, unpacked]
    subprocess.run(command, check=True, timeout=60, cwd=unpacked.parent)
