from dataclasses import replace
from ipaddress import ip_network

import pytest

from frigate_ext.domain.account import Role
from web.identity import Identity
from web.proxy import ProxySettings, client_address, proxied

PROXY, STRANGER = "172.18.0.2", "198.51.100.9"
SETTINGS = ProxySettings(
    trusted=(ip_network("172.18.0.0/16"), ip_network("2001:db8::/32")),
    user_header="remote-user",
    role_header="remote-role",
    roles={"neighbour": ("drive",), "family": ()},
)


def test_the_client_is_who_the_last_of_our_proxies_saw():
    assert client_address(SETTINGS, {"x-forwarded-for": "203.0.113.5"}, PROXY) == "203.0.113.5"
    chain = {"x-forwarded-for": "made up, 203.0.113.5, 172.18.0.9"}
    assert client_address(SETTINGS, chain, PROXY) == "203.0.113.5"
    assert client_address(SETTINGS, {"x-forwarded-for": "203.0.113.5"}, "2001:db8::1") == "203.0.113.5"
    assert client_address(SETTINGS, {}, PROXY) == PROXY


def test_a_stranger_can_not_forward_for_anybody():
    assert client_address(SETTINGS, {"x-forwarded-for": "127.0.0.1"}, STRANGER) == STRANGER
    assert client_address(ProxySettings(), {"x-forwarded-for": "127.0.0.1"}, PROXY) == PROXY


def test_a_trusted_proxy_names_user_and_role():
    headers = {"remote-user": "anna", "remote-role": "admin"}
    assert proxied(SETTINGS, headers, PROXY) == Identity("anna", Role.ADMIN)
    assert proxied(SETTINGS, headers, f"::ffff:{PROXY}") == Identity("anna", Role.ADMIN)


@pytest.mark.parametrize("peer", [STRANGER, "127.0.0.1", "", "testclient", "172.19.0.1"])
def test_the_same_headers_from_anybody_else_are_nothing(peer):
    assert proxied(SETTINGS, {"remote-user": "anna", "remote-role": "admin"}, peer) is None


def test_without_configured_headers_nobody_is_named():
    assert proxied(replace(SETTINGS, user_header=None), {"remote-user": "anna"}, PROXY) is None
    assert proxied(SETTINGS, {"remote-user": " "}, PROXY) is None


@pytest.mark.parametrize(
    "said, role, cameras",
    [
        ("", Role.VIEWER, None),
        ("unheard of", Role.VIEWER, None),
        ("viewer, admin", Role.ADMIN, None),
        ("viewer,neighbour", Role.VIEWER, frozenset({"drive"})),
        ("family", Role.VIEWER, None),
        ("Admin", Role.VIEWER, None),
    ],
)
def test_roles_are_ours_or_the_configured_ones_with_their_cameras(said, role, cameras):
    assert proxied(SETTINGS, {"remote-user": "x", "remote-role": said}, PROXY) == Identity("x", role, cameras)


def test_who_has_no_role_may_be_given_a_narrow_one():
    settings = replace(SETTINGS, default_role="neighbour")
    assert proxied(settings, {"remote-user": "x"}, PROXY).cameras == {"drive"}


def test_groups_are_mapped_to_roles():
    settings = replace(SETTINGS, role_map={"admin": ["nvr-admins"], "neighbour": ["street"]}, separator="|")
    headers = {"remote-user": "x", "remote-role": "users|nvr-admins|street"}
    assert proxied(settings, headers, PROXY).role is Role.ADMIN
    assert proxied(settings, headers | {"remote-role": "street"}, PROXY).cameras == {"drive"}
    assert proxied(settings, headers | {"remote-role": "admin"}, PROXY).role is Role.VIEWER


def test_a_proxy_proves_itself_where_a_secret_is_set():
    settings, headers = replace(SETTINGS, secret="hush"), {"remote-user": "anna"}
    assert proxied(settings, headers, PROXY) is None
    assert proxied(settings, headers | {"x-proxy-secret": "hus\xe9"}, PROXY) is None
    assert proxied(settings, headers | {"x-proxy-secret": "hush"}, PROXY).name == "anna"
