"""AC6 in the browser: after disabling or deleting a collection nothing runs, and its history stays."""

from playwright.sync_api import Page, expect

from tests.acceptance.api import Api, until
from tests.e2e.conftest import Watched
from tests.e2e.test_ac2_schedule import NEXT_FIRE_MS
from tests.e2e.world import card, collection_row, open_page, run_ids, run_row, toast


def test_a_disabled_collection_runs_no_more_and_says_why(page: Page, api: Api, watched: Watched) -> None:
    endpoint = watched.to_disable
    open_page(page, "/collections")
    row = collection_row(page, endpoint)
    row.get_by_test_id("collection-enabled").click()
    expect(toast(page, "disabled")).to_be_visible()
    expect(row).to_have_attribute("data-schedule-state", "PAUSED")
    before = run_ids(api, endpoint)

    open_page(page, "/endpoints")
    trigger = card(page, endpoint).get_by_test_id("endpoint-trigger")
    expect(trigger).to_be_disabled()
    trigger.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("disabled")

    wait_for_the_next_fire(api, watched)
    assert run_ids(api, endpoint) == before


def test_a_deleted_collection_is_gone_and_its_runs_stay(page: Page, api: Api, watched: Watched) -> None:
    endpoint = watched.to_delete
    before = run_ids(api, endpoint)
    open_page(page, f"/collections?endpoint={endpoint.id}")
    row = collection_row(page, endpoint)
    row.get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name="Delete collection").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(toast(page, "deleted")).to_be_visible()
    expect(row).to_have_count(0)
    for run_id in before:
        expect(run_row(page, run_id)).to_be_visible()
    expect(page.get_by_test_id("run-row")).to_have_count(len(before))


def wait_for_the_next_fire(api: Api, watched: Watched) -> None:
    """Wait until the schedule beside it, with the same cron, has fired once more."""
    before = run_ids(api, watched.ticking)
    until(lambda: run_ids(api, watched.ticking) - before, NEXT_FIRE_MS / 1000, "the next fire")
