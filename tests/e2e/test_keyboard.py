"""Triggering and registering without a mouse."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import World, card, open_page, run_ids, toast
from tests.sources import sqlite_file

MOST_TABS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that the focus shows."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            shown = target.evaluate(
                "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).borderColor]"
            )
            assert shown != ["none", ""], "the focus cannot be seen"
            return
    raise AssertionError(f"not reached within {MOST_TABS} tabs")


def test_the_first_tab_leads_past_the_navigation(page: Page, world: World) -> None:
    open_page(page, "/endpoints")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_triggering(page: Page, api: Api, world: World) -> None:
    before = run_ids(api, world.notes)
    open_page(page, "/endpoints")
    tab_to(page, card(page, world.notes).get_by_test_id("endpoint-trigger"))
    page.keyboard.press("Enter")
    expect(toast(page, "Notes")).to_be_visible()
    (run_id,) = run_ids(api, world.notes) - before
    assert api.finished(run_id)["status"] == "SUCCEEDED"


def test_the_search_leads_to_a_dataset(page: Page, world: World) -> None:
    open_page(page, "/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("orders")
    # what was found for the beginning of a word stays until there is an answer for all of it
    answered = page.get_by_role("dialog").locator("[aria-busy='false']")
    expect(answered.get_by_text("public.orders").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("orders")


def test_registering(page: Page, file_root: Path, world: World) -> None:
    path = sqlite_file(file_root / "keyboard.db", "CREATE TABLE keys (id INTEGER PRIMARY KEY)")
    open_page(page, "/endpoints")
    tab_to(page, page.get_by_role("main").get_by_role("button", name="Register"))
    page.keyboard.press("Enter")
    connector = page.locator("[data-connector=sqlite]")
    expect(connector).to_be_visible()
    tab_to(page, connector)
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_visible()
    for field, text in ((page.get_by_role("textbox", name="Path"), str(path)), (name, "By keyboard")):
        tab_to(page, field)
        page.keyboard.type(text)
    tab_to(page, page.get_by_role("button", name="Test connection"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("connection-test")).to_have_attribute("data-result", "passed")
    tab_to(page, page.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("By keyboard")
