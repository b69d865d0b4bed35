"""{FRIGATE_NAME}: where it is filled in, from what, and what is never repeated."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.substitute import SubstitutionError, substitute

NAMES = {"FRIGATE_A": "first", "FRIGATE_B2": "{FRIGATE_A}"}


@pytest.mark.parametrize(
    "text,filled",
    [
        ("{FRIGATE_A}", "first"),
        ("x{FRIGATE_A}{FRIGATE_A}y", "xfirstfirsty"),
        ("{{FRIGATE_A}}", "{FRIGATE_A}"),
        ("{{{FRIGATE_A}}}", "{first}"),
        ("%{localtime} } {", "%{localtime} } {"),
        ("{FRIGATE_B2}", "{FRIGATE_A}"),
        ("{OTHER_A}", "{OTHER_A}"),
    ],
)
def test_placeholders_and_escaped_braces(text, filled):
    assert substitute(text, NAMES) == filled


@pytest.mark.parametrize(
    "text", ["{FRIGATE_", "{FRIGATE_}", "{FRIGATE_A", "{FRIGATE_A!r}", "{FRIGATE_A:>9}", "{FRIGATE_A.x}"]
)
def test_a_malformed_placeholder_is_an_error(text):
    with pytest.raises(SubstitutionError, match="malformed"):
        substitute(text, NAMES)


def test_an_unknown_name_is_an_error_that_names_it():
    with pytest.raises(SubstitutionError, match=r"\{FRIGATE_NOPE\} is set neither"):
        substitute("{FRIGATE_NOPE}", NAMES)


@given(st.text(alphabet="{}FRIGATE_AB2 x", max_size=60))
def test_any_text_is_filled_in_or_refused_without_a_secret(text):
    secret = "sEcReT-vAlUe"
    try:
        substitute(text, {"FRIGATE_A": secret, "FRIGATE_B2": secret})
    except SubstitutionError as error:
        assert secret not in str(error)


@given(st.text(max_size=60).filter(lambda text: "{" not in text and "}" not in text))
def test_text_without_braces_is_itself(text):
    assert substitute(text, NAMES) == text


@given(st.text(max_size=40))
def test_doubled_braces_bring_any_text_through(text):
    assert substitute(text.replace("{", "{{").replace("}", "}}"), NAMES) == text


def test_the_fields_of_frigate_are_filled_in(load_texts):
    config = load_texts(
        """\
        mqtt: {host: "{FRIGATE_H}", user: "{FRIGATE_U}", password: "{FRIGATE_P}"}
        cameras:
          front:
            ffmpeg:
              inputs:
                - {path: "rtsp://u:{FRIGATE_P}@h/1", roles: [detect]}
        genai:
          j:
            provider: openai
            api_key: "{FRIGATE_K}"
            provider_options: {default_headers: {X-Key: "{FRIGATE_K}"}}
        """,
        env={"FRIGATE_H": "broker", "FRIGATE_U": "me", "FRIGATE_P": "pw", "FRIGATE_K": "key"},
    )
    assert config.mqtt.host == "broker"
    assert config.mqtt.password.get_secret_value() == "pw"
    assert config.cameras["front"].stream.get_secret_value() == "rtsp://u:pw@h/1"
    assert config.genai["j"].api_key.get_secret_value() == "key"
    assert config.genai["j"].provider_options == {"default_headers": {"X-Key": "key"}}


def test_other_fields_are_left_alone(load_texts, camera_yaml):
    config = load_texts(camera_yaml + "    friendly_name: '{FRIGATE_P} {{x}}'\n", env={"FRIGATE_P": "pw"})
    assert config.cameras["front"].friendly_name == "{FRIGATE_P} {{x}}"


def test_secret_files_come_before_the_environment_and_that_before_the_file(load_texts, tmp_path):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "FRIGATE_P").write_text("from a file\n")
    (secrets / "OTHER").write_bytes(b"\xff")
    config = load_texts(
        """\
        environment_vars: {FRIGATE_U: from the config, FRIGATE_H: broker, FRIGATE_P: x}
        mqtt: {host: "{FRIGATE_H}", user: "{FRIGATE_U}", password: "{FRIGATE_P}"}
        """,
        env={"CREDENTIALS_DIRECTORY": str(secrets), "FRIGATE_P": "from the environment", "FRIGATE_U": "me"},
    )
    assert config.mqtt.host == "broker"
    assert config.mqtt.user.get_secret_value() == "me"
    assert config.mqtt.password.get_secret_value() == "from a file"
    assert "FRIGATE_U" not in os.environ


def test_an_unreadable_secret_is_named_without_its_content(problems_of, tmp_path):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "FRIGATE_P").write_bytes(b"\xff\xfehunter2")
    (problem,) = problems_of("mqtt: {host: h}", env={"CREDENTIALS_DIRECTORY": str(secrets)})
    assert problem == f"{secrets / 'FRIGATE_P'}: can't be used as a secret: is no short text"


def test_an_unknown_name_is_reported_once_with_its_place(problems_of, camera_yaml):
    text = camera_yaml.replace("rtsp://10.0.0.1/front", '"{FRIGATE_URL}"')
    assert problems_of(text) == [
        "a.yml:5:17: {FRIGATE_URL} is set neither in the environment nor as a secret file"
    ]
