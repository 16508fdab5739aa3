"""AC2 in the browser: a schedule's runs appear by themselves, under its own endpoint.

The page was opened before the first fire and is never loaded again.
"""

from playwright.sync_api import expect

from tests.acceptance.api import Api
from tests.e2e.conftest import Watched
from tests.e2e.world import World

# until the next full minute, the run, and the page's own pace while nothing is under way
NEXT_FIRE_MS = 60_000 + 10_000 + 15_000


def test_a_run_appears_in_the_page_that_is_open(watched: Watched, api: Api) -> None:
    rows = watched.page.get_by_test_id("run-row")
    expect(rows.first).to_be_visible(timeout=NEXT_FIRE_MS)
    expect(rows.first).to_have_attribute("data-endpoint-id", watched.ticking.id)
    expect(rows.first).to_have_attribute("data-status", "SUCCEEDED", timeout=NEXT_FIRE_MS)
    shown = rows.first.get_attribute("data-run-id")
    assert shown in {run["id"] for run in api.runs(endpointId=watched.ticking.id, trigger="SCHEDULE")}


def test_no_other_endpoint_got_one(watched: Watched, world: World, api: Api) -> None:
    expect(watched.page.get_by_test_id("run-row").first).to_be_visible(timeout=NEXT_FIRE_MS)
    for bystander in (world.shop, world.notes):
        assert api.runs(endpointId=bystander.id, trigger="SCHEDULE") == []
