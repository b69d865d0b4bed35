import pytest

from web.origins import is_loopback

ASKED = {"camera": "porch", "condition": "a parcel is on the porch"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://["},
    ],
)
def test_another_sites_page_can_not_change_anything(client, house, headers):
    for method, path in (("post", "/api/jobs"), ("post", "/api/vlm/monitor"), ("delete", "/api/vlm/monitor")):
        assert getattr(client, method)(path, json=ASKED, headers=headers).status_code == 403
    assert house.jobs.rows == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "http://nvr.example:5055"},
    ],
)
def test_our_own_page_and_programs_may(client, headers):
    assert client.post("/api/jobs", json=ASKED, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "host", ["localhost:5055", "127.0.0.1", "127.0.0.9:1", "[::1]:5055", "nvr.example", "NVR.example:80"]
)
def test_our_own_names_are_served_on_loopback(client, host):
    assert client.get("/api/jobs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "192.168.1.5:5055", "", "[", "a@localhost b"]
)
def test_a_rebound_name_is_not_served_on_loopback(client, host):
    assert client.get("/api/jobs", headers={"Host": host}).status_code in {400, 421}


def test_any_name_is_served_where_the_key_protects(house):
    house.loopback = False
    assert house.client().get("/api/jobs", headers={"Host": "192.168.1.5:5055"}).status_code == 200


def test_loopback_is_what_never_leaves_the_machine():
    assert all(map(is_loopback, ["localhost", "frigate.localhost", "127.3.2.1", "::1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "example.org", "notlocalhost"]))


@pytest.mark.parametrize(
    "path", ["/", "/api/jobs", "/api/nowhere", "/static/frame.js", "/api/porch/latest.jpg"]
)
def test_every_reply_carries_the_security_headers(client, path):
    with client.get(path) as reply:
        headers = reply.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/", "/api/jobs", "/api/alerts", "/api/config", "/api/porch/latest.jpg", "/api/x"]
)
def test_nothing_private_is_kept_by_caches(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"
