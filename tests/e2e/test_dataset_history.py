"""A dataset's past on its page: its versions, two of them compared, a moment of it, and how it grew."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.conftest import OpenBrowser, tab_of
from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import open_page, sign_in_state
from tests.sources import PostgresServer
from tests.stack import RunningStack

STOCK = """
    CREATE TABLE items (
        id int PRIMARY KEY, name varchar(40), amount int NOT NULL DEFAULT 0, shelf text, old_code int);
    CREATE TABLE spare (id int PRIMARY KEY);
    COMMENT ON TABLE items IS 'What there is.';
    INSERT INTO items SELECT number, 'an item' FROM generate_series(1, 300) AS number;
    ANALYZE;
"""
# Each makes a version of the items.
CHANGES = (
    "ALTER TABLE items ADD COLUMN weight numeric(8, 2); COMMENT ON COLUMN items.shelf IS 'Where it lies.'",
    "ALTER TABLE items ALTER COLUMN name TYPE varchar(80), ALTER COLUMN amount DROP NOT NULL",
    "ALTER TABLE items DROP COLUMN old_code; CREATE INDEX items_by_name ON items (name)",
    "ALTER TABLE items ALTER COLUMN name TYPE varchar(20); COMMENT ON TABLE items IS 'What there was.'",
    "ALTER TABLE items DROP CONSTRAINT items_pkey; ALTER TABLE items ADD PRIMARY KEY (id, amount); ANALYZE",
)
NEWEST = len(CHANGES) + 1
LONG_AGO = "2001-01-01T00:00:00Z"


@dataclass(frozen=True)
class Stock:
    """The items, the moments at which their versions began, oldest first, and a table that never changed."""

    endpoint: Endpoint
    items: str
    spare: str
    began: list[str]

    @property
    def path(self) -> str:
        return f"/catalog/{self.items}"

    def at(self, version: int) -> str:
        return f"{self.path}?asOf={self.began[version - 1]}"


@pytest.fixture(scope="module")
def stock(api: Api, source: PostgresServer) -> Stock:
    endpoint = register(api, "Stock", "postgres", source.create_database("stock", STOCK))
    for change in CHANGES:
        with source.connect("stock") as connection:
            connection.execute(change.encode())
        assert api.finished(api.trigger(endpoint.collection))["status"] == "SUCCEEDED"
    question = "query($e: ID!) { catalogDatasetConnection(endpointId: $e) { nodes { id entity } } }"
    tables = {table["entity"]: table["id"] for table in api.ask(question, e=endpoint.id)["nodes"]}
    question = "query($id: ID!) { metadataDataset(id: $id) { versions { version validFrom } } }"
    versions = api.ask(question, id=tables["items"])["versions"]
    assert [version["version"] for version in versions] == list(range(NEWEST, 0, -1))
    return Stock(endpoint, tables["items"], tables["spare"], [one["validFrom"] for one in reversed(versions)])


def version_row(page: Page, version: int) -> Locator:
    return page.get_by_test_id("version-row").and_(page.locator(f"[data-version='{version}']"))


def compared(page: Page, column: str) -> Locator:
    rows = page.get_by_test_id("compared-column")
    return rows.filter(has=page.get_by_text(column, exact=True))


def columns_shown(page: Page) -> list[str]:
    names = page.get_by_test_id("column-row").locator("td:nth-child(2) > div:first-child > bdi")
    return names.all_inner_texts()


def test_the_versions_say_what_changed_and_which_break(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?tab=versions")
    expect(page.get_by_test_id("version-row")).to_have_count(NEWEST)
    breaking = {
        version: version_row(page, version).get_attribute("data-breaking") for version in range(1, NEWEST + 1)
    }
    assert breaking == {1: "false", 2: "false", 3: "true", 4: "true", 5: "true", 6: "true"}
    expect(version_row(page, 4)).to_contain_text("Column removed")
    expect(version_row(page, 4)).to_contain_text("old_code")
    expect(version_row(page, NEWEST)).to_contain_text("Now")
    run = version_row(page, 2).get_by_role("link")
    expect(run).to_have_attribute("href", re.compile("^/runs/"))


def test_two_versions_are_picked_and_seen_side_by_side(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?tab=versions")
    page.get_by_role("checkbox", name="Pick version 2 to compare it").check()
    page.get_by_role("checkbox", name="Pick version 5 to compare it").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile("from=2&to=5"))
    summary = page.get_by_test_id("comparison-summary")
    for words in ("1 column removed", "2 columns changed", "Comment changed", "Indexes changed", "Breaking"):
        expect(summary).to_contain_text(words)
    expect(compared(page, "old_code")).to_have_attribute("data-kind", "removed")
    name = compared(page, "name")
    expect(name.locator("del")).to_have_text("character varying(40)")
    expect(name.locator("ins")).to_have_text("character varying(20)")
    expect(name).to_have_attribute("data-breaking", "true")
    expect(page.get_by_test_id("compared-parts")).to_contain_text("items_by_name: (name)")
    expect(compared(page, "shelf")).to_have_count(0)
    page.get_by_label("that are the same").check()
    expect(compared(page, "shelf")).to_have_attribute("data-kind", "same")


def test_a_link_to_a_comparison_shows_it_and_leads_on(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?tab=versions&from=1&to=2")
    expect(compared(page, "weight")).to_have_attribute("data-kind", "added")
    expect(compared(page, "shelf").locator("ins")).to_have_text("“Where it lies.”")
    page.get_by_role("button", name="One version later").click()
    expect(page).to_have_url(re.compile("from=2&to=3"))
    expect(compared(page, "name")).to_have_attribute("data-breaking", "false")
    expect(compared(page, "amount")).to_have_attribute("data-breaking", "true")
    page.get_by_role("button", name="All versions").click()
    expect(page.get_by_test_id("version-row")).to_have_count(NEWEST)


def test_a_version_is_compared_with_what_is_now(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?tab=versions")
    page.get_by_role("button", name="Compare with newest: version 1").click()
    expect(page).to_have_url(re.compile("from=1$"))
    parts = page.get_by_test_id("compared-parts")
    expect(parts.get_by_role("row", name="Primary key")).to_contain_text("id, amount")
    expect(parts.get_by_role("row", name="Primary key")).to_contain_text("Breaking")


def test_a_version_that_never_was_is_said_to_be_none(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?tab=versions&from=99")
    expect(page.get_by_test_id("state-empty")).to_contain_text("No such version")


def test_the_page_shows_the_dataset_as_it_stood(stock: Stock, page: Page) -> None:
    open_page(page, stock.at(2))
    expect(page.get_by_test_id("as-of-banner")).to_contain_text(f"Version 2; today it is version {NEWEST}.")
    expect(page.get_by_test_id("column-row")).to_have_count(6)
    assert columns_shown(page) == ["id", "name", "amount", "shelf", "old_code", "weight"]
    expect(page.get_by_role("main")).to_contain_text("What there is.")
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_test_id("as-of-banner")).to_have_count(0)
    expect(page.get_by_test_id("column-row")).to_have_count(5)
    expect(page).to_have_url(re.compile(f"{stock.items}$"))


def test_a_moment_is_picked_by_version_and_stays_in_the_address(stock: Stock, page: Page) -> None:
    open_page(page, stock.path)
    page.get_by_test_id("as-of").click()
    page.get_by_role("button", name="Version 3 began").click()
    expect(page.get_by_test_id("as-of-banner")).to_contain_text("Version 3")
    page.reload()
    expect(page.get_by_test_id("as-of-banner")).to_contain_text("Version 3")
    expect(page.get_by_test_id("column-row")).to_have_count(6)
    page.go_back()
    expect(page.get_by_test_id("as-of-banner")).to_have_count(0)


def test_a_moment_is_typed_in_the_viewers_zone(
    stock: Stock, open_browser: OpenBrowser, stack: RunningStack
) -> None:
    tabs = tab_of(open_browser(stack.url, sign_in_state(stack.url, stack.token)))
    page = next(tabs)
    open_page(page, stock.path)
    page.get_by_test_id("as-of").click()
    field = page.get_by_label("As it stood at")
    expect(field).to_be_focused()
    field.fill("2999-01-01T10:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This moment is yet to come.")).to_be_visible()
    field.fill("2020-05-06T07:08")
    page.keyboard.press("Enter")
    zone = page.evaluate("new Date('2020-05-06T07:08').toISOString()")
    expect(page).to_have_url(re.compile(re.escape(f"asOf={zone}".replace(":", "%3A"))))
    expect(page.get_by_test_id("as-of-banner")).to_contain_text("6 May 2020, 07:08")
    next(tabs, None)


def test_before_it_was_seen_nothing_is_known_and_that_is_no_error(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?asOf={LONG_AGO}")
    expect(page.get_by_test_id("state-empty")).to_contain_text("Not known yet at that moment")
    expect(page.get_by_test_id("state-error")).to_have_count(0)
    page.get_by_role("button", name="Show how it was first seen").click()
    expect(page.get_by_test_id("as-of-banner")).to_contain_text("Version 1")
    expect(page.get_by_test_id("column-row")).to_have_count(5)


def test_the_changes_shown_are_those_until_then(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.at(1)}&tab=changes")
    expect(page.get_by_test_id("change-row")).to_have_count(1)
    expect(page.get_by_test_id("change-row")).to_have_attribute("data-kind", "DATASET_ADDED")


def test_growth_is_told_by_key_and_as_a_table(stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?tab=growth")
    rows = page.get_by_test_id("growth-count")
    expect(rows).to_have_attribute("aria-valuetext", re.compile("^300 since "))
    rows.focus()
    page.keyboard.press("Home")
    expect(rows).to_have_attribute("aria-valuenow", "1")
    page.get_by_role("button", name="Show the numbers").click()
    expect(page.get_by_test_id("observations-table")).to_contain_text("300")


def test_it_can_be_read_by_those_who_may_only_read(stock: Stock, viewer: Page) -> None:
    open_page(viewer, f"{stock.path}?tab=versions&from=1&to=2")
    expect(compared(viewer, "weight")).to_be_visible()


VIEWS = ("tab=versions", "tab=versions&from=1", f"asOf={LONG_AGO}", "tab=growth", "tab=growth&days=3650")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_accessible_and_fits(view: str, stock: Stock, page: Page) -> None:
    open_page(page, f"{stock.path}?{view}")
    assert violations(page) == []
    for width in (1440, 390):
        fits_into(page, width)
        assert outside(page) == []
    assert violations(page) == []


def test_the_picker_is_accessible(stock: Stock, page: Page) -> None:
    open_page(page, stock.at(1))
    assert violations(page) == []
    page.get_by_test_id("as-of").click()
    expect(page.get_by_role("button", name="Version 1 began")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("as-of")).to_be_focused()


def test_a_dataset_that_never_changed_has_one_version(stock: Stock, page: Page) -> None:
    open_page(page, f"/catalog/{stock.spare}?tab=versions")
    expect(page.get_by_test_id("version-row")).to_have_count(1)
    expect(page.get_by_role("checkbox")).to_have_count(0)
