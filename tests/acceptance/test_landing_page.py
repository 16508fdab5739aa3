"""What a browser shows while the web interface has not been built."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.raw_http import running_web


@dataclass
class Opened:
    """The page, and what the browser complained about: failed requests, breaches of its security policy."""

    page: Page
    complaints: list[str]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where Muster's pages are served without the interface."""
    with running_web("tests.raw_http:interface_app('/nonexistent')") as web:
        yield f"http://127.0.0.1:{web.port}"


@pytest.fixture
def opened(address: str, browser: Browser) -> Iterator[Opened]:
    opened = Opened(browser.new_page(), [])
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("requestfailed", lambda request: opened.complaints.append(request.url))
    opened.page.goto(address)
    yield opened
    opened.page.close()


def test_it_says_what_this_is_and_where_the_api_is(opened: Opened) -> None:
    page = opened.page
    assert "Muster" in page.title()
    assert page.get_by_role("heading", name="Muster").is_visible()
    assert page.get_by_text("/graphql").first.is_visible()
    assert opened.complaints == []


def test_its_style_is_applied(opened: Opened) -> None:
    weight = opened.page.locator("dt").first.evaluate("term => getComputedStyle(term).fontWeight")
    assert weight == "600"


@pytest.mark.parametrize(
    "breach",
    [
        "document.body.append(Object.assign(document.createElement('script'), {text: 'hacked = 1'}))",
        "document.body.append(Object.assign(document.createElement('style'), {innerText: '* {color: red}'}))",
        "document.body.setAttribute('onclick', 'hacked = 1'); document.body.click()",
        "document.body.append(Object.assign(document.createElement('img'), {src: 'http://192.0.2.1/x'}))",
        "fetch('http://192.0.2.1/').catch(() => {})",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: '/healthz'}))",
    ],
    ids=["script", "style", "handler", "picture", "request", "frame"],
)
def test_what_gets_into_it_is_not_run(breach: str, opened: Opened) -> None:
    with opened.page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        opened.page.evaluate(breach)
    assert opened.page.evaluate("typeof hacked") == "undefined"
