"""The camera's own stream in the page: real media, from a server that the browser never asks."""

import pytest
from playwright.sync_api import expect

from tests.browser.media_server import HEIGHT, WIDTH

pytestmark = pytest.mark.slow

PLAYS = """(least) => {
    const video = document.querySelector("video");
    return video && video.currentTime > 0 && video.getVideoPlaybackQuality().totalVideoFrames >= least
        && [video.videoWidth, video.videoHeight];
}"""
"""The size of the film, once that many pictures of it were shown."""
FILLS = """() => {
    const { width, height } = document.querySelector("video").getBoundingClientRect();
    const part = Math.max(width / innerWidth, height / innerHeight);
    return document.fullscreenElement?.id === "camera-list" && part > 0.95;
}"""


@pytest.fixture
def running(media):
    media.asked.clear()
    media.start()
    yield media
    if media.is_running:
        media.stop()


@pytest.fixture
def button(visitor):
    page = visitor.open("/cameras/stage")
    return page.get_by_role("button", name="Full motion")


def shown(page, pictures):
    return page.wait_for_function(PLAYS, arg=pictures, timeout=20_000).json_value()


def test_webrtc_plays_fills_the_screen_and_gives_way_to_pictures_when_its_server_goes(
    visitor, button, running
):
    page = visitor.page
    reached = []
    page.on("request", lambda request: reached.append(request.url))
    button.click()
    assert shown(page, 20) == [WIDTH, HEIGHT]
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function(FILLS)
    page.evaluate("document.exitFullscreen()")
    assert running.asked == ["http /api/webrtc?src=stage%20main"]
    assert all(url.startswith(visitor.home.url) for url in reached)
    running.stop()
    expect(page.locator("#notice")).to_contain_text("The full-motion stream has ended", timeout=20_000)
    expect(page.locator("video")).to_have_count(0)
    expect(page.locator("#camera-list canvas")).to_be_visible()
    button.click()
    expect(page.locator("#notice")).to_contain_text("can\u2019t be played here")


def test_where_webrtc_does_not_come_through_the_film_comes_over_a_websocket(visitor, button, running):
    running.webrtc = False
    page = visitor.page
    button.click()
    assert shown(page, 20) == [WIDTH, HEIGHT]
    assert running.asked[-1] == "websocket /api/ws?src=stage%20main"
    button.click()
    expect(page.locator("video")).to_have_count(0)
    running.webrtc = True
