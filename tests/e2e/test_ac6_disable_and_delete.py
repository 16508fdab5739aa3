"""AC6 in the browser: after disabling or deleting a collection nothing runs, and its history stays."""

from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint
from tests.e2e.conftest import Stopped
from tests.e2e.world import card, collection_row, open_page, run_ids, run_row


def test_a_disabled_collection_says_why_it_cannot_be_triggered(page: Page, stopped: Stopped) -> None:
    open_page(page, "/endpoints")
    trigger = card(page, stopped.disabled).get_by_test_id("endpoint-trigger")
    expect(trigger).to_be_disabled()
    trigger.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("disabled")


def test_a_deleted_collection_is_gone_and_its_runs_stay(page: Page, api: Api, stopped: Stopped) -> None:
    kept = run_ids(api, stopped.deleted)
    open_page(page, f"/collections?endpoint={stopped.deleted.id}")
    expect(page.get_by_test_id("run-row")).to_have_count(len(kept))
    for run_id in kept:
        expect(run_row(page, run_id)).to_be_visible()
    expect(collection_row(page, stopped.deleted)).to_have_count(0)


def test_neither_runs_when_the_one_beside_them_does(two_fires: list[str], api: Api, stopped: Stopped) -> None:
    """Two fires of a schedule with the same cron are two moments that the stopped ones let pass."""
    since = stopped.at.isoformat()
    endpoints: tuple[Endpoint, ...] = (stopped.disabled, stopped.deleted)
    for endpoint in endpoints:
        assert api.runs(endpointId=endpoint.id, trigger="SCHEDULE", **{"from": since}) == []
