"""What is registered in the Muster that the browser tests share, and who signs in to it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, StorageState, StorageStateCookie, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.security.browser import Browser as SignedIn
from tests.sources import PostgresServer, sqlite_file

SHOP_TABLES = """
    CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL);
    CREATE TABLE orders (
        id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, placed date NOT NULL);
    CREATE INDEX orders_by_day ON orders (placed);
    CREATE VIEW latest_orders AS SELECT id, placed FROM orders ORDER BY placed DESC;
    COMMENT ON TABLE orders IS 'One row for each order.';
"""


@dataclass(frozen=True)
class World:
    """Three endpoints with their collections: two that work, and one whose last run failed."""

    shop: Endpoint
    notes: Endpoint
    broken: Endpoint
    shop_run: str
    failed_run: str
    orders: str

    @property
    def paths(self) -> dict[str, str]:
        """Every page's address, by a name for it."""
        return {
            "overview": "/",
            "endpoints": "/endpoints",
            "gallery": "/endpoints/new",
            "edit": f"/endpoints/{self.shop.id}/edit",
            "endpoint": f"/endpoints/{self.shop.id}",
            "collections": "/collections",
            "shop-run": f"/runs/{self.shop_run}",
            "failed-run": f"/runs/{self.failed_run}",
            "catalog": "/catalog",
            "dataset": f"/catalog/{self.orders}",
            "changes": "/changes",
            "compare": f"/compare?endpoint={self.shop.id}",
            "removals": "/removals",
            "settings": "/settings",
            "graphiql": "/graphiql",
            "not-found": "/no-such-page",
        }


NOBODY = Endpoint("", "")
PAGES = tuple(World(NOBODY, NOBODY, NOBODY, "", "", "").paths)


def make_world(api: Api, source: PostgresServer, file_root: Path) -> World:
    """Register the sources and collect them."""
    shop = register(api, "Shop", "postgres", source.create_database("shop", SHOP_TABLES))
    notes_file = sqlite_file(file_root / "notes.db", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    notes = register(api, "Notes", "sqlite", {"path": str(notes_file)})
    file = sqlite_file(file_root / "ledger.db", "CREATE TABLE entries (id INTEGER PRIMARY KEY)")
    broken = register(api, "Ledger", "sqlite", {"path": str(file)})
    file.unlink()
    failed = api.finished(api.trigger(broken.collection))
    assert failed["status"] == "FAILED", failed
    (shop_run,) = api.runs(endpointId=shop.id)
    question = """query($e: ID!) {
      catalogDatasetConnection(endpointId: $e, kind: TABLE) { nodes { id entity } } }"""
    tables = {table["entity"]: table["id"] for table in api.ask(question, e=shop.id)["nodes"]}
    return World(shop, notes, broken, shop_run["id"], failed["id"], tables["orders"])


def sign_in_state(url: str, token: str) -> StorageState:
    """What a browser keeps that has signed in with a token."""
    cookie: StorageStateCookie = {
        "name": "muster_session",
        "value": SignedIn(url, token).cookie,
        "domain": str(urlsplit(url).hostname),
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    return {"cookies": [cookie], "origins": []}


def token_with_role(api: Api, role: str) -> str:
    """The value of a new API token."""
    created = api.ask(
        "mutation($n: String!, $r: Role!) { createApiToken(name: $n, role: $r) { token } }",
        n=f"a {role.lower()}",
        r=role,
    )
    return str(created["token"])


def run_ids(api: Api, endpoint: Endpoint) -> set[str]:
    """The ids of an endpoint's runs."""
    return {run["id"] for run in api.runs(endpointId=endpoint.id)}


def open_page(page: Page, path: str) -> None:
    """Open a page and wait until it shows what there is."""
    page.goto(path)
    settled(page)


def settled(page: Page) -> None:
    """Wait until nothing of the page is loading any more."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("state-loading")).to_have_count(0)


def card(page: Page, endpoint: Endpoint) -> Locator:
    """An endpoint in the list of endpoints."""
    return page.get_by_test_id("endpoint-card").and_(page.locator(f"[data-endpoint-id='{endpoint.id}']"))


def collection_row(page: Page, endpoint: Endpoint) -> Locator:
    """An endpoint's collection in the table of collections."""
    row = page.get_by_test_id("collection-row")
    return row.and_(page.locator(f"[data-collection-id='{endpoint.collection}']"))


def run_row(page: Page, run_id: str) -> Locator:
    """A run in a table of runs."""
    return page.get_by_test_id("run-row").and_(page.locator(f"[data-run-id='{run_id}']"))


def toast(page: Page, text: str | re.Pattern[str]) -> Locator:
    """The short message that says `text`."""
    return page.get_by_test_id("toast").filter(has_text=text)
