"""Every page, on a desk and on a phone, by day and by night."""

import json
import re

import numpy as np
import pytest
import simplejpeg
from playwright.sync_api import expect

from tests.browser.visitor import PHONE
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

MARKUP = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
NAMES = ("cameras", "camera", "watch", "job", "alerts", "alert", "account")
ALL = (*NAMES, "system", "settings", "zones")


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
        "settings": "/settings",
        "zones": "/settings/cameras/stage",
    }
    for one in home.get("/api/jobs?state=running")["items"]:
        home.post(f"/api/jobs/{one['id']}/stop")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_for_everybody(visitor, paths, name):
    page = visitor.open(paths[name])
    for picture in page.locator("#camera-list .view canvas").all():
        expect(picture).to_be_visible()
    visitor.check_looks(name)


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


TEXTS = {
    *("condition", "message", "reasoning", "note", "username"),  # from users and models
    *("text_seen", "judged_by", "trigger", "model", "prompt", "reply", "provider"),
    *(
        "friendly_name",
        "detail",
        "error",
        "label",
        "labels",
        "objects",
    ),  # from devices and their owners
    *("source", "process", "thread", "text"),  # the log
    *("diff", "who", "why", "field", "changes", "next_start", "failures"),  # the configuration
    "name",
}
NAMED = ("stage", "street", "floor")
"""Keys of the configuration: letters and digits."""


def poison(value, key=""):
    """Every free text of a document replaced by markup, and in every empty list of problems there is one."""
    if isinstance(value, dict):
        return {key: poison(one, key) for key, one in value.items()}
    if key == "problems" and not value:
        return [{"field": MARKUP, "message": MARKUP, "line": None, "column": None}]
    if isinstance(value, list) and not (key in TEXTS and all(isinstance(one, str) for one in value)):
        return [poison(one) for one in value]
    if key not in TEXTS or value in NAMED or value is None or isinstance(value, int | float):
        return value
    return MARKUP if isinstance(value, str) else [MARKUP]


@pytest.mark.parametrize("name", ALL)
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


SEEN = {"id": "1", "label": MARKUP, "score": 0.9, "box": [1, 1, 9, 9]}
LINE = {
    "id": 1,
    "time": 1.0,
    "level": "INFO",
    "process": MARKUP,
    "thread": "a",
    "source": "a",
    "text": MARKUP,
}
PUSHED = {
    "alerts": ("camera_monitoring", {"alert_id": "a", "message": MARKUP}, "#arrived"),
    "cameras": ("stage/objects", {"objects": [SEEN], "frame_time": 1.0}, "[data-camera=stage]"),
    "system": ("log", {"lines": [LINE]}, "#log"),
}


@pytest.mark.parametrize("name", PUSHED)
def test_what_is_pushed_is_shown_as_text(visitor, paths, name):
    sockets, page = [], visitor.page

    def listen(socket):  # Playwright marks the function that it is given, which a method of a list can't bear
        sockets.append(socket)

    page.route("**/api/logs?*", lambda route: route.fulfill(json={"items": [], "next": None}))
    page.route_web_socket(re.compile("/ws"), listen)
    visitor.open(paths[name])
    until(lambda: sockets or page.wait_for_timeout(20), 5, "the page listens")
    topic, said, place = PUSHED[name]
    sockets[-1].send(json.dumps({"topic": topic, "payload": json.dumps(said)}))
    expect(page.locator(place)).to_contain_text("<script>")
    assert page.locator("main img[src=x], main script").count() == 0
    assert page.title() != "run"


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


def test_where_there_is_no_room_for_a_live_view_pictures_come_one_by_one_and_that_is_said(visitor):
    visitor.page.route_web_socket("**/live/jpeg/**", lambda socket: socket.close())
    tile = visitor.open("/").locator(".tile").first
    expect(tile).to_contain_text("1 picture a second for now")
    expect(tile.locator("canvas")).to_be_visible()
