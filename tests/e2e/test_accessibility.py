"""axe-core finds nothing on any page, in either colour scheme."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core.config import REPO_ROOT
from tests.e2e.world import PAGES, World, open_page, settled

AXE = (REPO_ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text
# what moves has the colours of no state: all of it is looked at when it has come to rest
AT_REST = """Promise.all(document.getAnimations()
    .filter(animation => animation.effect.getTiming().iterations < 99)
    .map(animation => animation.finished))"""
# GraphiQL's own tabs hold the button that closes them, which axe-core rightly dislikes
FOUND = """async () => (await axe.run({exclude: ['.graphiql-tab']})).violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.html} ${node.failureSummary}`))"""


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, in both colour schemes."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE(encoding="utf-8"))
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.evaluate(AT_REST)
        seen: list[Any] = page.evaluate(FOUND)
        found += [f"{scheme}: {violation}" for violation in seen]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(name: str, page: Page, world: World) -> None:
    open_page(page, world.paths[name])
    assert violations(page) == []


def test_signing_in_is_accessible(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("tab", ["Runs", "Datasets", "Changes"])
def test_the_tabs_of_an_endpoint_are_accessible(tab: str, page: Page, world: World) -> None:
    open_page(page, world.paths["endpoint"])
    page.get_by_role("tab", name=tab).click()
    settled(page)
    assert violations(page) == []


def test_the_search_is_accessible(page: Page, world: World) -> None:
    open_page(page, "/")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("textbox").fill("orders")
    expect(page.get_by_role("dialog").get_by_text("orders").first).to_be_visible()
    assert violations(page) == []
