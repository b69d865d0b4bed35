"""A person at the page: a tab of a real browser, and what is noticed there."""

import os
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.home import ADMIN, Home

DESKTOP, PHONE = (1440, 900), (390, 844)
LOOKS: tuple[tuple[tuple[int, int], Literal["light", "dark"]], ...] = (
    (DESKTOP, "light"),
    (PHONE, "dark"),
    (DESKTOP, "dark"),
    (PHONE, "light"),
)
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
KEEP_SCREENSHOTS = "FRIGATE_EXT_SCREENSHOTS"
"""Set, the tests write the pictures of docs/screenshots."""
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def keeps_screenshots() -> bool:
    return KEEP_SCREENSHOTS in os.environ


class Visitor:
    """One browser context with one tab. `problems` are errors of scripts and broken security rules."""

    def __init__(
        self,
        browser: Browser,
        home: Home,
        *,
        size: tuple[int, int] = DESKTOP,
        scheme: Literal["light", "dark"] = "light",
        state: Any = None,
    ) -> None:
        """`state` is somebody's `storage_state`, who is signed in."""
        self.home = home
        self.context = browser.new_context(
            base_url=home.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            storage_state=state,
            has_touch=size == PHONE,
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)
        self._suffix = f"{size[0]}-{scheme}"

    def wear(self, size: tuple[int, int], scheme: Literal["light", "dark"]) -> None:
        """See the same page on another screen, by day or by night."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self._suffix = f"{size[0]}-{scheme}"

    def check_looks(self, name: str) -> None:
        """Page and navigation fit each screen, and axe finds nothing; a picture is kept if asked for."""
        looks = LOOKS if keeps_screenshots() else LOOKS[:2]
        for size, scheme in looks:
            self.wear(size, scheme)
            self.picture(name)
            for link in self.page.get_by_role("navigation").get_by_role("link").all():
                expect(link).to_be_in_viewport(ratio=1)
            assert self.overflow() == 0, (size, scheme)
            assert self.faults() == [], (size, scheme)

    def sign_in(self, user: str = ADMIN, password: str | None = None) -> None:
        """On the page that asks for it."""
        self.page.get_by_label("User").fill(user)
        self.page.get_by_label("Password").fill(password or self.home.password)
        self.page.get_by_role("button", name="Sign in").click()

    def open(self, path: str = "/") -> Page:
        """Open a page, and wait until its script has filled it."""
        self.page.goto(path)
        expect(self.page.locator("main")).not_to_have_attribute("aria-busy", "true")
        return self.page

    def faults(self) -> list[str]:
        """What axe finds serious or critical."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE)
        found = self.page.evaluate("options => axe.run(options)", _RULES)["violations"]
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    def overflow(self) -> int:
        """Pixels that the page is wider than the screen."""
        wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide

    def picture(self, name: str) -> None:
        """Keep what the screen shows as `name-390-dark.webp`, if asked to."""
        if keeps_screenshots():
            SCREENSHOTS.mkdir(exist_ok=True)
            self.page.wait_for_load_state("networkidle")
            pixels = cv2.imdecode(np.frombuffer(self.page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
            path = SCREENSHOTS / f"{name}-{self._suffix}.webp"
            cv2.imwrite(str(path), pixels, [cv2.IMWRITE_WEBP_QUALITY, 75])

    def leave(self) -> None:
        self.context.close()

    def _note(self, message: ConsoleMessage) -> None:
        answered = message.text.startswith("Failed to load resource")  # an answer, not a fault of the script
        if message.type == "error" and not answered:
            self.problems.append(message.text)
