"""The configuration as neighbours see it: complete in Frigate's shape, and without a secret."""

import json
from pathlib import Path

import pytest

from config.load import load
from config.redact import MASK, mask_values, redacted

HERE = Path(__file__).parent
SECRETS = ("mqtt-s3cret", "rtsp-s3cret", "gemini-s3cret", "viewer-s3cret", "somebody-s3cret")


@pytest.fixture
def config():
    return load(
        [HERE / "frigate.yml", HERE / "ours.yml"],
        {
            "FRIGATE_MQTT_HOST": "broker.home",
            "FRIGATE_MQTT_USER": "somebody-s3cret",
            "FRIGATE_MQTT_PASSWORD": "mqtt-s3cret",
            "FRIGATE_RTSP_USER": "viewer-s3cret",
            "FRIGATE_RTSP_PASSWORD": "rtsp-s3cret",
            "FRIGATE_GEMINI_API_KEY": "gemini-s3cret",
            "CREDENTIALS_DIRECTORY": "/nonexistent",
        },
    )


def test_no_secret_is_in_the_document_nor_in_the_configurations_own_text(config):
    shown = json.dumps(redacted(config)) + repr(config) + str(config)
    assert [secret for secret in SECRETS if secret in shown] == []


def test_clients_of_frigate_find_what_they_read(config):
    document = redacted(config)
    assert document["version"] == "0.18-0"
    assert document["mqtt"]["topic_prefix"] == document["mqtt"]["client_id"] == "frigate_ext"
    assert document["model"] == {"all_attributes": [], "non_logo_attributes": []}
    front = document["cameras"]["front_door"]
    assert front["objects"]["track"] == ["person", "car", "dog"]
    assert front["zones"]["porch"]["objects"] == ["person"]
    assert front["zones"]["porch"]["coordinates"] == "0.25,0.5,0.75,0.5,0.75,1,0.25,1"
    assert front["motion"]["threshold"] == 30
    assert front["motion"]["contour_area"] == 10
    assert front["detect"]["width"] == 1280
    assert front["record"]["enabled"] is False
    assert front["audio"] == {"enabled": False, "enabled_in_config": False, "listen": []}
    assert front["live"] == {"streams": {}}
    assert document["watches"]["parcel"]["zones"] == ["porch", "Drive_Way"]


def test_addresses_keep_what_is_no_secret(config):
    inputs = redacted(config)["cameras"]["front_door"]["ffmpeg"]["inputs"]
    assert inputs[1]["path"] == "rtsp://***:***@10.0.10.10:554/sub?channel=1"


def test_secrets_are_masked_wherever_a_judge_keeps_them(load_texts):
    config = load_texts(
        """\
        genai:
          a:
            provider: azure_openai
            base_url: https://me:hunter2@azure.example/openai?api_key=hunter2
            api_key: hunter2
            provider_options:
              default_headers: {Authorization: Bearer hunter2, X-Anything: hunter2}
              default_query: {sig: x, password: hunter2}
              proxy: http://me:hunter2@proxy:3128
              max_retries: 2
            runtime_options: {access_token: hunter2, seed: 1}
        """
    )
    document = redacted(config)["genai"]["a"]
    assert "hunter2" not in json.dumps(document)
    assert "hunter2" not in repr(config)
    assert document["api_key"] == MASK
    assert document["provider_options"]["max_retries"] == 2
    assert document["runtime_options"]["seed"] == 1


def test_the_address_of_weights_shows_no_key(load_texts):
    config = load_texts(
        """\
        genai:
          a:
            provider: gguf
            model: https://me:hunter2@weights.example/m.gguf?token=hunter2
            provider_options: {sha256: %s, mmproj: v.gguf}
        """
        % ("a" * 64)
    )
    document = redacted(config)["genai"]["a"]
    assert "hunter2" not in json.dumps(document) + repr(config)
    assert document["model"].endswith("@weights.example/m.gguf?token=***")


def test_options_are_masked_by_name_and_in_addresses():
    options = {
        "headers": {"X": "1"},
        "list": [{"client_secret": "s"}],
        "url": "http://a:b@c/?token=d",
        "n": 1,
    }
    assert mask_values(options) == {
        "headers": {"X": MASK},
        "list": [{"client_secret": MASK}],
        "url": "http://***:***@c/?token=***",
        "n": 1,
    }
