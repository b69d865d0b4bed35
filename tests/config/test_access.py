"""Who may come in: what can be written, and what is refused before anything starts."""

import pytest

from config.sections.access import rates

CAMERA = "cameras: {porch: {ffmpeg: {inputs: [{path: a.mp4, roles: [detect]}]}}}\n"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("10/minute", ((10, 60.0),)),
        ("1/second;5/minute; 20/hour", ((1, 1.0), (5, 60.0), (20, 3600.0))),
        ("3 per day", ((3, 86400.0),)),
    ],
)
def test_rates_are_written_as_in_frigate(text, expected):
    assert rates(text) == expected


@pytest.mark.parametrize("text", ["", "5", "0/minute", "5/fortnight", "-1/minute", "5/minute;", "1/day;" * 6])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match="20/hour"):
        rates(text)


@pytest.mark.parametrize("off", ["false", "off", "no", "0", "n", "f", '"False"', "0.0", "-0.0"])
def test_signing_in_can_be_switched_off_on_loopback_only_however_it_is_spelt(problems_of, load_texts, off):
    open_to_all = f"{CAMERA}frigate_ext: {{web: {{host: 0.0.0.0}}, auth: {{enabled: {off}}}}}"
    (problem,) = problems_of(open_to_all)
    assert "only allowed where frigate_ext.web.host is a loopback address" in problem
    config = load_texts(open_to_all.replace("0.0.0.0", "127.0.0.1"))
    assert not config.frigate_ext.auth.enabled


def test_frigates_own_sections_open_nothing(load_texts):
    theirs = "auth: {enabled: false}\nproxy: {header_map: {user: remote-user}}\ntls: {enabled: false}\n"
    own = load_texts(CAMERA + theirs).frigate_ext
    assert own.auth.enabled
    assert own.proxy.header_map.user is None


@pytest.mark.parametrize(
    "written, told",
    [
        ("auth: {roles: {admin: [porch]}}", "can't be made anew"),
        ("auth: {roles: {street: [gate]}}", "there is no such camera"),
        ("auth: {trusted_proxies: [everybody]}", "must be an address"),
        ("proxy: {default_role: street}", "there is no role 'street'"),
        ("proxy: {header_map: {role_map: {street: [x]}}}", "there is no role 'street'"),
        ("proxy: {header_map: {user: 'remote user'}}", "must be the name of a header"),
        ("tls: {enabled: true, cert: a.pem}", "needs cert and key"),
    ],
)
def test_what_can_not_be_meant_is_told(problems_of, written, told):
    (problem,) = problems_of(f"{CAMERA}frigate_ext: {{{written}}}")
    assert told in problem


def test_a_proxys_secret_comes_from_the_environment_and_is_never_shown(load_texts):
    text = CAMERA + 'frigate_ext: {proxy: {auth_secret: "{FRIGATE_PROXY}"}}'
    config = load_texts(text, env={"FRIGATE_PROXY": "hush"})
    assert config.frigate_ext.proxy.auth_secret.get_secret_value() == "hush"
    assert "hush" not in str(config)
