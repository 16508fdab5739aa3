"""Names from sources and people are shown as text, whatever they contain, and break no page."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.world import card, fits_into, open_page

MARKUP = "<img src=x onerror=\"document.title='taken over'\">"
RIGHT_TO_LEFT = "مخزن البيانات الرئيسي"
LONG = "w" * 63


@dataclass(frozen=True)
class Hostile:
    """An endpoint and its only table, both with the same name."""

    name: str
    endpoint: Endpoint
    table: str


@pytest.fixture(scope="module", params=[MARKUP, RIGHT_TO_LEFT, LONG], ids=["markup", "right-to-left", "long"])
def hostile(request: pytest.FixtureRequest, api: Api, file_root: Path) -> Hostile:
    name: str = request.param
    path = file_root / f"{len(name)}.db"
    quoted = name.replace('"', '""')
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f'CREATE TABLE "{quoted}" (id INTEGER PRIMARY KEY, "{quoted}" TEXT)')
    endpoint = register(api, name, "sqlite", {"path": str(path)})
    question = "query($e: ID!) { catalogDatasetConnection(endpointId: $e) { nodes { id } } }"
    (table,) = api.ask(question, e=endpoint.id)["nodes"]
    return Hostile(name, endpoint, table["id"])


def stays_a_page(page: Page) -> None:
    """Nothing of the name has become a part of the page, and the page is no wider for it."""
    expect(page.locator("img[src=x]")).to_have_count(0)
    assert "taken over" not in page.title() or MARKUP in page.title()
    fits_into(page, 360)


def test_in_the_list_of_endpoints(hostile: Hostile, page: Page) -> None:
    open_page(page, "/endpoints")
    expect(card(page, hostile.endpoint).get_by_text(hostile.name, exact=True).first).to_be_visible()
    stays_a_page(page)


def test_on_the_endpoints_own_page(hostile: Hostile, page: Page) -> None:
    open_page(page, f"/endpoints/{hostile.endpoint.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(hostile.name)
    stays_a_page(page)


def test_in_the_collections_and_their_runs(hostile: Hostile, page: Page) -> None:
    open_page(page, "/collections")
    for table in ("collections-table", "runs-table"):
        named = page.get_by_test_id(table).get_by_text(hostile.name, exact=True)
        expect(named.first).to_be_visible()
    stays_a_page(page)


def test_in_the_catalog(hostile: Hostile, page: Page) -> None:
    open_page(page, f"/catalog/{hostile.table}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(hostile.name)
    expect(page.get_by_role("cell", name=hostile.name, exact=True).first).to_be_visible()
    stays_a_page(page)


def test_on_the_overview(hostile: Hostile, page: Page) -> None:
    open_page(page, "/")
    expect(page.get_by_role("main").get_by_text(hostile.name, exact=True).first).to_be_visible()
    stays_a_page(page)
