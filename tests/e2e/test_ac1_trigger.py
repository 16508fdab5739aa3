"""AC1 in the browser: the Trigger button on A's card shows a new run under A, none under B."""

from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import World, card, open_page, run_ids, run_row, settled, toast


def test_the_trigger_button_on_a_card_runs_that_endpoint_only(page: Page, api: Api, world: World) -> None:
    a, b = world.shop, world.notes
    before_a, before_b = run_ids(api, a), run_ids(api, b)

    open_page(page, "/endpoints")
    card(page, a).get_by_test_id("endpoint-trigger").click()
    expect(toast(page, "Shop")).to_be_visible()
    (run_id,) = run_ids(api, a) - before_a
    api.finished(run_id)
    expect(card(page, a).get_by_test_id("endpoint-run-chip")).to_have_attribute("data-status", "SUCCEEDED")

    open_page(page, f"/endpoints/{a.id}")
    page.get_by_role("tab", name="Runs").click()
    expect(run_row(page, run_id)).to_have_attribute("data-endpoint-id", a.id)
    expect(page.get_by_test_id("run-row")).to_have_count(len(before_a) + 1)
    open_page(page, f"/endpoints/{b.id}")
    page.get_by_role("tab", name="Runs").click()
    settled(page)
    expect(page.get_by_test_id("run-row")).to_have_count(len(before_b))
    expect(run_row(page, run_id)).to_have_count(0)
