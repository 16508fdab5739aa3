"""A Muster that knows nothing yet says so on every page, and leads to the first registration."""

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import open_page


@pytest.fixture(autouse=True)
def _nothing_is_registered(api: Api) -> None:
    assert api.ask("{ endpoints { id } }") == []


def test_every_list_says_so(page: Page) -> None:
    for path in ("/endpoints", "/collections", "/catalog", "/changes"):
        open_page(page, path)
        expect(page.get_by_test_id("state-empty").first, path).to_be_visible()


def test_it_leads_to_registering(page: Page) -> None:
    for path in ("/", "/endpoints"):
        open_page(page, path)
        page.get_by_role("main").locator("a, button").filter(has_text="Register").first.click()
        expect(page, path).to_have_url("/endpoints/new")
