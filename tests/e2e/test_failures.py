"""What a browser shows while something does not answer, and that it recovers by itself."""

import pytest
from playwright.sync_api import Locator, Page, StorageState, expect

from tests.acceptance.conftest import Endpoint
from tests.e2e.conftest import NewContext
from tests.e2e.parts import Parts
from tests.e2e.world import World, open_page
from tests.sources import sqlite_file

# longer than any page waits before it asks again
NEXT_LOOK = "00:20"


def banner(page: Page, service: str) -> Locator:
    """What the overview says of a part that is not there."""
    return page.get_by_test_id("service-banner").and_(page.locator(f"[data-service={service}]"))


@pytest.fixture
def waiting(parts: Parts) -> Endpoint:
    """An endpoint that could be collected if only somebody did."""
    path = sqlite_file(parts.folder / "waiting.db", "CREATE TABLE patience (id INTEGER PRIMARY KEY)")
    return parts.insert_endpoint("Waiting", path)


def test_a_run_waits_visibly_for_temporal_then_for_a_worker_then_runs(
    page_of_parts: Page, parts: Parts, waiting: Endpoint
) -> None:
    overview, run = page_of_parts, page_of_parts.context.new_page()
    open_page(overview, "/")
    expect(banner(overview, "TEMPORAL")).to_have_attribute("data-state", "DOWN")
    open_page(run, f"/endpoints/{waiting.id}")
    run.get_by_test_id("endpoint-trigger").click()
    run.get_by_role("link", name="View run").click()
    said = run.get_by_test_id("run-waiting")
    expect(said).to_contain_text("Waiting for Temporal")
    overview.clock.fast_forward(NEXT_LOOK)
    expect(banner(overview, "TEMPORAL")).to_contain_text("1 run waits")

    with parts.temporal():
        expect(banner(overview, "TEMPORAL")).to_have_count(0)
        expect(banner(overview, "WORKER")).to_contain_text("No worker is running")
        expect(banner(overview, "WORKER")).to_contain_text("1 run waits")
        expect(said).to_contain_text("Waiting for a worker")

        parts.start("worker")
        expect(run.get_by_test_id("run-detail")).to_have_attribute("data-status", "SUCCEEDED")
        expect(banner(overview, "WORKER")).to_have_count(0)
        parts.kill("worker")
    overview.clock.fast_forward(NEXT_LOOK)
    expect(banner(overview, "TEMPORAL")).to_have_attribute("data-state", "DOWN")


def test_a_server_that_was_killed_is_said_and_waited_for(page_of_parts: Page, parts: Parts) -> None:
    open_page(page_of_parts, "/collections")
    lost = page_of_parts.get_by_test_id("connection-lost")
    parts.kill("web")
    page_of_parts.clock.fast_forward(NEXT_LOOK)
    expect(lost).to_be_visible()
    expect(page_of_parts.get_by_role("heading", level=1)).to_have_text("Collections")

    parts.start("web")
    expect(lost).to_have_count(0)


def test_a_network_that_is_gone_is_said_and_waited_for(
    new_context: NewContext, admin_state: StorageState, world: World
) -> None:
    context = new_context(storage_state=admin_state)
    page = context.new_page()
    page.clock.install()
    open_page(page, "/endpoints")
    shop = page.get_by_test_id("endpoint-card").filter(has_text="Shop")

    context.set_offline(True)
    page.clock.fast_forward(NEXT_LOOK)
    expect(page.get_by_test_id("connection-lost")).to_be_visible()
    expect(page.get_by_role("button", name="Retry now")).to_be_visible()
    expect(shop).to_be_visible()

    context.set_offline(False)
    page.clock.fast_forward("00:05")
    expect(page.get_by_test_id("connection-lost")).to_have_count(0)
    expect(shop).to_be_visible()


def test_a_page_that_cannot_be_loaded_says_so(
    new_context: NewContext, admin_state: StorageState, world: World
) -> None:
    page = new_context(storage_state=admin_state).new_page()
    open_page(page, "/catalog")
    page.route("**/assets/changes-*.js", lambda route: route.abort())
    page.get_by_role("navigation").get_by_role("link", name="Changes").click()
    expect(page.get_by_test_id("state-error")).to_contain_text("This page cannot be shown")
    expect(page.get_by_role("navigation").get_by_role("link", name="Catalog")).to_be_visible()

    page.unroute_all()
    page.get_by_role("button", name="Load again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Changes")


def test_what_is_not_there_says_so_with_its_code(page: Page) -> None:
    page.goto("/runs/00000000-0000-7000-8000-000000000000")
    expect(page.get_by_test_id("state-error")).to_have_attribute("data-code", "E_RUN_NOT_FOUND")
