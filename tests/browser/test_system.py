"""How the program is, and being told on this very device."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.waiting import until

pytestmark = pytest.mark.slow

ALERT = {
    "id": "1700000000.000-abcdef",
    "kind": "condition",
    "status": "verified",
    "camera": "Front stage",
    "text": "Somebody <b>is</b> there",
    "time": 1_700_000_000,
    "url": "alerts?from=push",
    "picture": None,
}


def settled(visitor):
    page = visitor.open("/system")
    page.locator("#plots figure").nth(4).wait_for()
    page.locator("#log li").first.wait_for()
    page.locator("#camera-rows tr").first.wait_for()
    page.locator("#judges article").first.wait_for()
    return page


def test_the_system_page_fits_and_is_readable(visitor):
    settled(visitor)
    visitor.check_looks("system")


def test_a_plot_has_its_numbers_as_a_table(visitor):
    page = settled(visitor)
    page.locator("label", has_text="Day").click()
    plot = page.locator("figure", has=page.get_by_role("heading", name="Looks"))
    plot.get_by_text("As a table").click()
    expect(plot.locator("tbody tr")).to_have_count(96)


def test_the_log_follows_and_has_no_key(visitor, home):
    page = settled(visitor)
    processes = page.locator("#log .process")
    for process in ("main", "detection"):
        expect(processes.get_by_text(process, exact=True).first).to_be_attached()
    entered = page.get_by_text("the right password of admin")
    before = entered.count()
    home.request("POST", "/api/login", json={"user": "admin", "password": home.password})
    expect(entered).to_have_count(before + 1)
    text = page.locator("#log").inner_text()
    assert "ready" in text
    assert home.password not in text


NOTIFICATIONS = """async () => {
    const shown = await (await navigator.serviceWorker.ready).getNotifications();
    return shown.map(({ title, body, tag, image, data }) => ({ title, body, tag, image, data }));
}"""
CLICK = """async () => {
    const opened = new Promise((resolve) => (clients.openWindow = resolve));
    const [notification] = await registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    return [await opened, (await registration.getNotifications()).length];
}"""
"""The browser opens windows only where a finger clicked, so that is noted instead."""
SUBSCRIBE = """() => {
    const made = { endpoint: "https://fcm.googleapis.com/fcm/send/test", expirationTime: null,
                   keys: { p256dh: "KEY", auth: "BTBZMqHH6r4Tts7J_aSIgg" } };
    let current = null;
    const unsubscribe = async () => { current = null; };
    const device = { endpoint: made.endpoint, toJSON: () => made, unsubscribe };
    PushManager.prototype.getSubscription = async () => current;
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        window.subscribedTo = applicationServerKey;
        return (current = device);
    };
}"""
"""A push service that gives out an address; the real ones are elsewhere."""
DEVICE_KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


class Worker:
    """The service worker of a page, as the browser's own tools reach it."""

    def __init__(self, visitor):
        visitor.context.grant_permissions(["notifications"])
        self.page = visitor.open("/system")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        (self.itself,) = visitor.context.service_workers
        self._tools = visitor.context.new_cdp_session(self.page)
        self._origin, ids = visitor.home.url, []
        self._tools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: ids.extend(one["registrationId"] for one in event["registrations"]),
        )
        self._tools.send("ServiceWorker.enable")
        until(lambda: ids or self.page.wait_for_timeout(20), 5, "the registration is known")
        self._id = ids[0]

    def push(self, **changes):
        """Have the browser deliver a message."""
        said = {"origin": self._origin, "registrationId": self._id, "data": json.dumps(ALERT | changes)}
        self._tools.send("ServiceWorker.deliverPushMessage", said)

    def shows(self, title):
        """The only notification, once it has this title."""

        def shown():
            found = self.page.evaluate(NOTIFICATIONS)
            assert len(found) <= 1
            return [one for one in found if one["title"] == title]

        return until(shown, 15, f"{title} is shown")[0]


def test_a_push_is_shown_and_what_it_becomes_takes_its_place(visitor):
    worker = Worker(visitor)
    worker.push(status="unverified")
    assert worker.shows("Front stage: not verified yet")["body"] == ALERT["text"]
    worker.push(status="verified")
    worker.shows("Front stage")
    worker.push(status="withdrawn")
    worker.shows("Front stage: withdrawn")


def test_a_push_is_shown_with_its_picture_which_needs_the_session(visitor):
    worker = Worker(visitor)
    worker.push(picture="api/stage/latest.jpg")
    assert worker.shows("Front stage")["image"].startswith("data:image/jpeg;base64,")
    visitor.context.clear_cookies()
    worker.push(kind="blind", picture="api/stage/latest.jpg")
    assert not worker.shows("Front stage: blind")["image"]


def test_choosing_a_notification_opens_the_alert_and_takes_it_away(visitor, home):
    worker = Worker(visitor)
    worker.push(url="alerts/1700000000.000-abcdef")
    worker.shows("Front stage")
    assert worker.itself.evaluate(CLICK) == [f"{home.url}/alerts/1700000000.000-abcdef", 0]


def test_a_device_is_switched_on_and_off(visitor):
    visitor.context.grant_permissions(["notifications"])
    visitor.page.add_init_script(f"({SUBSCRIBE.replace('KEY', DEVICE_KEY)})()")
    page = settled(visitor)
    page.get_by_role("button", name="Notify me on this device").click()
    page.get_by_text("This device is told of alerts").wait_for()
    key = page.evaluate("fetch('api/notifications/pubkey').then((reply) => reply.json())")
    assert page.evaluate("subscribedTo") == key
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("This device is not told of alerts").wait_for()


def test_a_page_says_when_the_server_is_out_of_reach_and_nothing_private_is_kept(visitor):
    worker = Worker(visitor)
    visitor.open("/alerts")
    kept = worker.itself.evaluate(
        "async () => (await (await caches.open('shell-1')).keys()).map(({ url }) => new URL(url).pathname)"
    )
    assert {path.split("/")[1] for path in kept} == {"offline", "static"}
    visitor.context.set_offline(True)
    visitor.page.goto("/alerts")
    assert visitor.page.get_by_role("heading", name="be reached").is_visible()
    visitor.context.set_offline(False)
