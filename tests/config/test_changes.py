"""What is told of a change, and that nothing of the configuration is silently left as it was."""

from textwrap import indent

import pytest

from config.changes import LIVE, NEXT_START, Changes, changes
from config.configuration import Config
from config.sections.own import FrigateExt
from config.sections.ui import Ui

OTHERWISE = {"topic_prefix": "mqtt", "model": "detector", "streams": "cameras", "tracker": "cameras"}
"""Our keys that belong to a part of another name."""
CAMERA = """\
{name}:
  friendly_name: Front door
  ffmpeg: {{inputs: [{{path: {url}, roles: [detect]}}]}}
  detect: {{fps: 5, width: 640, height: 360}}
  zones: {{porch: {{coordinates: "0,0,1,0,1,1"}}}}
"""
FRONT = CAMERA.format(name="front", url="rtsp://10.0.0.1/1")
BACK = CAMERA.format(name="back", url="rtsp://10.0.0.2/1")
WATCH = "watches: {parcel: {camera: front, condition: a parcel lies there}}"


def file(*cameras, more=""):
    return "cameras:\n" + indent("".join(cameras), "  ") + more


@pytest.fixture
def told(load_texts):
    def changed(before, after):
        old, new = load_texts(before), load_texts(after)
        return changes(old, old, new)

    return changed


def test_the_same_is_no_change(told):
    assert told(file(FRONT), file(FRONT)) == Changes()


@pytest.mark.parametrize(
    "after,line",
    [
        (file(FRONT, BACK), "camera back: added"),
        (file(), "camera front: removed"),
        (file(FRONT.replace("/1", "/2")), "camera front: its stream is opened anew"),
        (
            file(FRONT.replace("fps: 5", "max_disappeared: 9, fps: 5")),
            "camera front: its objects are found anew",
        ),
        (
            file(FRONT.replace("1,1", "1,0.5")),
            "camera front: other zones, masks, labels, filters or main stream",
        ),
        (file(FRONT.replace("door", "garden")), "camera front: another name, or other pictures"),
        (file(FRONT, more="snapshots: {enabled: true}"), "camera front: another name, or other pictures"),
        (file(FRONT, more=WATCH), "watch parcel: added"),
        (file(FRONT, more="frigate_ext: {log_level: debug}"), "log_level"),
        (file(FRONT, more="frigate_ext: {retention: {days: 3}}"), "retention"),
        (file(FRONT, more="frigate_ext: {model: {size: 640}}"), "detector"),
        (file(FRONT, more="frigate_ext: {detection: {processes: 2}}"), "detection"),
    ],
)
def test_what_becomes_different_at_once_is_told(told, after, line):
    assert told(file(FRONT), after) == Changes(live=(line,))


def test_changed_and_removed_watches_are_told(told):
    assert told(file(FRONT, more=WATCH), file(FRONT, more=WATCH.replace("lies", "is"))).live == (
        "watch parcel: changed",
    )
    assert told(file(FRONT, more=WATCH), file(FRONT)).live == ("watch parcel: removed",)


@pytest.mark.parametrize("key", ["web: {port: 5056}", "data_dir: elsewhere", "auth: {session_length: 99}"])
def test_what_is_read_once_waits_for_the_next_start_until_it_is_put_back(load_texts, key):
    started = load_texts(file(FRONT))
    later = load_texts(file(FRONT, more=f"frigate_ext: {{{key}}}"))
    assert changes(started, started, later) == Changes(next_start=(f"frigate_ext.{key.split(':')[0]}",))
    assert changes(started, later, later) == Changes(next_start=(f"frigate_ext.{key.split(':')[0]}",))
    assert changes(started, later, started) == Changes()


def test_every_key_is_either_taken_over_at_once_or_waits_visibly():
    known = {name.removeprefix("frigate_ext.") for name in (*LIVE, *NEXT_START)} | {"cameras"}
    assert {OTHERWISE.get(key, key) for key in FrigateExt.model_fields} <= known
    assert {f"ui.{key}" for key in Ui.model_fields} <= NEXT_START.keys()
    whole = set(Config.__dataclass_fields__)
    assert whole == {"mqtt", "cameras", "genai", "frigate_ext", "ui", "watches", "ignored_keys"}
