"""The catalog: narrowed by its facets, searched with the reason for each hit, and as it stood at a moment."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import World, open_page, settled

BEFORE_ALL = "2001-01-01T00:00:00.000Z"


def facet(page: Page, name: str, value: str) -> Locator:
    """A value of a facet, with its count."""
    values = page.get_by_test_id("facet-value").and_(page.locator(f"[data-facet='{name}']"))
    return values.and_(page.locator(f"[data-value='{value}']"))


def rows(page: Page) -> Locator:
    return page.get_by_test_id("dataset-row")


def test_facets_count_and_narrow_and_survive_a_reload(page: Page, world: World) -> None:
    open_page(page, "/catalog")
    facet(page, "Endpoint", world.shop.id).click()
    expect(facet(page, "Kind", "TABLE")).to_have_accessible_name("Kind Table 2 datasets")
    expect(facet(page, "Schema", "public")).to_contain_text("3")
    facet(page, "Kind", "VIEW").press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("public.latest_orders")
    # the other kinds are counted as if none had been chosen
    expect(facet(page, "Kind", "TABLE")).to_contain_text("2")
    page.reload()
    settled(page)
    expect(rows(page)).to_have_count(1)
    expect(facet(page, "Kind", "VIEW")).to_have_attribute("aria-pressed", "true")
    facet(page, "Kind", "VIEW").click()
    expect(rows(page)).to_have_count(3)
    page.go_back()
    expect(rows(page)).to_have_count(1)


def test_what_a_link_chose_stays_listed_though_nothing_has_it(page: Page, world: World) -> None:
    open_page(page, f"/catalog?endpoint={world.shop.id}&schema=gone")
    expect(page.get_by_test_id("state-empty")).to_be_visible()
    expect(facet(page, "Schema", "gone")).to_have_accessible_name("Schema gone 0 datasets")
    facet(page, "Schema", "gone").click()
    expect(rows(page)).to_have_count(3)


def test_a_hit_says_which_column_it_was_found_by(page: Page, world: World) -> None:
    open_page(page, f"/catalog?q=customer_id&endpoint={world.shop.id}")
    # others may be found too, by names that are spelled much like it
    match = rows(page).filter(has_text="public.orders").get_by_test_id("match")
    expect(match).to_have_attribute("data-field", "COLUMN")
    expect(match.locator("mark")).to_have_text("customer_id")
    match.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/catalog/{world.orders}.*column=customer_id"))


def test_a_comment_is_marked_where_it_was_found(page: Page, world: World) -> None:
    open_page(page, f"/catalog?q=each%20order&endpoint={world.shop.id}")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).locator("mark", has_text="each order")).to_be_visible()


def test_markup_in_a_search_is_a_text(page: Page, world: World) -> None:
    open_page(page, "/catalog?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.get_by_test_id("state-empty")).to_contain_text("No datasets match")
    expect(page.locator("main img")).to_have_count(0)


def test_the_catalog_as_of_a_moment_says_so_and_leads_back(page: Page, world: World) -> None:
    open_page(page, f"/catalog?endpoint={world.shop.id}")
    expect(rows(page)).to_have_count(3)
    open_page(page, f"/catalog?asOf={BEFORE_ALL}")
    expect(page.get_by_test_id("as-of-banner")).to_contain_text("2001")
    expect(page.get_by_test_id("state-empty")).to_contain_text("No datasets at this moment")
    expect(page.get_by_label("Show removed")).to_have_count(0)
    page.get_by_test_id("as-of-banner").get_by_role("button", name="Back to now").click()
    expect(page.get_by_test_id("as-of-banner")).to_have_count(0)
    expect(rows(page).first).to_be_visible()


def test_phones_fold_the_facets(page: Page, world: World) -> None:
    open_page(page, "/catalog")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(facet(page, "Endpoint", world.shop.id)).to_be_hidden()
    page.get_by_role("button", name="Facets").click()
    facet(page, "Endpoint", world.shop.id).click()
    expect(rows(page)).to_have_count(3)
    expect(page.get_by_role("button", name="Facets (1)")).to_be_visible()


@pytest.mark.parametrize("query", ["", "?q=customer_id", f"?asOf={BEFORE_ALL}"])
def test_it_fits_and_is_accessible(query: str, page: Page, world: World) -> None:
    open_page(page, f"/catalog{query}")
    for width in (360, 1024, 1440):
        fits_into(page, width)
        assert outside(page) == [], f"at {width} px"
    assert violations(page) == []
