"""The address that `make run` prints, opened in a real browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.stack import RunningStack

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = [path for name in NAMES if (path := shutil.which(name))]
    assert found, "no Chromium on the PATH: tests/system_packages.py installs it or says how"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0], args=["--no-sandbox"])
        yield browser
        browser.close()


def test_it_says_what_this_is_and_where_the_api_is(stack: RunningStack, browser: Browser) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))

    page.goto(stack.url)

    assert "Muster" in page.title()
    assert page.get_by_role("heading", name="Muster").is_visible()
    assert page.get_by_text("/graphql").first.is_visible()
    assert complaints == []
