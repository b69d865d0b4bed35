from config.load import load
from config.secrets import secrets

FILE = """
mqtt: {host: broker, user: mqtt_user, password: mqtt-hush}
cameras:
  porch:
    ffmpeg: {inputs: [{path: "rtsp://admin:cam%2Dhush@10.0.0.5/live", roles: [detect]}]}
genai:
  vlm:
    provider: openai
    api_key: provider-hush
    model: some-model
    base_url: https://me:url-hush@vlm.example/v1
    provider_options: {extra_headers: {X-Token: header-hush}, note: plain}
"""


def test_every_secret_of_a_configuration_is_found_and_nothing_else(tmp_path):
    (tmp_path / "config.yml").write_text(FILE)
    assert secrets(load([tmp_path / "config.yml"], {})) == {
        "mqtt-hush",
        "cam%2Dhush",
        "cam-hush",
        "provider-hush",
        "url-hush",
        "header-hush",
    }
