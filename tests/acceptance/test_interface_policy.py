"""The built interface keeps to the strictest policy that a browser enforces, in both colour schemes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stack import RunningStack


@pytest.fixture(params=["light", "dark"])
def page(stack: RunningStack, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Signed in by the form, in one of the colour schemes."""
    page = browser.new_page(color_scheme=request.param)
    page.goto(f"{stack.url}/settings?of=5")
    page.get_by_label("Token").first.fill(stack.token)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    yield page
    page.close()


def test_nothing_in_it_breaks_the_policy(page: Page, stack: RunningStack) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.reload()
    expect(page).to_have_url(f"{stack.url}/settings?of=5")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("textbox", name="Search everything")).to_be_focused()
    assert complaints == []


def test_its_own_style_elements_are_applied_and_those_of_others_are_not(page: Page) -> None:
    color = page.evaluate("getComputedStyle(document.body).getPropertyValue('--muster-line')")
    assert color.startswith("#")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(
            "document.head.append(Object.assign(document.createElement('style'), {innerText: '* {top: 0}'}))"
        )
