"""Two states of an endpoint's catalog, compared: reached from a run, shared by its address."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import open_page, settled
from tests.sources import PostgresServer

TABLES = """
    CREATE TABLE parcels (id int PRIMARY KEY, weight numeric(8, 2) NOT NULL, note text);
    CREATE TABLE refunds (id int PRIMARY KEY, parcel_id int, amount numeric(12, 2));
    CREATE TABLE unchanged (id int PRIMARY KEY);
"""
CHANGES = """
    ALTER TABLE parcels ALTER COLUMN weight TYPE numeric(6, 2);
    ALTER TABLE parcels ADD COLUMN "Größe <b>" text;
    ALTER TABLE refunds RENAME TO refund;
"""


@dataclass(frozen=True)
class Changed:
    """An endpoint whose source changed between its first run and its second."""

    endpoint: Endpoint
    first: str
    second: str

    @property
    def path(self) -> str:
        return f"/compare?endpoint={self.endpoint.id}&fromRun={self.first}&toRun={self.second}"


@pytest.fixture(scope="module")
def changed(api: Api, source: PostgresServer) -> Changed:
    endpoint = register(api, "Parcel post", "postgres", source.create_database("parcel_post", TABLES))
    (first,) = api.runs(endpointId=endpoint.id)
    with source.connect("parcel_post") as connection:
        connection.execute(CHANGES.encode())
    second = api.finished(api.trigger(endpoint.collection))
    assert second["status"] == "SUCCEEDED", second
    return Changed(endpoint, first["id"], second["id"])


def difference(page: Page, name: str) -> Locator:
    """A dataset among those that differ."""
    return page.get_by_test_id("difference").filter(has=page.get_by_role("link", name=name, exact=True))


def test_a_run_leads_to_what_differs_from_the_one_before(page: Page, changed: Changed) -> None:
    open_page(page, f"/runs/{changed.second}")
    page.get_by_test_id("compare-with-before").click()
    expect(page).to_have_url(re.compile("/compare"))
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"endpoint": [changed.endpoint.id], "fromRun": [changed.first], "toRun": [changed.second]}
    expect(page.get_by_test_id("comparison")).to_contain_text(
        re.compile("added.*1.*changed.*1.*removed.*1", re.S)
    )
    for name, kind in (
        ("public.parcels", "CHANGED"),
        ("public.refund", "ADDED"),
        ("public.refunds", "REMOVED"),
    ):
        expect(difference(page, name)).to_have_attribute("data-kind", kind)
    expect(page.get_by_test_id("difference")).to_have_count(3)


def test_the_first_run_has_none_to_be_compared_with(page: Page, changed: Changed) -> None:
    open_page(page, f"/runs/{changed.first}")
    expect(page.get_by_test_id("run-source-cost")).to_be_visible()
    expect(page.get_by_test_id("change-row").first).to_be_visible()
    expect(page.get_by_test_id("compare-with-before")).to_have_count(0)


def test_what_differs_unfolds_and_what_breaks_is_marked(page: Page, changed: Changed) -> None:
    open_page(page, changed.path)
    parcels = difference(page, "public.parcels")
    expect(parcels.get_by_text("Breaking")).to_have_count(1)
    parcels.get_by_role("button", name="What differs in public.parcels").press("Enter")
    narrowed = parcels.locator("[data-kind='COLUMN_TYPE_CHANGED']")
    expect(narrowed).to_contain_text("numeric(8,2)")
    expect(narrowed).to_contain_text("numeric(6,2)")
    expect(narrowed).to_contain_text("Breaking")
    expect(parcels.locator("[data-kind='COLUMN_ADDED']")).to_contain_text("Größe <b>")
    expect(difference(page, "public.refunds")).to_contain_text("Breaking")


def test_a_rename_is_a_suggestion(page: Page, changed: Changed) -> None:
    open_page(page, changed.path)
    suggested = page.get_by_test_id("rename-suggestions")
    expect(suggested).to_contain_text("These are guesses")
    expect(suggested.locator("[data-kind='DATASET']")).to_contain_text("public.refunds")
    expect(suggested.locator("[data-kind='DATASET']")).to_contain_text("% alike")


def test_the_address_keeps_everything(page: Page, changed: Changed) -> None:
    open_page(page, f"/compare?endpoint={changed.endpoint.id}")
    expect(page.get_by_test_id("state-empty")).to_contain_text("Choose where to begin")
    page.get_by_role("button", name="The run before the last").click()
    expect(page.get_by_test_id("difference")).to_have_count(3)
    page.get_by_label("Show what differs").click()
    expect(page.locator("[data-kind='COLUMN_ADDED']")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.locator("[data-kind='COLUMN_ADDED']")).to_be_visible()
    page.get_by_role("combobox", name="To", exact=True).click()
    page.get_by_role("option").last.click()
    expect(page.get_by_test_id("state-empty")).to_contain_text("No differences")
    page.go_back()
    expect(page.get_by_test_id("difference")).to_have_count(3)


def test_moments_in_the_wrong_order_are_refused_at_the_field(page: Page, changed: Changed) -> None:
    open_page(page, f"/compare?endpoint={changed.endpoint.id}&fromRun={changed.second}&toRun={changed.first}")
    expect(page.get_by_test_id("state-error")).to_have_attribute("data-code", "E_BAD_INPUT")
    expect(page.get_by_text("This is before the other side.")).to_be_visible()
    page.get_by_role("button", name="Swap").click()
    expect(page.get_by_test_id("difference")).to_have_count(3)


def test_it_fits_and_is_accessible(page: Page, changed: Changed) -> None:
    open_page(page, f"{changed.path}&open=1")
    expect(page.locator("[data-kind='COLUMN_ADDED']")).to_be_visible()
    for width in (360, 1440):
        fits_into(page, width)
        assert outside(page) == [], f"at {width} px"
    assert violations(page) == []
