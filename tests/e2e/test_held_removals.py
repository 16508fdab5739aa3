"""Removals that a run held: they are said wherever one looks, decided by an administrator, and undone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import open_page, toast
from tests.sources import sqlite_file

TABLES = 12
LEFT = "CREATE TABLE part_00 (id INTEGER PRIMARY KEY);"
WAITING = "Removal of 11 of 12 datasets waits for a decision"


@dataclass(frozen=True)
class Held:
    """An endpoint of whose twelve datasets a run found eleven gone, and held their removal."""

    name: str
    endpoint: Endpoint
    run: str


HoldOne = Callable[[str], Held]


@pytest.fixture(scope="module")
def hold(api: Api, file_root: Path) -> Iterator[HoldOne]:
    """Makes such an endpoint; each is deleted at the end, so that others find nothing to decide on."""
    made: list[Endpoint] = []

    def one(name: str) -> Held:
        path = file_root / f"{name.lower().replace(' ', '-')}.db"
        script = "".join(f"CREATE TABLE part_{n:02d} (id INTEGER PRIMARY KEY);" for n in range(TABLES))
        endpoint = register(api, name, "sqlite", {"path": str(sqlite_file(path, script))})
        made.append(endpoint)
        path.unlink()
        sqlite_file(path, LEFT)
        return Held(name, endpoint, collect(api, endpoint))

    yield one
    for endpoint in made:
        api.ask("mutation($id: ID!) { deleteEndpoint(id: $id) }", id=endpoint.id)


@pytest.fixture(scope="module")
def depot(hold: HoldOne) -> Held:
    """One that nobody decides on."""
    return hold("Depot")


def collect(api: Api, endpoint: Endpoint) -> str:
    run = api.finished(api.trigger(endpoint.collection))
    assert run["status"] == "SUCCEEDED", run
    return str(run["id"])


def dataset_count(api: Api, held: Held) -> int:
    endpoint = api.ask("query($id: ID!) { endpoint(id: $id) { datasetCount } }", id=held.endpoint.id)
    return int(endpoint["datasetCount"])


def card(page: Page, held: Held, decision: str = "WAITING") -> Locator:
    """What is said of a run's removals, by what became of them."""
    cards = page.get_by_test_id("held-removals").and_(page.locator(f"[data-run-id='{held.run}']"))
    return cards.and_(page.locator(f"[data-decision='{decision}']"))


def test_what_waits_is_said_everywhere_with_numbers_and_the_reason(page: Page, depot: Held) -> None:
    for path in (
        f"/removals?endpoint={depot.endpoint.id}",
        f"/endpoints/{depot.endpoint.id}",
        f"/runs/{depot.run}",
    ):
        open_page(page, path)
        expect(card(page, depot), path).to_contain_text(WAITING)
        expect(card(page, depot), path).to_contain_text("More than 10 %")
        expect(card(page, depot).locator("time").first, path).to_be_visible()
    open_page(page, "/")
    row = page.get_by_test_id("held-row").filter(has_text=depot.name)
    expect(row).to_contain_text(WAITING)
    row.get_by_role("link", name="Review").click()
    expect(page).to_have_url(f"/removals?endpoint={depot.endpoint.id}")
    expect(card(page, depot)).to_be_visible()


def test_the_datasets_can_be_looked_at(page: Page, depot: Held) -> None:
    open_page(page, f"/removals?endpoint={depot.endpoint.id}")
    unfold = card(page, depot).get_by_role("button", name="Show the datasets")
    unfold.press("Enter")
    rows = card(page, depot).get_by_test_id("held-dataset")
    expect(rows).to_have_count(TABLES - 1)
    rows.filter(has_text="part_07").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("part_07")


def test_only_an_administrator_may_decide(editor: Page, depot: Held) -> None:
    open_page(editor, f"/runs/{depot.run}")
    for button in ("approve-removals", "dismiss-removals"):
        refused = card(editor, depot).get_by_test_id(button)
        expect(refused).to_have_attribute("aria-disabled", "true")
        expect(refused).to_have_attribute("aria-description", re.compile("needs the ADMIN role"))


def test_it_fits_and_is_accessible(page: Page, depot: Held) -> None:
    open_page(page, "/removals")
    card(page, depot).get_by_role("button", name="Show the datasets").click()
    expect(card(page, depot).get_by_test_id("held-dataset")).to_have_count(TABLES - 1)
    for width in (360, 1440):
        fits_into(page, width)
        assert outside(page) == [], f"at {width} px"
    assert violations(page) == []
    card(page, depot).get_by_test_id("approve-removals").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_what_is_dismissed_stays_and_says_who_decided(page: Page, api: Api, hold: HoldOne) -> None:
    held = hold("Depot to keep")
    open_page(page, f"/endpoints/{held.endpoint.id}")
    card(page, held).get_by_test_id("dismiss-removals").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("All 12 datasets of this endpoint stay in the catalog")
    dialog.get_by_role("button", name="Keep 11 datasets").click()
    expect(toast(page, "11 datasets of Depot to keep kept")).to_be_visible()
    expect(card(page, held)).to_have_count(0)
    assert dataset_count(api, held) == TABLES
    open_page(page, f"/removals?endpoint={held.endpoint.id}&decided=1")
    expect(card(page, held, "DISMISSED")).to_contain_text("11 datasets kept")
    expect(card(page, held, "DISMISSED")).to_contain_text("admin")


def test_what_is_approved_goes_and_comes_back_when_undone(page: Page, api: Api, hold: HoldOne) -> None:
    held = hold("Depot to empty")
    open_page(page, f"/runs/{held.run}")
    card(page, held).get_by_test_id("approve-removals").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("11 of them are marked as removed, 1 remain")
    dialog.get_by_role("button", name="Remove 11 datasets").click()
    expect(toast(page, "11 datasets of Depot to empty removed")).to_be_visible()
    expect(card(page, held, "APPROVED")).to_be_visible()
    assert dataset_count(api, held) == 1

    card(page, held, "APPROVED").get_by_test_id("undo-removals").click()
    expect(dialog).to_contain_text("main.part_01")
    dialog.get_by_role("button", name="Bring back 11 datasets").click()
    expect(toast(page, "11 datasets of Depot to empty brought back")).to_be_visible()
    expect(card(page, held, "RESTORED")).to_contain_text("11 datasets brought back")
    expect(dialog).to_have_count(0)
    assert dataset_count(api, held) == TABLES


def test_a_removal_that_was_not_held_is_undone_from_its_run(page: Page, api: Api, file_root: Path) -> None:
    script = "CREATE TABLE stays (id INTEGER); CREATE TABLE goes (id INTEGER);"
    file = sqlite_file(file_root / "few.db", script)
    endpoint = register(api, "Few", "sqlite", {"path": str(file)})
    file.unlink()
    sqlite_file(file, "CREATE TABLE stays (id INTEGER);")
    few = Held("Few", endpoint, collect(api, endpoint))
    assert dataset_count(api, few) == 1
    open_page(page, f"/runs/{few.run}")
    undo = page.get_by_test_id("removed-by-run").get_by_test_id("undo-removals")
    undo.click()
    page.get_by_role("dialog").get_by_role("button", name="Bring back 1 dataset").click()
    expect(card(page, few, "RESTORED")).to_contain_text("1 dataset brought back")
    expect(undo).to_have_attribute("aria-description", "Nothing that this run removed is still gone.")
    assert dataset_count(api, few) == 2
