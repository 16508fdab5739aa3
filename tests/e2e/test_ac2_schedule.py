"""AC2 in the browser: a schedule's runs appear by themselves, under its own endpoint.

The page was opened before the first fire and is never loaded again.
"""

from playwright.sync_api import expect

from tests.acceptance.api import Api
from tests.e2e.conftest import Watched
from tests.e2e.world import World

# the page's own pace while nothing is under way, and a busy machine
SOON_MS = 30_000


def test_runs_appear_in_the_page_that_is_open(watched: Watched, two_fires: list[str]) -> None:
    rows = watched.page.get_by_test_id("run-row")
    for run_id in two_fires:
        row = rows.and_(watched.page.locator(f"[data-run-id='{run_id}']"))
        expect(row).to_have_attribute("data-endpoint-id", watched.ticking.id, timeout=SOON_MS)
        expect(row).to_have_attribute("data-status", "SUCCEEDED", timeout=SOON_MS)
    others = watched.page.locator(f":not([data-endpoint-id='{watched.ticking.id}'])")
    expect(rows.and_(others)).to_have_count(0)


def test_no_other_endpoint_got_one(two_fires: list[str], world: World, api: Api) -> None:
    for bystander in (world.shop, world.notes):
        assert api.runs(endpointId=bystander.id, trigger="SCHEDULE") == []
