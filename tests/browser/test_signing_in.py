"""Who comes to the page for the first time."""

import pytest

pytestmark = pytest.mark.slow


def test_a_stranger_is_asked_to_sign_in_and_led_to_the_page_they_wanted(visit, home):
    visitor = visit()
    visitor.page.goto("/alerts?camera=stage")
    visitor.sign_in(password="not the password")
    assert visitor.page.get_by_role("alert").is_visible()
    visitor.sign_in()
    visitor.page.wait_for_url(f"{home.url}/alerts?camera=stage")
