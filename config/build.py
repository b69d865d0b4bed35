"""From one merged tree to a Config, section by section, so that one mistake hides no other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from config.checks import Finding, check_camera, check_judge, check_own, check_provider
from config.configuration import Config
from config.keys import Keys, keys_of
from config.merge import merge
from config.plain import watchable
from config.problems import Problems
from config.sections.base import Section
from config.sections.camera import Camera, Detect, FfmpegDefaults, Motion, Objects, Snapshots
from config.sections.genai import Genai
from config.sections.mqtt import Mqtt
from config.sections.own import FrigateExt
from config.sections.ui import Ui
from config.sections.watch import WatchEntry
from config.tree import Entry, Place, is_null, is_off, locate
from config.tree import Mapping as Tree
from config.validate import validate
from frigate_ext.domain.watch import Watch
from frigate_ext.errors import InvalidRequestError
from jobs.request import build_watch

DEFAULTS: Mapping[str, type[Section]] = {
    "detect": Detect,
    "ffmpeg": FfmpegDefaults,
    "motion": Motion,
    "objects": Objects,
    "snapshots": Snapshots,
}
"""Sections that, at the top of the file, hold for every camera."""
OURS = Keys(
    {
        "mqtt": keys_of(Mqtt),
        "cameras": keys_of(dict[str, Camera]),
        "genai": keys_of(dict[str, Genai]),
        "frigate_ext": keys_of(FrigateExt),
        "ui": keys_of(Ui),
        "watches": keys_of(dict[str, WatchEntry]),
        **{name: keys_of(section) for name, section in DEFAULTS.items()},
    }
)
"""All keys that are read here."""
_CAMERA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,100}")


def build(root: Tree, ignored_keys: tuple[str, ...], problems: Problems) -> Config:
    """The configuration; raises ConfigError with all `problems`, those found before included."""
    _check_defaults(root, problems)
    own = _own(root, problems)
    cameras = _cameras(root, problems)
    genai = _genai(root, own, problems)
    config = Config(
        mqtt=_mqtt(root, problems),
        cameras=cameras,
        genai=genai,
        frigate_ext=own,
        ui=_ui(root, problems),
        watches=_watches(root, cameras, problems),
        ignored_keys=ignored_keys,
    )
    problems.check()
    return config


def _check_defaults(root: Tree, problems: Problems) -> None:
    """Also where no camera is there to inherit them."""
    for name, section in DEFAULTS.items():
        if name in root.entries:
            validate(section, name, root.entries[name], problems)


def _mqtt(root: Tree, problems: Problems) -> Mqtt:
    """Without a section there is no broker."""
    entry = root.entries.get("mqtt")
    mqtt = validate(Mqtt, "mqtt", entry, problems) if entry else None
    return mqtt or Mqtt(enabled=False)


def _ui(root: Tree, problems: Problems) -> Ui:
    entry = root.entries.get("ui")
    return (validate(Ui, "ui", entry, problems) if entry else None) or Ui()


def _own(root: Tree, problems: Problems) -> FrigateExt:
    entry = root.entries.get("frigate_ext", Entry(root.place, Tree({}, root.place)))
    own = validate(FrigateExt, "frigate_ext", entry, problems)
    _report(entry, check_own(root), problems)
    return own or FrigateExt()


def _cameras(root: Tree, problems: Problems) -> dict[str, Camera]:
    """The enabled ones that nothing is wrong with."""
    inherited = Tree({name: root.entries[name] for name in DEFAULTS if name in root.entries}, root.place)
    cameras: dict[str, Camera] = {}
    for name, entry in _named(root, "cameras", problems):
        if not _CAMERA_NAME.fullmatch(name):
            problems.add(entry.key, "a camera's name is made of letters, digits, '_' and '-'")
        if not is_off(entry.value) and (camera := _camera(name, entry, inherited, problems)):
            cameras[name] = camera
    return cameras


def _camera(name: str, entry: Entry, inherited: Tree, problems: Problems) -> Camera | None:
    if isinstance(entry.value, Tree):
        entry = Entry(entry.key, merge(inherited, entry.value))
    camera = validate(Camera, name, entry, problems)
    findings = list(check_camera(camera)) if camera else []
    _report(entry, findings, problems)
    return None if findings else camera


def _genai(root: Tree, own: FrigateExt, problems: Problems) -> dict[str, Genai]:
    """The providers; who stands in for whom is checked where nothing else is wrong with them."""
    sections: dict[str, Genai] = {}
    written = list(_named(root, "genai", problems))
    for name, entry in written:
        if section := validate(Genai, name, entry, problems):
            _report(entry, check_provider(name, section, root), problems)
            if "watch" in section.roles and any("watch" in other.roles for other in sections.values()):
                place = locate(entry, ["roles"]).place
                problems.add(place, "roles: another provider has the role watch already")
            sections[name] = section
    if len(sections) == len(written) and "frigate_ext" in root.entries:
        _report(root.entries["frigate_ext"], check_judge(sections, own.judge), problems)
    return sections


def _report(entry: Entry, findings: Iterable[Finding], problems: Problems) -> None:
    for path, message in findings:
        problems.add(locate(entry, path).place, message)


def _watches(root: Tree, cameras: Mapping[str, Camera], problems: Problems) -> tuple[Watch, ...]:
    known = watchable(cameras)
    written = root.mapping("cameras")
    broken = [
        name for name, entry in written.entries.items() if name not in cameras and not is_off(entry.value)
    ]
    choices = [*known, *broken]
    watches: list[Watch] = []
    for name, entry in _named(root, "watches", problems):
        form = validate(WatchEntry, name, entry, problems)
        if form is None:
            continue
        meant = _meant(form.camera, written)
        if meant is not None and meant not in known:
            _explain_unwatchable(meant, written, cameras, locate(entry, ["camera"]).place, problems)
            continue
        try:
            watches.append(build_watch(known, name=name, **form.values()))
        except InvalidRequestError as error:
            for problem in error.problems:
                is_wrong_name = problem.where == "camera" and isinstance(form.camera, str)
                message = _no_camera(form.camera, choices) if is_wrong_name else str(problem)
                problems.add(locate(entry, [problem.where]).place, message)
    return tuple(watches)


def _meant(asked: object, written: Tree) -> str | None:
    """The camera in the file, sound or not, that is asked for by its name or friendly name, in any case."""
    if not isinstance(asked, str) or asked in written.entries:
        return asked if isinstance(asked, str) else None
    for name in written.entries:
        if asked.casefold() in {
            name.casefold(),
            (written.mapping(name).text("friendly_name") or "").casefold(),
        }:
            return name
    return None


def _no_camera(asked: str, choices: Collection[str]) -> str:
    """What there would be: also cameras that something is wrong with, which is told in its own place."""
    return f"camera: there is no camera {asked[:60]!r}; there is {', '.join(choices) or 'none'}"


def _explain_unwatchable(
    name: str, written: Tree, cameras: Collection[str], place: Place, problems: Problems
) -> None:
    """The camera is there, but switched off; or something is wrong with it, which is told already."""
    if name in cameras:
        problems.add(place, f"camera: detection is switched off for '{name}' (detect.enabled: false)")
    elif is_off(written.entries[name].value):
        problems.add(place, f"camera: '{name}' is switched off (enabled: false)")


def _named(root: Tree, section: str, problems: Problems) -> Iterator[tuple[str, Entry]]:
    """The entries of a section whose keys are the user's own names."""
    node = root.get(section)
    if isinstance(node, Tree):
        yield from node.entries.items()
    elif node is not None and not is_null(node):
        problems.add(node.place, f"{section}: should be a mapping of names")
