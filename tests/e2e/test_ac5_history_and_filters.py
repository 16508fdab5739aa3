"""AC5: the Collections page shows accurate history; its filters narrow it and survive a reload."""

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import World, open_page, run_row, settled


def rows(page: Page) -> Locator:
    return page.get_by_test_id("run-row")


def rows_without(page: Page, attribute: str, value: str) -> Locator:
    return rows(page).and_(page.locator(f":not([{attribute}='{value}'])"))


def test_runs_are_listed_with_name_status_and_times(page: Page, world: World, api: Api) -> None:
    run = api.run(world.failed_run)
    open_page(page, "/collections")
    row = run_row(page, world.failed_run)
    expect(row).to_have_attribute("data-status", "FAILED")
    expect(row).to_have_attribute("data-endpoint-id", world.broken.id)
    expect(row).to_contain_text("Ledger")
    expect(row).to_contain_text("Failed")
    for moment in ("requestedAt", "startedAt", "completedAt"):
        shown = row.locator("time")
        moments = shown.evaluate_all("times => times.map(time => Date.parse(time.dateTime))")
        expected = page.evaluate("moment => Date.parse(moment)", run[moment])
        assert expected in moments, moment


def test_filters_narrow_and_survive_reload_and_back(page: Page, world: World) -> None:
    open_page(page, "/collections")
    page.get_by_test_id("runs-filter-endpoint").fill("ledg")
    page.get_by_role("option", name="Ledger").click()
    expect(rows_without(page, "data-endpoint-id", world.broken.id)).to_have_count(0)
    expect(rows(page)).to_have_count(2)
    page.get_by_test_id("runs-filter-status").click()
    page.get_by_role("option", name="Failed", exact=True).click()
    expect(rows(page)).to_have_count(1)
    expect(run_row(page, world.failed_run)).to_be_visible()

    page.reload()
    settled(page)
    expect(rows(page)).to_have_count(1)
    expect(run_row(page, world.failed_run)).to_be_visible()

    page.go_back()
    expect(rows(page)).to_have_count(2)
    expect(rows_without(page, "data-endpoint-id", world.broken.id)).to_have_count(0)


def test_a_filter_that_nothing_matches_says_so(page: Page, world: World) -> None:
    open_page(page, f"/collections?endpoint={world.notes.id}&status=CANCELED")
    expect(page.get_by_test_id("state-empty")).to_be_visible()
    expect(rows(page)).to_have_count(0)


def test_a_run_leads_to_its_detail_and_on_to_the_endpoint(page: Page, world: World) -> None:
    open_page(page, "/collections")
    run_row(page, world.failed_run).get_by_role("link").first.click()
    detail = page.get_by_test_id("run-detail")
    expect(detail).to_be_visible()
    expect(detail).to_contain_text("E_")
    page.get_by_test_id("run-detail-endpoint-link").click()
    expect(page).to_have_url(f"/endpoints/{world.broken.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ledger")
