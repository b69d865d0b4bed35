"""Whole files: what a user gets from them, and what a user is told about them."""

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.load import load, log_ignored_keys
from config.plain import cameras, watches
from frigate_ext.domain.watch import Confirm, Crop, Limits, Mode, Pictures, Window
from frigate_ext.errors import ConfigError

HERE = Path(__file__).parent
ENV = {
    "FRIGATE_MQTT_HOST": "broker.home",
    "FRIGATE_MQTT_USER": "somebody",
    "FRIGATE_MQTT_PASSWORD": "mqtt-s3cret",
    "FRIGATE_RTSP_USER": "viewer",
    "FRIGATE_RTSP_PASSWORD": "rtsp-s3cret",
    "FRIGATE_GEMINI_API_KEY": "gemini-s3cret",
    "CREDENTIALS_DIRECTORY": "/nonexistent",
}


@pytest.fixture
def home():
    return load([HERE / "frigate.yml", HERE / "ours.yml"], ENV)


def test_frigates_own_file_loads_untouched():
    config = load([HERE / "frigate.yml"], ENV)
    assert list(config.cameras) == ["front_door", "garage"]
    assert config.watches == ()


def test_global_defaults_are_merged_into_cameras_and_the_camera_wins(home):
    front, garage = home.cameras["front_door"], home.cameras["garage"]
    assert (front.detect.fps, garage.detect.fps) == (5, 4)
    assert garage.detect.stationary.max_frames.objects == {"person": 1000}
    assert front.objects.track == ("person", "car", "dog")
    assert garage.objects.track == ("car",)
    person = front.objects.filters["person"]
    assert (person.min_area, person.threshold, person.min_score) == (5000, 0.75, 0.6)
    assert garage.snapshots.enabled


def test_a_later_file_joins_and_overrides_the_earlier(home):
    assert home.mqtt.host == "broker.home"
    assert home.mqtt.qos == 1
    assert list(home.genai) == ["local", "cloud", "judge"]
    assert home.frigate_ext.web.external_url == "https://home.example/ext"


def test_frigates_client_topic_and_database_are_never_taken(home):
    assert home.frigate_ext.topic_prefix == "frigate_ext"
    assert not hasattr(home.mqtt, "client_id")
    assert {"mqtt.client_id", "mqtt.topic_prefix", "database", "snapshots.retain"} <= set(home.ignored_keys)


def test_a_watch_comes_out_with_names_seconds_and_minutes(home):
    (watch,) = watches(home)
    assert watch.name == "parcel"
    assert watch.zones == ("porch", "Drive_Way")
    assert (watch.mode, watch.duration, watch.cooldown) == (Mode.STANDING, None, 600.0)
    assert watch.remind_every == 900.0
    assert watch.confirm == Confirm(k=2, n=3)
    assert watch.schedule == (Window(days=frozenset(range(5)), start=480, end=1350),)
    assert watch.limits == Limits(min_interval=2.0, looks_per_hour=30)
    assert watch.pictures == Pictures(moments=3, crop=Crop.OFF)
    assert watch.language == "German"


def test_cameras_come_out_with_friendly_names_and_relative_zones(home):
    front = cameras(home)["front_door"]
    assert (front.friendly_name, front.labels) == ("Front Door", ("person", "car", "dog"))
    driveway = front.zones[1]
    assert driveway.friendly_name == "Driveway"
    assert driveway.polygon == ((0, 0.5), (0.5, 0.5), (0.5, 1), (0, 1))


def test_unused_keys_of_frigate_are_listed_once_at_info(caplog):
    config = load([HERE / "frigate.yml"], ENV)
    with caplog.at_level(logging.INFO, logger="config"):
        log_ignored_keys(config)
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert "birdseye, camera_groups, cameras.*.ffmpeg.inputs.input_args" in record.getMessage()


def test_a_single_provider_of_older_frigates_is_called_default(load_texts):
    config = load_texts("genai: {provider: ollama, base_url: 'http://h:11434', model: m}")
    assert config.genai["default"].model == "m"
    assert "chat" in config.genai["default"].roles


def test_no_files_at_all_is_a_valid_empty_house():
    config = load([], {"CREDENTIALS_DIRECTORY": "/nonexistent"})
    assert config.cameras == {}
    assert not config.mqtt.enabled
    assert config.frigate_ext.web.port == 5055


def test_every_problem_of_every_file_is_reported_in_order(problems_of):
    first = """\
        mqqt: {host: h}
        cameras:
          front:
            ffmpeg:
              inputs:
                - path: exec:reboot
                  roles: [detect]
            detect:
              fps: fast
              width: 640
              widht: 640
        """
    second = """\
        frigate_ext:
          topic_prefix: frigate
          web: {port: 70000}
        watches:
          lost: {camera: frnt, condition: someone is there}
        watches: {}
        """
    schemes = "use rtsp://, rtsps://, http://, https:// or a file"
    assert problems_of(first, second) == [
        "a.yml:1:1: unknown key 'mqqt'; did you mean 'mqtt'?",
        f"a.yml:6:17: path: 'exec:' streams are not supported: {schemes}",
        "a.yml:9:12: fps: should be a valid integer, unable to parse string as an integer",
        "a.yml:11:7: unknown key 'widht'; did you mean 'width'?",
        "b.yml:2:17: topic_prefix: is Frigate's own; on one broker each would hear the other",
        "b.yml:3:15: port: should be less than or equal to 65535",
        "b.yml:5:18: camera: there is no camera 'frnt'; there is front",
        "b.yml:6:1: duplicate key 'watches'; it stands on line 4 already",
    ]


BROKEN = "cameras: {front: {friendly_name: Front Door, ffmpeg: {inputs: []}}}"


@pytest.mark.parametrize("asked", ["front", "FRONT", "front door"])
def test_of_a_watch_on_a_camera_that_something_is_wrong_with_only_that_is_told(problems_of, asked):
    (problem,) = problems_of(f"{BROKEN}\nwatches: {{w: {{camera: {asked}, condition: c}}}}\n")
    assert "inputs" in problem


@pytest.mark.parametrize(
    "camera,why",
    [
        ("FRONT", "'front' is switched off (enabled: false)"),
        ("frnt", "there is no camera 'frnt'; there is none"),
    ],
)
def test_a_camera_that_is_switched_off_is_no_choice_and_explained_by_any_of_its_names(
    problems_of, camera, why
):
    text = f"cameras: {{front: {{enabled: false}}}}\nwatches: {{w: {{camera: {camera}, condition: c}}}}\n"
    assert problems_of(text) == [f"a.yml:2:23: camera: {why}"]


def test_files_that_can_not_be_read_are_all_named(tmp_path):
    (tmp_path / "binary.yml").write_bytes(b"\xff\xfe\x00")
    paths = [tmp_path / "missing.yml", tmp_path / "binary.yml", tmp_path]
    with pytest.raises(ConfigError) as caught:
        load(paths, {})
    assert [str(problem) for problem in caught.value.problems] == [
        f"{paths[0]}: can't be read: No such file or directory",
        f"{paths[1]}: is not UTF-8 text",
        f"{paths[2]}: can't be read: Is a directory",
    ]


def test_a_mistake_in_a_global_default_is_told_once(problems_of):
    inputs = "{ffmpeg: {inputs: [{path: 'rtsp://h/1', roles: [detect]}]}}"
    text = f"detect: {{fps: 0}}\ncameras:\n  a: {inputs}\n  b: {inputs}\n"
    assert problems_of(text) == ["a.yml:1:15: fps: should be greater than or equal to 1"]


@pytest.mark.parametrize("section", ["cameras", "genai", "watches"])
def test_a_section_of_names_must_be_a_mapping(problems_of, section):
    assert problems_of(f"{section}: [a]") == [
        f"a.yml:1:{len(section) + 3}: {section}: should be a mapping of names"
    ]


@pytest.mark.parametrize(
    "text", ["mqtt: 5", "frigate_ext: [1]", "detect: yes", "cameras: {a: 1}", "watches: {a: b}"]
)
def test_a_section_of_the_wrong_shape_is_refused(problems_of, text):
    assert "should be a mapping" in problems_of(text)[0]


SECRET = "hunter2-s3cret"
SECTIONS = ("mqtt", "cameras", "genai", "frigate_ext", "watches", "detect", "motion", "objects", "zones")
FIELDS = (
    "front",
    "ffmpeg",
    "inputs",
    "path",
    "roles",
    "host",
    "port",
    "password",
    "enabled",
    "mask",
    "track",
)
MORE = (
    "filters",
    "coordinates",
    "provider",
    "base_url",
    "api_key",
    "provider_options",
    "auth",
    "camera",
    "<<",
)
KEYS = st.sampled_from(SECTIONS + FIELDS + MORE)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 99999)
    | st.floats()
    | st.sampled_from(
        ["{FRIGATE_SECRET}", "{FRIGATE_", "rtsp://a:{FRIGATE_SECRET}@h h/", "http://{FRIGATE_SECRET}@"]
    )
    | st.sampled_from(["detect", "openai", "front", "0,0,1,0,1", "0.0.0.0", "person", "90s"])
)
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=DOCUMENTS.map(repr).map(lambda text: text.replace("None", "null")) | st.text(max_size=200))
@example(text="{mqtt: {host: '{FRIGATE_SECRET}', port: x, user: 5, password: ['{FRIGATE_SECRET}']}}")
@example(text="{genai: {a: {provider: openai, base_url: 'ftp://{FRIGATE_SECRET}'}}}")
@example(
    text="{cameras: {a: {ffmpeg: {inputs: [{path: 'rtsp://u:{FRIGATE_SECRET}@h:x/', roles: [detect]}]}}}}"
)
def test_any_file_loads_or_is_refused_without_a_secret(tmp_path, text):
    file = tmp_path / "any.yml"
    file.write_text(text, encoding="utf-8", errors="replace")
    try:
        config = load([file], {"FRIGATE_SECRET": SECRET, "CREDENTIALS_DIRECTORY": str(tmp_path / "none")})
    except ConfigError as error:
        assert error.problems
        assert SECRET not in str(error)
    else:
        assert SECRET not in repr(config.mqtt.password)
