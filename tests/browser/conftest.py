"""A real browser in front of the real program.

`home` is shared by all tests: they leave it as it was, or make one of their own with `new_home`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.home import STAGE, STREET, Home, furnished
from tests.browser.media_server import MediaServer
from tests.browser.visitor import Visitor
from tests.capture.servers import RtspServer
from tests.e2e.stage import write_clip
from tests.e2e.vlm import SeeingModel, seeing_model

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--allow-loopback-in-peer-connection",  # the media server of the tests is on this machine
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For a module: Playwright's loop must not run beside the tests of other packages."""
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def streams(tmp_path_factory, street_clip) -> Iterator[RtspServer]:
    clips = tmp_path_factory.mktemp("clips")
    write_clip(clips / STAGE)
    shutil.copy(street_clip, clips / STREET)
    server = RtspServer(clips)
    yield server
    server.kill()


@pytest.fixture(scope="session")
def eyes() -> Iterator[SeeingModel]:
    with seeing_model() as model:
        yield model


@pytest.fixture(scope="session")
def media() -> MediaServer:
    """Who has the stage in full motion, once somebody starts it."""
    return MediaServer()


@pytest.fixture(scope="session")
def new_home(tmp_path_factory, yolov8n_weights, streams, eyes, media) -> Iterator[Callable[..., Home]]:
    """Make a home that is not started yet; `change(document)` edits its configuration."""
    homes: list[Home] = []

    def make(change: Callable[[dict[str, Any]], None] = lambda document: None) -> Home:
        def configure(data_dir: Path, web_port: int) -> dict[str, Any]:
            document = furnished(streams, eyes, media.url)(data_dir, web_port)
            change(document)
            return document

        homes.append(Home(tmp_path_factory.mktemp("home"), configure))
        return homes[-1]

    yield make
    for home in homes:
        if home.is_running:
            home.kill()


@pytest.fixture(scope="session")
def home(new_home) -> Home:
    """Running, its camera online."""
    home: Home = new_home()
    home.move_in()
    return home


@pytest.fixture(scope="module")
def admin(browser, home) -> Any:
    """The state of a browser in which the admin of `home` is signed in."""
    visitor = Visitor(browser, home)
    visitor.page.goto("/")
    visitor.sign_in()
    visitor.page.wait_for_url(home.url + "/")
    state = visitor.context.storage_state()
    visitor.leave()
    return state


@pytest.fixture
def visit(browser, home) -> Iterator[Callable[..., Visitor]]:
    """Come as a visitor, see `Visitor`; afterwards, nothing may have gone wrong in the browser."""
    visitors: list[Visitor] = []

    def come(where: Home = home, **how: Any) -> Visitor:
        visitors.append(Visitor(browser, where, **how))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()
    assert [visitor.problems for visitor in visitors] == [[] for _ in visitors]


@pytest.fixture
def visitor(visit, admin) -> Visitor:
    """The admin, signed in, at a desk."""
    come: Visitor = visit(state=admin)
    return come
