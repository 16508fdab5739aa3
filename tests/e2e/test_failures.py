"""What a browser shows while something does not answer, and that it recovers by itself."""

from playwright.sync_api import Page, StorageState, expect

from tests.e2e.conftest import NewContext
from tests.e2e.world import World, open_page


def test_a_server_that_is_gone_is_said_and_waited_for(
    new_context: NewContext, admin_state: StorageState, world: World
) -> None:
    context = new_context(storage_state=admin_state)
    page = context.new_page()
    page.clock.install()
    open_page(page, "/endpoints")
    cards = page.get_by_test_id("endpoint-card")
    known = cards.count()

    context.set_offline(True)
    page.clock.fast_forward("00:20")
    expect(page.get_by_test_id("connection-lost")).to_be_visible()
    expect(page.get_by_role("button", name="Retry now")).to_be_visible()
    expect(cards).to_have_count(known)

    context.set_offline(False)
    page.clock.fast_forward("00:05")
    expect(page.get_by_test_id("connection-lost")).to_have_count(0)


def test_what_is_not_there_says_so_with_its_code(page: Page) -> None:
    page.goto("/runs/00000000-0000-7000-8000-000000000000")
    expect(page.get_by_test_id("state-error")).to_have_attribute("data-code", "E_RUN_NOT_FOUND")
