"""The files are shown without secrets, checked before they are saved, and can be taken back."""

import os

import pytest

from config.editing.editor import ConfigEditor
from config.editing.shapes import Kind, Shape
from config.editing.versions import Versions
from frigate_ext.domain.geometry import Point
from frigate_ext.errors import ConflictError, InvalidRequestError, NotFoundError
from tests.config.editing.reading import Reading

TEXT = """\
# mine
cameras:
  porch:
    ffmpeg:
      inputs:
        - path: rtsp://admin:s3cret@10.0.0.1/front  # main
          roles: [detect]
    detect: {width: 1000, height: 500}
    zones:
      steps:
        coordinates: 0.1,0.2,0.9,0.2,0.9,0.9  # drawn
        filters: {person: {min_area: 100}}
    objects:
      track: [person]
      mask:
        - 0,0,500,0,500,250
"""
TRIANGLE = (Point(0.1, 0.1), Point(0.9, 0.1), Point(0.5, 0.87654321))


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "frigate.yml", tmp_path / "ours.yml"]
    paths[0].write_text(TEXT)
    paths[1].write_text("mqtt: {enabled: false}\n")
    return paths


@pytest.fixture
def applied(files):
    return Reading(files)


@pytest.fixture
def editor(files, tmp_path, applied):
    return ConfigEditor(files, applied, Versions(tmp_path / "versions"), now=lambda: 1000.0)


def save(editor, text, number=0):
    return editor.save(number, text, editor.view(number).etag, "Anna")


def texts_of(history):
    return [(version.who, version.why) for version in history]


def test_a_file_is_shown_without_its_secrets(editor, files):
    view = editor.view(0)
    assert view.text == TEXT.replace("s3cret", "•••1•••")
    assert (view.name, view.writable) == (str(files[0]), True)


def test_a_saved_text_has_its_secrets_and_takes_effect(editor, files, applied):
    saved = save(editor, editor.view(0).text.replace("# mine", "# ours"))
    assert files[0].read_text() == TEXT.replace("# mine", "# ours")
    assert (saved.outcome.changes.live, applied.times) == (("camera porch: changed",), 1)


def test_browsers_line_ends_are_made_the_files_own(editor, files):
    save(editor, editor.view(0).text.replace("\n", "\r\n"))
    assert files[0].read_text() == TEXT


def test_a_text_with_mistakes_is_refused_with_all_of_them_and_nothing_changes(editor, files, applied):
    with pytest.raises(InvalidRequestError) as refused:
        save(editor, editor.view(0).text.replace("roles: [detect]", "role: [detect]").replace("1000", "x"))
    places = [problem.where.removeprefix(str(files[0])) for problem in refused.value.problems]
    assert ":7:11" in places
    assert any(place.startswith(":8:") for place in places)
    assert (files[0].read_text(), applied.times) == (TEXT, 0)


def test_what_changed_on_disk_meanwhile_is_not_overwritten(editor, files):
    etag = editor.view(0).etag
    files[0].write_text(TEXT + "# by hand\n")
    os.utime(files[0], ns=(1, 1))
    with pytest.raises(ConflictError) as refused:
        editor.save(0, TEXT, etag, "Anna")
    assert refused.value.code == "changed_meanwhile"
    assert files[0].read_text() == TEXT + "# by hand\n"


def test_a_check_says_what_would_change_without_secrets(editor):
    view = editor.view(0)
    checked = editor.check(0, view.text.replace("•••1•••", "n3w").replace("[person]", "[dog]"), view.etag)
    assert checked.outcome.problems == ()
    assert "-      track: [person]\n+      track: [dog]" in checked.diff
    assert "-        - path: rtsp://admin:•••1•••@10" in checked.diff
    assert "+        - path: rtsp://admin:•••2•••@10" in checked.diff
    assert "s3cret" not in checked.diff
    assert "n3w" not in checked.diff


def test_a_check_of_what_is_no_yaml_says_where(editor):
    view = editor.view(0)
    checked = editor.check(0, view.text + "x: [", view.etag)
    assert checked.outcome.problems[0].where.endswith(":17:5")
    assert "s3cret" not in checked.diff


def test_every_version_can_be_had_back(editor, files):
    save(editor, editor.view(0).text.replace("[person]", "[dog]"))
    save(editor, editor.view(0).text.replace("[dog]", "[cat]"))
    history = editor.history(0)
    assert texts_of(history) == [("Anna", "edited"), ("Anna", "edited"), ("", "found")]
    version, diff = editor.version(history[-1].id)
    assert version.text == TEXT
    assert "+      track: [person]" in diff
    assert "s3cret" not in diff
    editor.restore(history[-1].id, editor.view(0).etag, "Ben")
    assert files[0].read_text() == TEXT
    assert texts_of(editor.history(0))[0] == ("Ben", "restored")


def test_a_change_by_hand_is_kept_before_it_is_saved_over(editor, files):
    files[0].write_text(TEXT + "# by hand\n")
    save(editor, editor.view(0).text.replace("# by hand", ""))
    assert [version.text for version in editor.history(0)][1] == TEXT + "# by hand\n"


def test_a_version_that_no_longer_fits_the_other_file_is_refused(editor, files):
    save(editor, editor.view(0).text.replace("porch:", "yard:"))
    files[1].write_text("watches: {w: {camera: yard, condition: a person}}\n")
    with pytest.raises(InvalidRequestError):
        editor.restore(editor.history(0)[-1].id, editor.view(0).etag, "Ben")


def test_a_file_that_is_no_yaml_is_not_shown_but_can_be_replaced(editor, files):
    files[0].write_text("mqtt: {password: s3cret\n")
    assert editor.view(0).text is None
    assert editor.outcome().problems
    assert "s3cret" not in str(editor.outcome())
    save(editor, "mqtt: {enabled: false}\n")
    assert editor.view(0).text == "mqtt: {enabled: false}\n"


def test_zones_and_masks_are_read_as_the_files_have_them(editor):
    steps, mask = editor.shapes("porch")
    assert steps.polygon == (Point(0.1, 0.2), Point(0.9, 0.2), Point(0.9, 0.9))
    assert (mask.kind, mask.name) == (Kind.OBJECT_MASK, "object_mask_1")
    assert mask.polygon == (Point(0, 0), Point(0.5, 0), Point(0.5, 0.5))


def test_a_zone_keeps_what_the_page_does_not_know(editor, files):
    shape = Shape(name="steps", kind=Kind.ZONE, polygon=TRIANGLE, objects=("person",), inertia=5)
    editor.put_shape("porch", shape, "Anna")
    assert files[0].read_text() == TEXT.replace(
        "        coordinates: 0.1,0.2,0.9,0.2,0.9,0.9  # drawn\n        filters: {person: {min_area: 100}}\n",
        "        coordinates: 0.1,0.1,0.9,0.1,0.5,0.8765  # drawn\n"
        "        filters: {person: {min_area: 100}}\n"
        "        objects: [person]\n"
        "        inertia: 5\n",
    )
    assert editor.shapes("porch")[0].inertia == 5


def test_what_is_as_usual_again_is_not_written(editor, files):
    editor.put_shape("porch", Shape(name="lawn", kind=Kind.ZONE, polygon=TRIANGLE, inertia=5), "Anna")
    assert "        inertia: 5\n" in files[0].read_text()
    editor.put_shape("porch", Shape(name="lawn", kind=Kind.ZONE, polygon=TRIANGLE), "Anna")
    assert "inertia" not in files[0].read_text()


def test_masks_without_names_get_names_when_one_is_changed(editor, files):
    editor.put_shape("porch", Shape(name="tree", kind=Kind.OBJECT_MASK, polygon=TRIANGLE), "Anna")
    assert (
        files[0]
        .read_text()
        .endswith(
            "      mask:\n"
            "        object_mask_1:\n          coordinates: 0,0,500,0,500,250\n"
            "        tree:\n          coordinates: 0.1,0.1,0.9,0.1,0.5,0.8765\n"
        )
    )


def test_a_shape_can_be_removed_and_one_that_is_not_there_cant(editor, files):
    editor.remove_shape("porch", Kind.ZONE, "steps", "Anna")
    editor.remove_shape("porch", Kind.OBJECT_MASK, "object_mask_1", "Anna")
    assert editor.shapes("porch") == []
    assert "    zones: {}\n" in files[0].read_text()
    with pytest.raises(NotFoundError):
        editor.remove_shape("porch", Kind.ZONE, "steps", "Anna")


def test_a_zone_goes_into_the_file_that_has_its_likes(editor, files):
    files[1].write_text("cameras: {porch: {zones: {lawn: {coordinates: '0,0,1,0,1,1'}}}}\n")
    editor.put_shape("porch", Shape(name="door", kind=Kind.ZONE, polygon=TRIANGLE), "Anna")
    assert "door" in files[1].read_text()
    assert [shape.name for shape in editor.shapes("porch")] == ["steps", "lawn", "door", "object_mask_1"]


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"polygon": TRIANGLE[:2]}, "corners"),
        ({"polygon": (*TRIANGLE, Point(0.1, 0.1))}, "corners"),
        ({"polygon": (Point(0, 0), Point(1, 1), Point(1, 0), Point(0, 1))}, "corners"),
        ({"polygon": (Point(0, 0), Point(0.5, 0.5), Point(1, 1))}, "corners"),
        ({"polygon": (Point(0, 0), Point(1.1, 0), Point(1, 1))}, "corners"),
        ({"name": "my zone"}, "name"),
        ({"friendly_name": "a\nb"}, "friendly_name"),
        ({"objects": ("a\x00",)}, "objects"),
    ],
)
def test_a_shape_that_nobody_can_mean_is_refused(editor, files, changes, field):
    values = {"name": "lawn", "kind": Kind.ZONE, "polygon": TRIANGLE} | changes
    with pytest.raises(InvalidRequestError) as refused:
        editor.put_shape("porch", Shape(**values), "Anna")
    assert refused.value.problems[0].where == field
    assert files[0].read_text() == TEXT


def test_files_with_mistakes_show_no_zones_but_say_so(editor, files):
    files[0].write_text("cameras: {")
    for ask in (editor.shapes, lambda name: editor.remove_shape(name, Kind.ZONE, "steps", "Anna")):
        with pytest.raises(ConflictError) as refused:
            ask("porch")
        assert refused.value.code == "config_broken"
