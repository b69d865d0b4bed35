"""What the parts below the application are told."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import plain
from config.detection import detection_settings
from frigate_ext.capture.settings import StreamKind
from frigate_ext.domain.geometry import Size
from genai.budget import BudgetLimits
from genai.settings import JudgeSettings

DETAILED = """\
mqtt: {host: broker, user: me, password: pw, qos: 1}
detect: {fps: 4, width: 640, height: 360}
cameras:
  front:
    ffmpeg:
      inputs:
        - {path: "http://10.0.0.1/shot.jpg", roles: [detect]}
    detect:
      stationary: {max_frames: {default: 100, objects: {car: 200}}}
    motion: {mask: "0,0,320,0,320,180"}
    objects:
      track: [person, car, dog]
      mask: {tree: {coordinates: "0,0,1,0,1,0.1"}}
      filters:
        person: {min_area: 0.01, mask: "0.5,0.5,1,0.5,1,1"}
    zones:
      lawn: {coordinates: "0,180,640,180,640,360", loitering_time: 5}
      old: {enabled: false, coordinates: "0,0,1,0,1,1"}
  shed:
    ffmpeg: {inputs: [{path: rtsp://10.0.0.2/1, roles: [detect]}]}
    detect: {enabled: false}
frigate_ext:
  mqtt: {version: 5}
  log_level: DEBUG
  streams: {front: {kind: snapshot, snapshot_interval: 5, loop: false}}
"""


@pytest.fixture
def config(load_texts):
    return load_texts(DETAILED)


@pytest.fixture
def front(config):
    (camera,) = detection_settings(config, "ipc:///bus", Path("cache")).cameras
    return camera


def test_a_camera_without_detection_is_neither_run_nor_watched(config, front):
    assert front.name == "front"
    assert list(plain.cameras(config)) == ["front"]


def test_a_stream_comes_with_its_pace_size_and_our_own_keys(front):
    stream = front.stream
    assert (stream.url, stream.max_fps, stream.size) == ("http://10.0.0.1/shot.jpg", 4.0, Size(640, 360))
    assert (stream.kind, stream.snapshot_interval, stream.loop) == (StreamKind.SNAPSHOT, 5.0, False)


def test_counts_of_frames_follow_the_frame_rate_as_in_frigate(front):
    pipeline = front.pipeline
    assert (pipeline.fps, pipeline.min_initialized, pipeline.max_disappeared) == (4.0, 2, 20)
    assert (pipeline.stationary.threshold, pipeline.stationary.interval) == (40, 40)


def test_every_tracked_label_has_a_limit_to_standing_still(front):
    assert front.pipeline.stationary.max_frames == {"person": 100, "car": 200, "dog": 100}


def test_polygons_are_relative_and_the_common_mask_counts_for_every_label(front):
    pipeline = front.pipeline
    assert pipeline.motion.mask == (((0, 0), (0.5, 0), (0.5, 0.5)),)
    tree, person = ((0, 0), (1, 0), (1, 0.1)), ((0.5, 0.5), (1, 0.5), (1, 1))
    assert pipeline.filters["person"].mask == (tree, person)
    assert pipeline.filters["dog"].mask == (tree,)
    assert pipeline.filters["person"].min_area == 0.01


def test_only_enabled_zones_are_there(config, front):
    (zone,) = front.pipeline.zones
    assert (zone.name, zone.loitering_time) == ("lawn", 5.0)
    assert zone.polygon == ((0, 0.5), (1, 0.5), (1, 1))
    assert [zone.name for zone in plain.cameras(config)["front"].zones] == ["lawn"]


def test_the_broker_comes_with_its_secrets_in_the_clear_and_hidden_from_repr(config):
    settings = plain.mqtt(config, "http://here")
    assert settings is not None
    assert (settings.host, settings.user, settings.password, settings.qos) == ("broker", "me", "pw", 1)
    assert (settings.protocol, settings.topic_prefix, settings.external_url) == (
        5,
        "frigate_ext",
        "http://here",
    )
    assert "pw" not in repr(settings)


def test_without_a_broker_there_are_no_settings(load_texts):
    assert plain.mqtt(load_texts(""), "http://here") is None


def test_a_provider_keeps_limits_and_options_apart(load_texts):
    config = load_texts(
        """\
        genai:
          a:
            provider: llamacpp
            base_url: http://h:8080
            roles: watch
            runtime_options: {max_concurrent: 3, read_timeout: 7, temperature: 0.2}
        """
    )
    (provider,) = plain.providers(config)
    assert (provider.name, provider.roles, provider.max_concurrent) == ("a", ("watch",), 3)
    assert (provider.read_timeout, provider.total_timeout) == (7.0, 90.0)
    assert provider.request_options == {"temperature": 0.2}


def test_a_model_outside_the_house_has_less_time(load_texts):
    config = load_texts(
        "genai: {a: {provider: openai}, b: {provider: gemini, runtime_options: {total_timeout: 5}}}\n"
    )
    far, own = plain.providers(config)
    assert (far.read_timeout, far.total_timeout) == (30.0, 40.0)
    assert (own.read_timeout, own.total_timeout) == (30.0, 5.0)


def test_a_later_file_says_who_stands_in_and_which_cameras_a_provider_may_see(load_texts, camera_yaml):
    theirs = camera_yaml + "genai: {local: {provider: ollama}, cloud: {provider: openai, roles: []}}\n"
    ours = """\
        genai: {cloud: {cameras: front}}
        frigate_ext: {judge: {fallback: [cloud, detector], allow_remote_fallback: true}}
        """
    config = load_texts(theirs, ours)
    assert [provider.cameras for provider in plain.providers(config)] == [None, {"front"}]
    assert plain.judge(config.frigate_ext.judge) == JudgeSettings(
        fallback=("cloud", "detector"), allow_remote_fallback=True
    )


def test_budgets_are_for_one_provider_or_for_all(load_texts):
    config = load_texts(
        """\
        genai: {a: {provider: openai, budget: {looks_per_hour: 30, tokens_per_day: 100000}}}
        frigate_ext: {judge: {budget: {looks_per_day: 500}}}
        """
    )
    (provider,) = plain.providers(config)
    assert provider.budget == BudgetLimits(looks_per_hour=30, tokens_per_day=100_000)
    assert plain.judge(config.frigate_ext.judge).budget == BudgetLimits(looks_per_day=500)


def test_by_default_nobody_stands_in(load_texts):
    assert plain.judge(load_texts("").frigate_ext.judge) == JudgeSettings()


def test_schedules_are_in_frigates_time_zone_or_the_machines(load_texts):
    assert plain.time_zone(load_texts("ui: {timezone: Europe/Berlin}\n")) == ZoneInfo("Europe/Berlin")
    assert plain.time_zone(load_texts("ui: {timezone: null}\n")) is None
    assert plain.time_zone(load_texts("mqtt: {enabled: false}\n")) is None


@pytest.mark.parametrize("name", ["Europe/Entenhausen", "../etc/passwd", "''", "/etc/localtime"])
def test_a_time_zone_that_nobody_knows_is_refused(problems_of, name):
    assert problems_of(f"ui: {{timezone: {name}}}\n") == [
        "a.yml:1:16: timezone: must be a time zone like Europe/Berlin"
    ]
