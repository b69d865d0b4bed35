"""No secret leaves, and every secret comes back to where it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.editing.conceal import Tokens
from config.load import load
from frigate_ext.errors import InvalidRequestError

TEXT = """\
# the old one: rtsp://me:s3cret-a@10.0.0.9/x   (gone)
# mqtt_password: s3cret-b
mqtt: {host: broker, user: home, password: "s3cret-c"}
environment_vars:
  FRIGATE_RTSP_PASSWORD: s3cret-d
cameras:
  porch:
    friendly_name: "it's # not: a comment"
    ffmpeg:
      inputs:
        - path: rtsp://{FRIGATE_RTSP_USER}:{FRIGATE_RTSP_PASSWORD}@10.0.0.1/front  # fine
          roles: [detect]
        - path: 'rtsp://admin:s3cret-e@10.0.0.1/front?channel=1&token=s3cret-f'
          roles: [record]
go2rtc:
  streams:
    porch: ["ffmpeg:http://admin:s3cret-g@10.0.0.1/flv?user=x#video=copy", "exec:ffmpeg -i rtsp://a:s3cret-h@b"]
genai:
  big:
    provider: openai
    model: m
    api_key: |
      s3cret-i
      s3cret-j
    provider_options: {headers: {X-Mine: s3cret-k}, max_tokens: 500}
frigate_ext:
  tls: {key: /etc/tls/key.pem}
  auth: {enabled: true}
"""


def test_nothing_secret_is_shown_and_all_else_is():
    shown = Tokens().conceal(TEXT)
    assert "s3cret" not in shown
    for kept in (
        "it's # not: a comment",
        "{FRIGATE_RTSP_PASSWORD}@10",
        "admin:",
        "max_tokens: 500",
        "/etc/tls/key.pem",
    ):
        assert kept in shown
    assert len(shown.splitlines()) == len(TEXT.splitlines())


def test_what_is_put_back_is_the_text_itself():
    tokens = Tokens()
    assert tokens.reveal(tokens.conceal(TEXT)) == TEXT


def test_other_lines_may_change_around_hidden_values():
    tokens = Tokens()
    shown = (
        tokens.conceal(TEXT)
        .replace("host: broker", "host: other")
        .replace("# mqtt_password", "\n# mqtt_password")
    )
    assert tokens.reveal(shown) == TEXT.replace("host: broker", "host: other").replace(
        "# mqtt_password", "\n# mqtt_password"
    )


def test_a_secret_may_be_replaced_and_a_camera_copied():
    tokens = Tokens()
    shown = tokens.conceal("cameras:\n  a:\n    ffmpeg: {inputs: [{path: 'rtsp://u:s3cret@h/a'}]}\n")
    copied = shown + shown.splitlines()[1].replace("a:", "b:") + "\n" + shown.splitlines()[2] + "\n"
    assert tokens.reveal(copied).count("u:s3cret@h") == 2
    assert "new" in tokens.reveal(shown.replace("•••1•••", "new"))


@pytest.mark.parametrize(
    "moved",
    [
        "cameras: {a: {friendly_name: TOKEN}}",
        "cameras: {TOKEN: {enabled: false}}",
        "cameras: {a: {zones: {password: {friendly_name: TOKEN}}}}",
        "ui: {password: TOKEN}",
        "# TOKEN",
        "cameras: {a: {ffmpeg: {inputs: [{path: 'rtsp://h/TOKEN'}]}}}",
    ],
)
def test_a_hidden_value_can_not_be_moved_to_where_it_would_show(moved):
    tokens = Tokens()
    shown = tokens.conceal("mqtt:\n  password: s3cret\n")
    assert shown == "mqtt:\n  password: •••1•••\n"
    with pytest.raises(InvalidRequestError) as refused:
        tokens.reveal("\n" + moved.replace("TOKEN", "•••1•••"))
    assert refused.value.code == "hidden_value"
    assert refused.value.problems[0].where == f"2:{moved.index('TOKEN') + 1}"


def test_a_value_may_be_commented_out_and_in_again():
    tokens = Tokens()
    shown = tokens.conceal("mqtt:\n  password: s3cret\n")
    hidden = tokens.reveal(shown.replace("  password", "  # password"))
    assert hidden == "mqtt:\n  # password: s3cret\n"
    again = Tokens()
    assert again.reveal(again.conceal(hidden).replace("# ", "")) == "mqtt:\n  password: s3cret\n"


def test_an_unknown_token_is_refused():
    with pytest.raises(InvalidRequestError, match="not known"):
        Tokens().reveal("mqtt: {password: •••7•••}")


def test_two_texts_share_their_tokens():
    tokens = Tokens()
    first = tokens.conceal("mqtt: {password: one}")
    assert tokens.conceal("mqtt: {password: two}") != first
    assert tokens.conceal("mqtt: {password: one}") == first


printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=20)


@settings(max_examples=50, deadline=None)
@given(secret=printable, style=st.sampled_from(["'{}'", '"{}"', "|\n    {}", "{}"]), rest=printable)
def test_whatever_a_password_looks_like_it_is_hidden_and_comes_back(secret, style, rest):
    if style == "{}":
        secret = "x" + "".join(c for c in secret if c.isalnum())
    elif style == "'{}'":
        secret = secret.replace("'", "''")
    elif style == '"{}"':
        secret = "".join(c for c in secret if c not in '"\\') or "x"
    secret = "s3" + secret
    text = f"mqtt:\n  password: {style.format(secret)}\n  # {rest}\n"
    tokens = Tokens()
    shown = tokens.conceal(text)
    assert secret not in shown.replace(rest, "")
    assert tokens.reveal(shown) == text


def test_the_example_of_a_real_file_loads_the_same_when_put_back(tmp_path):
    path = tmp_path / "a.yml"
    tokens = Tokens()
    whole = tokens.reveal(tokens.conceal(TEXT))
    env = {"FRIGATE_RTSP_USER": "u", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert load([path], env, {path: whole}) == load([path], env, {path: TEXT})
