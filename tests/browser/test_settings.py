"""Who rules the house: draws a zone, breaks the configuration and is told, and goes back."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.e2e.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def own_home(new_home):
    """Its configuration is changed."""
    home = new_home()
    home.move_in()
    return home


@pytest.fixture(scope="module")
def ruler(browser, own_home):
    """The state of a browser in which its admin is signed in."""
    visitor = Visitor(browser, own_home)
    visitor.page.goto("/")
    visitor.sign_in()
    visitor.page.wait_for_url(own_home.url + "/")
    state = visitor.context.storage_state()
    visitor.leave()
    return state


def zones_of(home) -> dict:
    (camera,) = [one for one in home.get("/api/cameras")["items"] if one["name"] == "stage"]
    return {zone["name"]: zone["polygon"] for zone in camera["zones"]}


def test_the_text_editor_is_for_everybody(visit, ruler, own_home):
    visitor = visit(own_home, state=ruler)
    expect(visitor.open("/settings").locator("#text")).not_to_have_value("")
    visitor.check_looks("settings")


def test_the_zone_editor_is_for_everybody(visit, ruler, own_home):
    visitor = visit(own_home, state=ruler)
    page = visitor.open("/settings/cameras/stage")
    until(lambda: page.locator("#picture").evaluate("one => one.naturalWidth"), 10, "there is a picture")
    expect(page.locator("polygon")).to_have_count(1)
    visitor.check_looks("zones")


def test_a_zone_is_drawn_and_holds_at_once(visit, ruler, own_home):
    page = visit(own_home, state=ruler).open("/settings/cameras/stage")
    expect(page.locator(".corner")).to_have_count(4)
    page.get_by_label("Zone or mask").select_option("zone")
    page.get_by_label("Name in the file").fill("door")
    until(lambda: page.locator("#picture").evaluate("one => one.naturalWidth"), 10, "there is a picture")
    box = page.locator("#drawing").bounding_box()
    for x, y in [(0.2, 0.2), (0.6, 0.2), (0.6, 0.8), (0.9, 0.9)]:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".corner")).to_have_count(3)
    page.locator(".corner").nth(2).focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("camera stage")
    drawn = until(lambda: zones_of(own_home).get("door"), 10, "the zone holds")
    assert [pytest.approx(corner, abs=0.01) for corner in drawn] == [[0.2, 0.2], [0.6, 0.2], [0.595, 0.8]]
    assert "      door:\n        coordinates: 0." in own_home.config.read_text()


def corners_of(page, *corners):
    """Write the corners of the chosen zone as numbers; per cent."""
    details = page.locator("#corner-box")
    if not details.evaluate("one => one.open"):
        details.get_by_text("Corners as numbers").click()
    while page.locator("#corners tr").count() < len(corners):
        page.get_by_role("button", name="Add a corner").click()
    for n, (x, y) in enumerate(corners, 1):
        page.get_by_label(f"Corner {n}, % from the left").fill(str(x))
        page.get_by_label(f"Corner {n}, % from the top").fill(str(y))


def zones_of_visitor(home) -> list[str]:
    """Of everybody on the stage now; empty while nobody is there."""
    (camera,) = [one for one in home.get("/api/cameras")["items"] if one["name"] == "stage"]
    return [zone for seen in camera["objects"] if seen["label"] == "person" for zone in seen["current_zones"]]


def triggers(home, job) -> set[str]:
    """What has made it look, in words; not the time."""
    return {look["trigger"] for look in home.looks(job["id"])} - {None}


def test_objects_and_watches_go_by_a_zone_as_soon_as_it_is_edited(visit, ruler, own_home, eyes):
    def watch(zone):
        return own_home.watch("a visitor stands there", labels=["person"], zones=[zone], mode="standing")

    page = visit(own_home, state=ruler).open("/settings/cameras/stage")
    page.get_by_label("Zone or mask").select_option("zone")
    page.get_by_label("Name in the file").fill("mat")
    corners_of(page, (10, 50), (60, 50), (60, 100), (10, 100))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("camera stage")
    here = watch("mat")
    until(lambda: "mat" in zones_of_visitor(own_home), 60, "the visitor stands in the new zone")
    until(lambda: own_home.alerts(here["id"]), 60, "its watch fires")

    corners_of(page, (80, 10), (95, 10), (95, 30), (80, 30))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("camera stage")
    with eyes.saying(met=False):  # a watch that has found what it looks for rests
        elsewhere, floor = watch("mat"), watch("floor")
        until(lambda: zones_of_visitor(own_home) == ["floor"], 60, "the visitor stands in the other zone")
        until(lambda: "person entered floor" in triggers(own_home, floor), 60, "its watch looks")
        assert "person entered mat" not in triggers(own_home, elsewhere)
    for job in (here, elsewhere, floor):
        own_home.post(f"/api/jobs/{job['id']}/stop")


def test_a_zone_that_crosses_itself_is_refused(visit, ruler, own_home):
    page = visit(own_home, state=ruler).open("/settings/cameras/stage")
    page.get_by_label("Zone or mask").select_option("motion_mask")
    page.get_by_label("Name in the file").fill("bow")
    corners_of(page, (10, 10), (90, 90), (90, 10), (10, 90))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error=corners]")).to_contain_text("crosses itself")
    assert "bow" not in own_home.config.read_text()


def test_a_broken_configuration_is_told_of_and_an_old_one_comes_back(visit, ruler, own_home):
    page = visit(own_home, state=ruler).open("/settings")
    text, before = page.locator("#text"), own_home.config.read_text()
    expect(text).not_to_have_value("")
    assert "•••1•••" in text.input_value()
    text.fill(text.input_value().replace("cameras:", "camras:"))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("What runs goes on as before")
    expect(page.locator("#mistakes")).to_contain_text("did you mean 'cameras'?")
    assert own_home.config.read_text() == before
    assert own_home.health()["parts"]["camera stage"]["state"] == "ok"

    text.fill(text.input_value().replace("camras:", "cameras:").replace("Front stage", "Back stage"))
    page.get_by_role("button", name="Check and compare").click()
    expect(page.locator("#diff")).to_contain_text("+    friendly_name: Back stage")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    assert own_home.config.read_text() == before.replace("Front stage", "Back stage")

    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#versions li").nth(1).get_by_role("button", name="Go back to this").click()
    expect(page.locator("#said")).to_contain_text("Gone back.")
    assert own_home.config.read_text() == before
