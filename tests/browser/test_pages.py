"""Every page, on a desk and on a phone, by day and by night."""

import json

import numpy as np
import pytest
import simplejpeg
from playwright.sync_api import expect

from tests.browser.visitor import DESKTOP, PHONE, keeps_screenshots
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

MARKUP = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
NAMES = ("cameras", "camera", "watch", "job", "alerts", "alert", "account", "system")


@pytest.fixture(scope="module")
def paths(home):
    """Of pages that have something to show."""
    job = home.watch("a visitor stands on the stage", labels=["person"], zones=["floor"], mode="standing")
    home.watch("a cyclist rides by", camera="street", mode="standing", duration=8 * 3600)
    (alert,) = until(lambda: home.alerts(job["id"])[:1], 30, "the visitor has come")
    yield {
        "cameras": "/",
        "camera": "/cameras/stage",
        "watch": "/watch",
        "job": f"/watch/{job['id']}",
        "alerts": "/alerts",
        "alert": f"/alerts/{alert['id']}",
        "account": "/account",
        "system": "/system",
    }
    for one in home.get("/api/jobs?state=running")["items"]:
        home.post(f"/api/jobs/{one['id']}/stop")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_for_everybody(visit, admin, paths, name):
    looks = [(DESKTOP, "light"), (PHONE, "dark")]
    if keeps_screenshots():
        looks += [(DESKTOP, "dark"), (PHONE, "light")]
    for size, scheme in looks:
        visitor = visit(state=admin, size=size, scheme=scheme)
        page = visitor.open(paths[name])
        for picture in page.locator("#camera-list .view canvas").all():
            expect(picture).to_be_visible()
        visitor.picture(name)
        for link in page.get_by_role("navigation").get_by_role("link").all():
            expect(link).to_be_in_viewport(ratio=1)
        assert visitor.overflow() == 0, (size, scheme)
        assert visitor.faults() == [], (size, scheme)


def test_the_sign_in_page_is_for_everybody(visit):
    visitor = visit(size=PHONE)
    visitor.page.goto("/login")
    visitor.picture("login")
    assert visitor.faults() == []


def test_what_does_not_exist_is_said_to_people(visitor):
    page = visitor.page
    page.goto("/alerts/nothing")
    expect(page.get_by_role("heading")).to_have_text("There is nothing here")
    assert visitor.faults() == []
    page.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cameras")


def test_who_was_signed_out_meanwhile_signs_in_and_is_back(visitor, home):
    page = visitor.open("/alerts?kind=condition")
    visitor.context.clear_cookies()
    page.get_by_label("Kind").select_option("blind")
    page.wait_for_url("**/login?next=*")
    visitor.sign_in()
    page.wait_for_url(f"{home.url}/alerts?kind=blind")


def test_the_whole_page_is_reached_by_keyboard(visitor):
    page = visitor.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Front stage")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Front stage")


def poison(value):
    """Every free text of a document replaced by markup."""
    texts = {"condition", "message", "reasoning", "note", "friendly_name", "detail", "error", "label"}
    texts |= {"text_seen", "judged_by", "trigger", "model", "name", "labels", "username"}
    if isinstance(value, list):
        return [poison(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "friendly_name" in value:  # cameras and zones: their names are keys of the configuration, letters only
        texts.discard("name")
    return {
        key: (MARKUP if isinstance(one, str) else [MARKUP] if key == "labels" else poison(one))
        if key in texts
        else poison(one)
        for key, one in value.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_text_from_anywhere_is_shown_as_text(visitor, paths, name):
    def answer(route):
        reply = route.fetch()
        route.fulfill(response=reply, body=json.dumps(poison(reply.json())))

    def is_document(url):
        return "/api/" in url and not url.endswith((".jpg", ".webp")) and ".jpg?" not in url

    page = visitor.page
    page.route(is_document, answer)
    visitor.open(paths[name])
    expect(page.locator("body")).to_contain_text("<script>")
    assert page.locator("main img[src=x], main script").count() == 0
    assert page.title() != "run"
    page.unroute_all(behavior="ignoreErrors")


def test_forty_cameras_and_two_hundred_alerts_fit(visitor, home, paths):
    (camera, *_) = home.get("/api/cameras")["items"]
    (alert, *_) = home.get("/api/alerts?kind=condition")["items"]
    long = "Behind the " + "very " * 20 + "longhedgewithoutanyspacewhatsoever" * 3
    cameras = [
        camera | {"name": f"c{n}", "friendly_name": f"{n} {long}", "state": "offline"} for n in range(40)
    ]
    alerts = [alert | {"id": f"a{n}", "evidence": [], "message": f"{n} {long}"} for n in range(200)]
    page = visitor.page
    page.route("**/api/cameras", lambda route: route.fulfill(json={"items": cameras, "next": None}))
    page.route("**/api/alerts?*", lambda route: route.fulfill(json={"items": alerts, "next": None}))
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visitor.open("/")
    expect(page.locator(".tile")).to_have_count(40)
    assert visitor.overflow() == 0
    visitor.open("/alerts")
    expect(page.locator(".alert")).to_have_count(200)
    assert visitor.overflow() == 0


def test_the_judged_picture_grows_into_the_full_one(visitor, home, paths):
    (alert, *_) = home.get("/api/alerts?kind=condition")["items"]
    alert |= {"full": "https://elsewhere/full.jpg", "full_time": alert["frame_time"] + 0.3}
    jpeg = simplejpeg.encode_jpeg(np.full((1080, 1920, 3), 90, np.uint8))
    page = visitor.page
    page.route("**/api/alerts?*", lambda route: route.fulfill(json={"items": [alert], "next": None}))
    page.route("**/full.jpg", lambda route: route.fulfill(body=jpeg, content_type="image/jpeg"))
    visitor.open("/alerts")
    page.get_by_role("button", name="Evidence 1 of 1").click()
    picture, link = page.locator("#viewer img"), page.locator("#viewer").get_by_role("link")
    until(lambda: picture.evaluate("image => image.naturalWidth") == 1920, 5, "the full picture is shown")
    expect(link).to_have_text("full size, taken 0.3 s from the judged moment")
    assert link.get_attribute("href") == f"api/alerts/{alert['id']}/full.jpg"


def test_no_camera_is_said(visitor):
    visitor.page.route("**/api/cameras", lambda route: route.fulfill(json={"items": [], "next": None}))
    expect(visitor.open("/").get_by_text("No camera is configured yet.")).to_be_visible()


def test_a_viewer_is_offered_what_a_viewer_may_do(visit, home, paths):
    home.post("/api/users", {"username": "granny", "password": "apple pie", "role": "viewer"})
    visitor = visit()
    visitor.page.goto("/watch")
    visitor.sign_in("granny", "apple pie")
    expect(visitor.page.get_by_text("An admin starts watches")).to_be_visible()
    page = visitor.open(paths["alert"])
    expect(page.get_by_role("button", name="Right")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    home.request("DELETE", "/api/users/granny")
