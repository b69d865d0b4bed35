"""What a person does: says what to watch for, is told, looks at the evidence, says that it was wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

CONDITION = "a visitor stands on the stage"


@pytest.fixture(autouse=True)
def tidy(home):
    """No watch and no alert of a test is left to the next."""
    yield
    for job in home.get("/api/jobs?limit=1000")["items"]:
        if not job["ended_at"]:
            home.post(f"/api/jobs/{job['id']}/stop")
        home.request("DELETE", f"/api/jobs/{job['id']}")


def test_from_a_sentence_to_an_alert_that_was_wrong(visitor, home, eyes):
    page = visitor.open("/watch")
    form = page.locator("#start")
    form.get_by_label("Tell me when").fill(CONDITION)
    form.locator("[data-zone=floor] polygon").click()
    expect(form.get_by_label("The floor")).to_be_checked()
    form.get_by_text("Each time").click()
    with eyes.holding():
        form.get_by_role("button", name="Start watching").click()
        card = page.locator("#running .job")
        expect(card.get_by_role("link")).to_have_text(CONDITION)
        (job,) = home.get("/api/jobs?state=running")["items"]
        assert (job["camera"], job["zones"], job["mode"]) == ("stage", ["floor"], "standing")
        page = visitor.open("/alerts")
    expect(page.locator("#arrived")).to_have_text("New alert: A visitor!", timeout=25_000)
    alert = page.locator(".alert").first
    expect(alert).to_contain_text("A visitor!")
    alert.get_by_role("button", name="Evidence 1 of").click()
    picture = page.locator("#viewer img")
    until(lambda: picture.evaluate("image => image.naturalWidth"), 5, "the evidence is shown")
    page.locator("#viewer").get_by_role("button").click()

    alert.get_by_role("link").click()
    expect(page.locator(".look").first).to_contain_text("Yes")
    page.get_by_role("button", name="Wrong").click()
    page.get_by_role("textbox", name="Why is it wrong?").fill("That is our own <b>poster</b>.")
    page.get_by_role("button", name="It is wrong").click()
    expect(page.locator("#alert")).to_contain_text("That is our own <b>poster</b>.")
    told = home.get(f"/api/alerts/{page.url.rsplit('/', 1)[1]}")
    assert (told["feedback"], told["note"]) == ("wrong", "That is our own <b>poster</b>.")

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(re.compile("/alerts$"))
    assert told["id"] not in [alert["id"] for alert in home.get("/api/alerts")["items"]]


def test_a_watch_is_tried_before_it_is_started(visitor, home, eyes):
    page = visitor.open("/watch")
    page.get_by_label("Tell me when").fill("it is raining <i>cats</i>")
    with eyes.saying(met=True):
        page.get_by_role("button", name="Try it now").click()
        expect(page.locator("#trial")).to_contain_text("Yes 90 %")
    expect(page.get_by_role("img", name="Picture 1 of 1 that the judge was shown")).to_be_visible()
    assert home.get("/api/jobs?state=running")["items"] == []


def test_what_is_wrong_stands_beside_its_field(visitor):
    page = visitor.open("/watch")
    page.get_by_role("button", name="Start watching").click()
    expect(page.locator("[data-error=condition]")).not_to_be_empty()
    expect(page.get_by_label("Tell me when")).to_be_focused()


def test_a_watch_is_changed_paused_resumed_snoozed_and_stopped(visitor, home):
    job = home.watch(CONDITION, mode="standing")
    page = visitor.open(f"/watch/{job['id']}")
    page.get_by_text("Change this watch").click()
    form = page.locator("#change")
    expect(form.get_by_label("Tell me when")).to_have_value(CONDITION)
    form.get_by_label("Tell me when").fill("a visitor waves")
    form.get_by_text("When always").click()
    form.get_by_role("button", name="Add hours").click()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("a visitor waves")
    window = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "22:00", "to": "06:00"}
    assert home.job(job["id"])["schedule"] == [window]
    assert home.job(job["id"])["cooldown"] == job["cooldown"]

    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#job .pill").first).to_have_text("paused")
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Snooze an hour").click()
    expect(page.locator("#job")).to_contain_text("snoozed until")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#job .pill").first).to_have_text("cancelled")


def test_filters_of_alerts_stand_in_the_address(visitor, home):
    page = visitor.open("/alerts")
    page.get_by_label("Camera").select_option("Street")
    page.wait_for_url("**/alerts?camera=street")
    expect(page.get_by_text("No such alerts.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Camera")).to_have_value("street")
    page.get_by_label("What was seen").select_option("dog")
    page.get_by_label("Zone").select_option("The floor")
    page.wait_for_url("**/alerts?camera=street&label=dog&zone=floor")


def test_a_camera_is_seen_live_and_large(visitor):
    page = visitor.open("/")
    tile = page.locator("[data-camera=stage]")
    expect(tile).to_contain_text("online")
    expect(tile.get_by_role("img", name="Newest picture of Front stage")).to_be_visible()
    expect(tile.locator(".box")).to_have_count(1, timeout=15_000)
    tile.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Front stage")
    expect(page.locator("#seen")).to_contain_text("person", timeout=15_000)


def test_pictures_come_one_by_one_where_sockets_do_not_get_through(visitor):
    visitor.page.route_web_socket("**/live/jpeg/**", lambda socket: socket.close())
    page = visitor.open("/cameras/stage")
    expect(page.get_by_role("img", name="Newest picture of Front stage")).to_be_visible()


def test_nothing_is_streamed_of_a_camera_that_nobody_sees(visitor):
    open_streams = []
    visitor.page.on("websocket", lambda socket: note(socket) if "/live/jpeg/" in socket.url else None)

    def note(socket):
        open_streams.append(socket.url)
        socket.on("close", lambda one: open_streams.remove(one.url))

    page = visitor.open("/")
    until(lambda: page.wait_for_timeout(50) or len(open_streams) == 2, 5, "one stream for each tile")
    page.set_viewport_size({"width": 390, "height": 300})
    until(lambda: page.wait_for_timeout(50) or len(open_streams) == 1, 5, "one tile is in sight")
