"""How a source is read: what a run's page says about it, and what its endpoint's form may ask for."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import World, open_page, settled, toast
from tests.sources import sqlite_file

VIEWS = 30


@pytest.fixture(scope="module")
def partial(api: Api, file_root: Path) -> str:
    """A run that could read none of thirty views: their table is gone."""
    script = "CREATE TABLE kept (id INTEGER); CREATE TABLE base (id INTEGER);"
    script += "".join(f"CREATE VIEW lost_{n:02d} AS SELECT base.id FROM base;" for n in range(VIEWS))
    path = sqlite_file(file_root / "lost.db", script)
    endpoint = register(api, "Lost views", "sqlite", {"path": str(path)})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE base")
    run = api.finished(api.trigger(endpoint.collection))
    assert run["status"] == "PARTIAL", run
    return str(run["id"])


def test_a_run_says_how_it_read_and_at_what_cost(page: Page, world: World) -> None:
    open_page(page, world.paths["shop-run"])
    expect(page.get_by_test_id("run-read-mode")).to_have_attribute("data-mode", "FULL")
    expect(page.get_by_test_id("run-read-mode")).to_contain_text("Full pass. Everything in scope was read.")
    cost = page.get_by_test_id("run-source-cost")
    for name in ("Statements", "Time", "Rows", "Data"):
        expect(cost).to_contain_text(name)


def test_what_could_not_be_read_is_listed_with_code_and_reason(page: Page, partial: str) -> None:
    open_page(page, f"/runs/{partial}")
    failed = page.get_by_test_id("failed-object")
    expect(failed).to_have_count(25)
    expect(failed.first).to_contain_text("lost_00")
    code = failed.first.get_attribute("data-code")
    assert code, "a reason has a code"
    expect(failed.first).to_contain_text(code)
    pages = page.get_by_role("navigation", name="Pages of objects")
    expect(pages).to_contain_text(f"1–25 of {VIEWS} objects")
    pages.get_by_role("button", name="Next").click()
    expect(failed).to_have_count(VIEWS - 25)
    for width in (360, 1440):
        fits_into(page, width)
        assert outside(page) == [], f"at {width} px"
    assert violations(page) == []


def policy(api: Api, endpoint: Endpoint) -> dict[str, Any]:
    question = """query($id: ID!) { endpoint(id: $id) {
      policy { removalSharePercent removalMinimum sourcePauseMs statementSeconds fullPassHours } } }"""
    answer: dict[str, Any] = api.ask(question, id=endpoint.id)["policy"]
    return answer


def number(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label)


def test_an_endpoint_has_its_own_limit_and_pace(page: Page, api: Api, world: World) -> None:
    path = f"/endpoints/{world.notes.id}/edit"
    usual = policy(api, world.notes)
    open_page(page, path)
    page.get_by_role("button", name="Show removals and load").click()
    number(page, "Hold removals above").fill("300")
    page.get_by_role("button", name="Save").click()
    expect(number(page, "Hold removals above")).to_have_attribute("aria-invalid", "true")
    expect(number(page, "Hold removals above")).to_be_focused()
    expect(page.get_by_text("Must be a number from 0 to 100.")).to_be_visible()
    assert violations(page) == []

    number(page, "Hold removals above").fill("2.5")
    number(page, "Full pass at least every").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(toast(page, "Notes saved")).to_be_visible()
    assert policy(api, world.notes) == usual | {"removalSharePercent": 2.5, "fullPassHours": 0}

    open_page(page, path)
    settled(page)
    expect(number(page, "Hold removals above")).to_have_value("2.5")
    number(page, "Hold removals above").fill("")
    number(page, "Full pass at least every").fill("")
    page.get_by_role("button", name="Save").click()
    expect(toast(page, "Notes saved")).to_be_visible()
    assert policy(api, world.notes) == usual
