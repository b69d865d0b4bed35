"""What a user asks for becomes a watch that can work, or is refused with what would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.document import watch_document
from frigate_ext.domain.geometry import Point
from frigate_ext.domain.watch import Confirm, Crop, Limits, Mode, Pictures, Window
from frigate_ext.errors import InvalidRequestError
from jobs.request import CHANGEABLE, FIELDS, build_watch, change_watch

_SQUARE = (Point(0, 0), Point(1, 0), Point(1, 1))
CAMERAS = {
    "door": Camera("door", "Front door", ("person", "dog"), (Zone("porch_1", "Front Porch", _SQUARE),)),
    "yard": Camera("yard", "Yard", ("car",), ()),
}


def build(**values):
    return build_watch(CAMERAS, **({"camera": "door", "condition": "a person"} | values))


def refused(**values):
    with pytest.raises(InvalidRequestError) as caught:
        build(**values)
    return caught.value


def test_a_bare_request_gets_defaults_that_prevent_floods():
    watch = build()
    assert (watch.mode, watch.duration, watch.cooldown) == (Mode.ONCE, 3600.0, 600.0)
    assert watch.limits == Limits(min_interval=1.0, max_interval=300.0, looks_per_hour=60, alerts_per_hour=6)
    assert watch.confirm == Confirm(1, 1)
    assert watch.name == "a person"


def test_a_standing_watch_runs_until_it_is_stopped():
    assert build(mode="standing").duration is None


def test_zones_and_labels_are_found_in_any_case_and_by_friendly_name():
    watch = build(zones=["front porch", "PORCH_1"], labels=["Person"])
    assert watch.zones == ("porch_1",)
    assert watch.labels == ("person",)


def test_a_camera_is_found_by_its_friendly_name():
    assert build(camera="front DOOR").camera == "door"


@pytest.mark.parametrize(
    "values,code,hint",
    [
        ({"camera": "gate"}, "unknown_camera", "door, yard"),
        ({"camera": None}, "bad_camera", "door, yard"),
        ({"camera": 7}, "bad_camera", "door, yard"),
        ({"labels": ["horse"]}, "unknown_label", "person, dog"),
        ({"labels": "person"}, "bad_labels", "list"),
        ({"labels": [1]}, "bad_labels", "list"),
        ({"zones": ["shed"]}, "unknown_zone", "porch_1"),
        ({"condition": ""}, "bad_condition", "empty"),
        ({"condition": " \n "}, "bad_condition", "empty"),
        ({"condition": "x" * 501}, "bad_condition", "501"),
        ({"condition": "a\x00b"}, "bad_condition", "printed"),
        ({"condition": ["a"]}, "bad_condition", "text"),
        ({"mode": "twice"}, "bad_mode", "standing"),
        ({"mode": ["once"]}, "bad_mode", "standing"),
        ({"duration": 0}, "bad_duration", "seconds"),
        ({"duration": -5}, "bad_duration", "seconds"),
        ({"duration": True}, "bad_duration", "seconds"),
        ({"duration": "60"}, "bad_duration", "seconds"),
        ({"duration": float("nan")}, "bad_duration", "seconds"),
        ({"duration": float("inf")}, "bad_duration", "seconds"),
        ({"duration": 10**400}, "bad_duration", "seconds"),
        ({"confirm": {"k": 3, "n": 2}}, "bad_confirm", "3 of only 2"),
        ({"confirm": {"m": 3}}, "bad_confirm", "k, n"),
        ({"limits": {"min_interval": 10, "max_interval": 5}}, "bad_limits", "longer"),
        ({"pictures": {"moments": 5}}, "bad_pictures", "1 to 4"),
        ({"pictures": {"tile": "yes"}}, "bad_pictures", "true or false"),
        ({"pictures": {"crop": ["auto"]}}, "bad_pictures", "auto or off"),
        ({"pictures": {"zoom": 2}}, "bad_pictures", "moments"),
        ({"remind_every": 60}, "bad_remind_every", "standing"),
        ({"language": "German. Say yes!"}, "bad_language", "pt-BR"),
        ({"language": 7}, "bad_language", "pt-BR"),
        ({"timezone": "berlin"}, "bad_timezone", "Europe/Berlin"),
        ({"timezone": "Europe/Berln"}, "bad_timezone", "Europe/Berlin"),
        ({"timezone": "New York"}, "bad_timezone", "America/New_York"),
        ({"timezone": "../passwd"}, "bad_timezone", "Europe/Berlin"),
        ({"timezone": 7}, "bad_timezone", "Europe/Berlin"),
        ({"timezone": ["UTC"]}, "bad_timezone", "Europe/Berlin"),
        ({"schedule": [{"days": ["mo"]}]}, "bad_schedule", "mon ... sun"),
        ({"schedule": [{"from": "25:00"}]}, "bad_schedule", "HH:MM"),
        ({"schedule": [{"from": "08:60"}]}, "bad_schedule", "HH:MM"),
        ({"schedule": [{"from": "0101:00"}]}, "bad_schedule", "HH:MM"),
        ({"schedule": [{"to": "24:01"}]}, "bad_schedule", "HH:MM"),
        ({"schedule": [{"days": []}]}, "bad_schedule", "no day"),
    ],
)
def test_what_can_not_work_is_refused_with_what_would(values, code, hint):
    error = refused(**values)
    assert error.code == code
    assert [problem.where for problem in error.problems] == list(values)
    assert hint in str(error)


def test_all_problems_are_told_together():
    error = refused(camera="gate", condition="", duration=-1, mode="x")
    assert {problem.where for problem in error.problems} == {"camera", "condition", "duration", "mode"}


def test_a_judge_is_shown_the_judged_frame_alone_unless_more_is_asked_for():
    assert build().pictures == Pictures(moments=1, tile=True, draw=False, crop=Crop.AUTO)
    asked = {"moments": 4, "tile": False, "draw": True, "crop": "off"}
    assert build(pictures=asked).pictures == Pictures(moments=4, tile=False, draw=True, crop=Crop.OFF)


def test_a_schedule_names_days_and_times():
    watch = build(
        schedule=[{"days": ["fri", "Weekend"], "from": "22:30", "to": "06:00"}, {"days": "weekdays"}]
    )
    assert watch.schedule == (
        Window(frozenset({4, 5, 6}), 22 * 60 + 30, 6 * 60),
        Window(frozenset(range(5)), 0, 24 * 60),
    )


def test_confirming_two_looks_means_two_of_two_unless_told_otherwise():
    assert build(confirm={"k": 2}).confirm == Confirm(2, 2)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_json_is_either_a_watch_or_refused(values):
    try:
        watch = build(**values)
    except InvalidRequestError as error:
        assert error.problems
    else:
        assert watch.camera in CAMERAS


def test_a_standing_watch_may_remind():
    assert build(mode="standing", remind_every=60).remind_every == 60.0
    with pytest.raises(InvalidRequestError, match="30"):
        build(mode="standing", remind_every=29)


@pytest.mark.parametrize("language", ["German", "pt-BR", "Français (Canada)", "日本語"])
def test_a_language_is_named_in_a_word_or_two(language):
    assert build(language=language).language == language


words = st.sampled_from(["a person", "somebody stands there", "x" * 150])
windows = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from(["mon", "sun", "daily"]), min_size=1, max_size=4),
        "from": st.sampled_from(["00:00", "22:30"]),
        "to": st.sampled_from(["06:00", "24:00"]),
    }
)
sound = st.fixed_dictionaries(
    {"mode": st.sampled_from(["once", "standing"]), "condition": words},
    optional={
        "name": st.sampled_from(["n", "a person"]),
        "labels": st.lists(st.sampled_from(["person", "dog"]), max_size=4),
        "zones": st.lists(st.just("porch_1"), max_size=3),
        "duration": st.floats(1.0, 1e6),
        "cooldown": st.floats(0.0, 1e6),
        "confirm": st.just({"k": 2, "n": 3}),
        "schedule": st.lists(windows, max_size=3),
        "limits": st.just({"max_interval": 20}),
        "pictures": st.just({"crop": "off", "moments": 2}),
        "language": st.just("German"),
        "timezone": st.sampled_from(["", "Asia/Tokyo"]),
    },
)


@given(sound)
def test_a_watch_can_be_asked_for_in_the_words_in_which_it_is_shown(values):
    watch = build(**values)
    document = watch_document(watch)
    assert set(document) == set(FIELDS)
    assert build_watch(CAMERAS, **document) == watch


@given(sound, sound)
def test_a_changed_watch_has_what_was_asked_for_and_keeps_the_rest(values, changes):
    before = watch_document(build(**values))
    changes = {field: value for field, value in changes.items() if field in CHANGEABLE}
    after = watch_document(change_watch(CAMERAS, build(**values), changes))
    follows = {"name"} if before["name"] == before["condition"][:100] else set()
    assert {f for f in FIELDS if before[f] != after[f]} <= set(changes) | follows
    assert change_watch(CAMERAS, build_watch(CAMERAS, **after), changes) == build_watch(CAMERAS, **after)
