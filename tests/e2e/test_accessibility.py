"""axe-core finds nothing on what a page shows when it is asked to, in either colour scheme."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import NewContext
from tests.e2e.looking import violations
from tests.e2e.world import World, collection_row, open_page


def delete_endpoint(page: Page, world: World) -> Locator:
    open_page(page, world.paths["endpoint"])
    page.get_by_role("button", name="Delete").click()
    return page.get_by_role("dialog").get_by_role("button", name="Delete endpoint")


def delete_collection(page: Page, world: World) -> Locator:
    more_about_collection(page, world).click()
    return page.get_by_role("dialog").get_by_role("button", name="Delete")


def edit_schedule(page: Page, world: World) -> Locator:
    more_about_collection(page, world)
    page.get_by_role("menuitem", name="Edit schedule").click()
    page.get_by_role("dialog").get_by_label("How often").click()
    page.get_by_role("option", name="Every day").click()
    return page.get_by_test_id("schedule-preview").get_by_role("listitem").last


def more_about_collection(page: Page, world: World) -> Locator:
    open_page(page, "/collections?search=Shop")
    collection_row(page, world.shop).get_by_role("button", name="More about").click()
    return page.get_by_role("menuitem", name="Delete collection")


def choose_a_status(page: Page, world: World) -> Locator:
    open_page(page, "/collections")
    page.get_by_test_id("runs-filter-status").click()
    return page.get_by_role("option", name="Failed", exact=True)


def create_token(page: Page, world: World) -> Locator:
    open_page(page, "/settings")
    page.get_by_role("button", name="Create token").click()
    return page.get_by_role("dialog").get_by_role("textbox", name="Name")


def look_at_a_run(page: Page, world: World) -> Locator:
    open_page(page, f"/collections?run={world.failed_run}")
    return page.get_by_role("dialog").get_by_test_id("run-failure")


def who_is_signed_in(page: Page, world: World) -> Locator:
    open_page(page, "/")
    page.get_by_role("button", name="Signed in as").click()
    return page.get_by_role("menuitem", name="Sign out")


def search(page: Page, world: World) -> Locator:
    open_page(page, "/")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("textbox").fill("orders")
    return page.get_by_role("dialog").get_by_text("public.orders").first


WHAT_OPENS: list[Callable[[Page, World], Locator]] = [
    delete_endpoint,
    delete_collection,
    edit_schedule,
    more_about_collection,
    choose_a_status,
    create_token,
    look_at_a_run,
    who_is_signed_in,
    search,
]


@pytest.mark.parametrize("opened", WHAT_OPENS, ids=lambda opened: opened.__name__)
def test_what_opens_above_a_page_is_accessible(
    opened: Callable[[Page, World], Locator], page: Page, world: World
) -> None:
    expect(opened(page, world)).to_be_visible()
    expect(page.get_by_test_id("state-loading")).to_have_count(0)
    assert violations(page) == []


def test_signing_in_is_accessible(new_context: NewContext) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="single sign-on")).to_be_visible()
    assert violations(page) == []


def test_the_tabs_of_an_endpoint_are_accessible(page: Page, world: World) -> None:
    open_page(page, world.paths["endpoint"])
    for name in ("Runs", "Datasets", "Changes"):
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel").locator("table, [data-testid=state-empty]").first).to_be_visible()
        assert violations(page) == [], name
