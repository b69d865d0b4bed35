"""What is told of a change, and that nothing of the configuration is silently left as it was."""

from textwrap import indent

import pytest

from config.changes import Changes, changes

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


@pytest.mark.parametrize("key", ["bus: {endpoint: 'tcp://127.0.0.1:17555'}", "data_dir: elsewhere"])
def test_what_is_read_once_waits_for_the_next_start_until_it_is_put_back(load_texts, key):
    started = load_texts(file(FRONT))
    later = load_texts(file(FRONT, more=f"frigate_ext: {{{key}}}"))
    assert changes(started, started, later) == Changes(next_start=(f"frigate_ext.{key.split(':')[0]}",))
    assert changes(started, later, later) == Changes(next_start=(f"frigate_ext.{key.split(':')[0]}",))
    assert changes(started, later, started) == Changes()
