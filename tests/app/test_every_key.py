"""Every key of the configuration, changed while everything runs, does and says what is documented."""

import re
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from config.build import DEFAULTS, OURS
from config.changes import changes
from config.keys import ANYTHING
from config.load import load
from frigate_ext.app.application import Application
from frigate_ext.bus.keys import new_pair, write_keys
from frigate_ext.runtime.log_tail import LogTail
from frigate_ext.runtime.logging import ErrorCount
from tests.app.every_key import BASE, OTHER

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"
NAMES = set("front eyes shed parcel porch person Main guest admin keep_alive temperature".split())  # noqa: SIM905 - eleven names


def keys_in(keys, path=()):
    """Paths of all leaves; `*` where names are the user's."""
    if keys is ANYTHING:
        yield path if path[-1] == "*" else (*path, "*")
    elif keys.is_leaf:
        yield path
    for name, below in keys.named.items():
        yield from keys_in(below, (*path, name))
    if keys.other is not None and keys is not ANYTHING:
        yield from keys_in(keys.other, (*path, "*"))


def leaves(value, path=()):
    """Paths of all values in a document; lists of mappings are transparent, as in `Keys`."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, (*path, name))
    elif isinstance(value, list) and isinstance(value[0], dict):
        yield from leaves(value[0], path)
    else:
        yield path


def put(document, value, path):
    """Have `document` say at `path` what `value` says there."""
    first, *rest = path
    if isinstance(document, list):
        for mine, theirs in zip(document, value, strict=True):
            put(mine, theirs, path)
    elif rest:
        put(document.setdefault(first, {}), value[first], rest)
    else:
        document[first] = value[first]


def named(path):
    """As the documentation has it."""
    return ".".join("<name>" if part in NAMES else part for part in path)


def documented():
    """What is told of a change, by the beginning of a key."""
    rows = re.findall(r"^\| (`.*) \| .* \| (`.*) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    told = {key: re.findall("`(.*?)`", last) for first, last in rows for key in re.findall("`(.*?)`", first)}
    return told | {f"cameras.<name>.{name}": told[f"cameras.<name>.{name}"] for name in DEFAULTS}


def promised(key):
    told = documented()
    wanted = f"cameras.<name>.{key}" if key.split(".")[0] in DEFAULTS else key
    return told[max((one for one in told if f"{wanted}.".startswith(f"{one}.")), key=len)]


class Running:
    """A program that was started with BASE, as far as that needs no camera."""

    def __init__(self, folder):
        self.folder = folder
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=here"
        files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
        subprocess.run([*command.split(), *files], check=True, capture_output=True)
        write_keys(folder / "bus.key", new_pair())
        self.base = yaml.safe_load(BASE)
        self.config = self.load(self.base)
        self.application = Application(self.config, [self.file], {}, ErrorCount(), LogTail())

    @property
    def file(self):
        return self.folder / "config.yml"

    def load(self, document):
        self.file.write_text(yaml.safe_dump(document))
        return load([self.file], {"CREDENTIALS_DIRECTORY": str(self.folder)})


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("every-key")
        patch.chdir(folder)
        running = Running(folder)
        yield running
        running.application.stop()


def test_no_key_is_left_out():
    here = {named(path) for path in leaves(OTHER)}
    there = {".".join(path).replace("*", "<name>") for path in keys_in(OURS)}
    assert here == there


@pytest.mark.parametrize("path", list(leaves(OTHER)), ids=".".join)
def test_a_changed_key_does_and_says_what_is_documented(running, path):
    document = deepcopy(running.base)
    put(document, OTHER, path)
    after = running.load(document)
    told = changes(running.config, running.config, after)
    lines = {re.sub("^(camera|watch) [a-z]+:", r"\1 <name>:", line) for line in told.live}
    key = named(path)
    if told.next_start:
        assert promised(key) == ["next_start"]
    else:
        assert lines
        assert lines <= set(promised(key))
    concerned = [setting.name for setting in running.application.settings if setting.differs(after)]
    assert bool(concerned) is not bool(told.next_start)
