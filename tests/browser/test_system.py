"""How the program is, and being told on this very device."""

import json
import re

import pytest

from tests.browser.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.slow

ALERT = {
    "id": "1700000000.000-abcdef",
    "kind": "condition",
    "status": "unverified",
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


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_system_page_fits_and_is_readable(visit, admin, size, scheme):
    visitor = visit(size=size, scheme=scheme, state=admin)
    settled(visitor)
    assert visitor.faults() == []
    assert visitor.overflow() == 0
    visitor.picture("system")


def test_a_plot_has_its_numbers_as_a_table(visitor):
    page = settled(visitor)
    page.locator("label", has_text="Day").click()
    plot = page.locator("figure", has=page.get_by_role("heading", name="Looks"))
    plot.get_by_text("As a table").click()
    assert plot.locator("tbody tr").count() == 96


def test_the_log_follows_and_has_no_key(visitor, home):
    page = settled(visitor)
    text = page.locator("#log").inner_text()
    assert "ready" in text
    assert home.password not in text


class Worker:
    """The service worker of a page, as the browser's own tools reach it."""

    def __init__(self, visitor):
        visitor.context.grant_permissions(["notifications"])
        self.page = visitor.open("/system")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self._tools = visitor.context.new_cdp_session(self.page)
        self._id, self._tools_versions = "", []
        self._tools.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self._tools.send("ServiceWorker.enable")
        while not self._id:
            self.page.wait_for_timeout(20)

    def _note(self, event):
        self._id = event["registrations"][0]["registrationId"]

    def push(self, origin, message):
        self._tools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": self._id, "data": json.dumps(message)},
        )

    def shown(self, n=1):
        """The notifications that are there, once there are `n`."""
        return self.page.evaluate(
            """async (n) => {
                const worker = await navigator.serviceWorker.ready;
                for (;;) {
                    const all = await worker.getNotifications();
                    if (all.length >= n)
                        return all.map(({ title, body, tag, image, data }) => ({ title, body, tag, image, data }));
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
            }""",
            n,
        )


def test_a_push_is_shown_and_what_it_becomes_takes_its_place(visitor, home):
    worker = Worker(visitor)
    worker.push(home.url, ALERT)
    (shown,) = worker.shown()
    assert (shown["title"], shown["body"]) == ("Front stage: not verified yet", ALERT["text"])
    worker.push(home.url, {**ALERT, "status": "verified"})
    worker.page.wait_for_function(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications())[0]?.title === 'Front stage'"
    )
    assert len(worker.shown()) == 1
