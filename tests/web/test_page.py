import re
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from markupsafe import escape

import web
from frigate_ext.domain.camera import Camera

STATIC = Path(web.__file__).parent / "static"
PAGES = ("/", "/cameras/porch", "/watch", "/watch/job0", "/alerts", "/alerts/a0", "/system")
MARKUP = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def client(house):
    """One who finds a job and an alert there."""
    client = house.client()
    client.post("/api/jobs", json={"camera": "porch", "condition": "a parcel is on the porch"})
    house.add_alert()
    return client


@pytest.mark.parametrize("path", [*PAGES, "/api/docs"])
def test_a_page_brings_no_script_style_or_picture_from_elsewhere(client, path):
    page = client.get(path).text
    root = re.search(r'<base href="([^"]+)">', page)[1]
    sources = re.findall(r'(?:src|href)="([^"#]+)"', page.replace(f'<base href="{root}">', ""))
    fetched = [source for source in sources if not source.startswith("https://www.gnu.org/")]
    assert any(source.endswith(".css") for source in fetched)
    for source in fetched:
        with client.get(urljoin(urljoin(f"http://localhost{path}", root), source)) as reply:
            assert reply.status_code == 200, source


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_inline_script_style_or_handler(client, path):
    page = client.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_where_in_the_navigation_it_is(client, path):
    assert client.get(path).text.count('aria-current="page"') == 1


def test_the_subject_of_a_page_is_data(client, house):
    house.add_alert(id=MARKUP)
    assert f'data-subject="{escape(MARKUP)}"' in client.get(f"/alerts/{quote(MARKUP)}").text


@pytest.mark.parametrize("path", ["/cameras/attic", "/watch/nothing", "/alerts/nothing"])
def test_what_does_not_exist_has_no_page(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("script", sorted(str(path.relative_to(STATIC)) for path in STATIC.glob("**/*.js")))
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
