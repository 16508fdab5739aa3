"""Ten thousand endpoints and a million runs feel like ten: the server pages, searches and filters."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.crowd import ENDPOINTS, RUNS, fill
from tests.e2e.parts import Parts
from tests.e2e.world import open_page

ENDPOINTS_A_PAGE = 24
RUNS_A_PAGE = 25
MOST_OPTIONS = 50
MOST_LANES_DRAWN = 60


@pytest.fixture(scope="module")
def _crowd(parts: Parts) -> None:
    fill(parts.database_url)


pytestmark = pytest.mark.usefixtures("_crowd")


def pages_of(page: Page, noun: str) -> Locator:
    """Where one stands in a list: “1–24 of 10,000 endpoints”."""
    return page.get_by_role("navigation", name=f"Pages of {noun}")


def runs_other_than(page: Page, attribute: str, value: str) -> Locator:
    return page.get_by_test_id("run-row").and_(page.locator(f":not([{attribute}='{value}'])"))


def test_endpoints(page_of_parts: Page) -> None:
    page = page_of_parts
    open_page(page, "/endpoints")
    cards = page.get_by_test_id("endpoint-card")
    expect(pages_of(page, "endpoints")).to_contain_text(re.compile(r"1–24 of 10,\d{3} endpoints"))
    expect(cards).to_have_count(ENDPOINTS_A_PAGE)
    pages_of(page, "endpoints").get_by_role("button", name="Next").click()
    expect(pages_of(page, "endpoints")).to_contain_text("25–48 of")
    expect(cards).to_have_count(ENDPOINTS_A_PAGE)

    page.get_by_role("main").get_by_label("Search", exact=True).fill("Source 04711")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Source 04711")
    page.get_by_role("main").get_by_label("Search", exact=True).fill("")
    page.get_by_role("combobox", name="Labels").fill("team-7")
    page.get_by_role("option", name="team-7", exact=True).click()
    expect(pages_of(page, "endpoints")).to_contain_text(f"1–24 of {ENDPOINTS // 100} endpoints")


def test_runs(page_of_parts: Page) -> None:
    page = page_of_parts
    open_page(page, "/collections")
    rows = page.get_by_test_id("run-row")
    expect(pages_of(page, "runs")).to_contain_text(re.compile(r"1–25 of 1,\d{3},\d{3} runs"))
    expect(rows).to_have_count(RUNS_A_PAGE)
    pages_of(page, "runs").get_by_role("button", name="Next").click()
    expect(pages_of(page, "runs")).to_contain_text("26–50 of")

    page.get_by_test_id("runs-filter-status").click()
    page.get_by_role("option", name="Failed", exact=True).click()
    expect(runs_other_than(page, "data-status", "FAILED")).to_have_count(0)
    expect(rows).to_have_count(RUNS_A_PAGE)
    page.get_by_test_id("runs-filter-endpoint").fill("source 004")
    options = page.get_by_role("option").filter(has_text="Source 004")
    expect(options.first).to_be_visible()
    expect(options.nth(MOST_OPTIONS)).to_have_count(0)
    page.get_by_test_id("runs-filter-endpoint").fill("source 00420")
    page.get_by_role("option", name="Source 00420").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Source 00420")
    page.get_by_role("button", name="Reset filters").click()
    expect(pages_of(page, "runs")).to_contain_text(re.compile(r"1–25 of 1,\d{3},\d{3} runs"))


def test_overview_and_search(page_of_parts: Page) -> None:
    page = page_of_parts
    open_page(page, "/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"10,\d{3}"))
    expect(page.get_by_role("main").get_by_role("row").nth(MOST_LANES_DRAWN)).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("textbox").fill("Source 09999")
    page.get_by_role("dialog").get_by_text("Source 09999").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Source 09999")
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_test_id("run-row").first).to_be_visible()
    assert RUNS // ENDPOINTS > RUNS_A_PAGE
