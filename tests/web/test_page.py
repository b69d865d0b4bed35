import re
from pathlib import Path

import pytest

import web
from frigate_ext.domain.camera import Camera

STATIC = Path(web.__file__).parent / "static"
MARKUP = "<img src=x onerror=alert(1)>\"'&"


def test_the_page_brings_no_script_style_or_picture_from_elsewhere(client):
    page = client.get("/").text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    fetched = [source for source in sources if not source.startswith(("#", "https://www.gnu.org/"))]
    assert fetched
    assert all(source.startswith("static/") for source in fetched)
    for source in fetched:
        with client.get(f"/{source}") as reply:
            assert reply.status_code == 200


def test_the_page_has_no_inline_script_style_or_handler(client):
    page = client.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page)


@pytest.mark.parametrize("script", sorted(path.name for path in STATIC.glob("*.js")))
def test_no_script_turns_text_into_markup(script):
    source = (STATIC / script).read_text()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source
    )


def test_markup_in_any_text_stays_text_in_every_reply(house):
    house.cameras["porch"] = Camera("porch", MARKUP, (MARKUP,), ())
    house.see("porch", detail=MARKUP, objects=())
    house.add_alert(message=MARKUP, reasoning=MARKUP, condition=MARKUP, judged_by=MARKUP)
    client = house.client()
    client.post("/api/jobs", json={"camera": "porch", "condition": MARKUP, "name": MARKUP})
    for path in ("/", "/api/jobs", "/api/alerts", "/api/cameras", f"/api/{MARKUP}/latest.jpg"):
        reply = client.get(path)
        assert reply.mimetype != "text/html" or MARKUP not in reply.text
    assert client.get("/api/alerts/a0").json["message"] == MARKUP


def test_markup_sent_in_is_answered_as_json_never_as_html(client):
    reply = client.post("/api/jobs", json={"camera": MARKUP, MARKUP: 1})
    assert reply.mimetype == "application/problem+json"
    assert client.get(f"/{MARKUP}").mimetype == "application/problem+json"
