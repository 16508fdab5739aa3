"""Names from sources and people are shown as text, whatever they contain, and break no page."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.looking import fits_into
from tests.e2e.world import card, open_page

MARKUP = "<img src=x onerror=\"document.title='taken over'\">"
RIGHT_TO_LEFT = "مخزن البيانات الرئيسي"
LONG = "w" * 63


@dataclass(frozen=True)
class Hostile:
    """An endpoint and its only table, both with the same name."""

    name: str
    endpoint: Endpoint
    table: str


@pytest.fixture(scope="module")
def hostile(api: Api, file_root: Path) -> list[Hostile]:
    return [make_hostile(api, file_root, name) for name in (MARKUP, RIGHT_TO_LEFT, LONG)]


def make_hostile(api: Api, file_root: Path, name: str) -> Hostile:
    path = file_root / f"{len(name)}.db"
    quoted = name.replace('"', '""')
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f'CREATE TABLE "{quoted}" (id INTEGER PRIMARY KEY, "{quoted}" TEXT)')
    endpoint = register(api, name, "sqlite", {"path": str(path)})
    question = "query($e: ID!) { catalogDatasetConnection(endpointId: $e) { nodes { id } } }"
    (table,) = api.ask(question, e=endpoint.id)["nodes"]
    return Hostile(name, endpoint, table["id"])


def stays_a_page(page: Page) -> None:
    """Nothing of a name has become a part of the page, and the page is no wider for it."""
    expect(page.locator("img[src=x]")).to_have_count(0)
    expect(page).not_to_have_title("taken over")
    fits_into(page, 360)


def test_in_the_list_of_endpoints(hostile: list[Hostile], page: Page) -> None:
    open_page(page, "/endpoints")
    for one in hostile:
        expect(card(page, one.endpoint).get_by_text(one.name, exact=True).first).to_be_visible()
    stays_a_page(page)


def test_on_the_endpoints_own_pages(hostile: list[Hostile], page: Page) -> None:
    for one in hostile:
        open_page(page, f"/endpoints/{one.endpoint.id}")
        expect(page.get_by_role("heading", level=1)).to_have_text(one.name)
        stays_a_page(page)


def test_in_the_collections_and_their_runs(hostile: list[Hostile], page: Page) -> None:
    open_page(page, "/collections")
    for table in ("collections-table", "runs-table"):
        for one in hostile:
            expect(page.get_by_test_id(table).get_by_text(one.name, exact=True).first).to_be_visible()
    stays_a_page(page)


def test_in_the_catalog(hostile: list[Hostile], page: Page) -> None:
    for one in hostile:
        open_page(page, f"/catalog/{one.table}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(one.name)
        expect(page.get_by_test_id("columns-table").get_by_text(one.name, exact=True).first).to_be_visible()
        stays_a_page(page)


def test_on_the_overview(hostile: list[Hostile], page: Page) -> None:
    open_page(page, "/")
    for one in hostile:
        expect(page.get_by_role("main").get_by_text(one.name, exact=True).first).to_be_visible()
    stays_a_page(page)
