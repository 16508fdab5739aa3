"""Each way in which a run can end, in the history and on the run's own page."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import register
from tests.api.seed import Seed
from tests.e2e.looking import fits_into, outside
from tests.e2e.parts import Parts
from tests.e2e.world import open_page, run_row
from tests.sources import sqlite_file

TEN_KB = 10_000
SCRIPT = """
    CREATE TABLE parcels (id INTEGER PRIMARY KEY);
    CREATE TABLE depots (id INTEGER PRIMARY KEY);
    CREATE VIEW parcels_of_depots AS SELECT depots.id FROM depots;
"""


@pytest.fixture
def partial_run(api: Api, file_root: Path) -> str:
    """A run of a source in which a view has lost its table."""
    path = file_root / "parcels.db"
    path.unlink(missing_ok=True)
    endpoint = register(api, "Parcels", "sqlite", {"path": str(sqlite_file(path, SCRIPT))})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE depots")
    run = api.finished(api.trigger(endpoint.collection))
    assert run["status"] == "PARTIAL", run
    return str(run["id"])


@pytest.fixture
def skipped_run(api: Api) -> str:
    """A run of an endpoint that nothing can read."""
    given = {"name": "Paper archive", "url": "https://example.com/archive", "capabilities": ["metadata"]}
    endpoint = api.ask("mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id } }", i=given)
    trigger = "mutation($e: ID!) { triggerEndpointCollection(endpointId: $e) { id } }"
    run = api.finished(api.ask(trigger, e=endpoint["id"])["id"])
    assert run["status"] == "SKIPPED", run
    return str(run["id"])


def test_a_partial_run_says_what_could_not_be_read(page: Page, partial_run: str) -> None:
    open_page(page, "/collections?status=PARTIAL")
    row = run_row(page, partial_run)
    expect(row).to_contain_text("Partial")
    row.get_by_role("link").first.click()
    expect(page.get_by_test_id("run-partial")).to_contain_text("1 object could not be read")
    expect(page.get_by_role("region", name="Log lines")).to_contain_text("parcels_of_depots")


def test_a_skipped_run_says_why(page: Page, skipped_run: str) -> None:
    open_page(page, "/collections?status=SKIPPED")
    row = run_row(page, skipped_run)
    expect(row).to_contain_text("Skipped")
    row.get_by_role("link").first.click()
    expect(page.get_by_test_id("run-detail")).to_contain_text("There is no connector for the endpoint")


def test_an_error_of_ten_kilobytes_is_shown_whole(page_of_parts: Page, parts: Parts) -> None:
    error = "The source said: " + "no-end-of-it-" * (TEN_KB // 13) + " and that was all of it."
    with psycopg.connect(parts.database_url, autocommit=True) as connection:
        seed = Seed(connection)
        endpoint = seed.endpoint("Talkative")
        run_id = seed.run(
            endpoint, seed.collection(endpoint), status="FAILED", error=error, error_code="SOURCE_ERROR"
        )
    for path in (f"/runs/{run_id}", f"/collections?run={run_id}"):
        open_page(page_of_parts, path)
        said = page_of_parts.get_by_test_id("run-failure")
        expect(said).to_contain_text(error)
        end = said.get_by_text("and that was all of it.")
        end.evaluate("element => element.scrollIntoView({block: 'end'})")
        for width in (360, 1440):
            fits_into(page_of_parts, width)
            assert outside(page_of_parts) == [], f"{path} at {width} px"
