"""A Muster that knows nothing yet says so on every page, and leads to the first registration."""

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import open_page


@pytest.fixture(autouse=True)
def _nothing_is_registered(api: Api) -> None:
    assert api.ask("{ endpoints { id } }") == []


@pytest.mark.parametrize("path", ["/endpoints", "/collections", "/catalog", "/changes"])
def test_a_list_without_anything_says_so(path: str, page: Page) -> None:
    open_page(page, path)
    expect(page.get_by_test_id("state-empty").first).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/endpoints"])
def test_it_leads_to_registering(path: str, page: Page) -> None:
    open_page(page, path)
    page.get_by_role("main").locator("a, button").filter(has_text="Register").first.click()
    expect(page).to_have_url("/endpoints/new")
