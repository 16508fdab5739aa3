"""What a run did not see and did not remove, as its page tells it: lost rights, an empty replica, a narrower
filter, a schema that cannot be listed, each at a real source."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import open_page
from tests.evidence import MariaDb, Postgres, narrow
from tests.sources import MariaDbServer, PostgresServer, mariadb_server

Source = MariaDb | Postgres


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDbServer]:
    with mariadb_server() as server:
        yield server


def open_next_run(page: Page, api: Api, shop: Source) -> None:
    """The page of a run that is asked for now. It says that nothing was removed."""
    run = api.finished(api.trigger(shop.endpoint.collection))
    open_page(page, f"/runs/{run['id']}")
    expect(figure(page, "Removed")).to_have_text("0")
    expect(page.get_by_text("This run stored no changes.")).to_be_visible()


def figure(page: Page, name: str) -> Locator:
    """One of the numbers of what the run found."""
    return page.get_by_role("definition").and_(page.locator(f"dt:text-is('{name}') + dd"))


def delete(api: Api, shop: Source) -> None:
    """So that no test finds removals to decide on."""
    api.ask("mutation($id: ID!) { deleteEndpoint(id: $id) }", id=shop.endpoint.id)


def test_lost_rights(page: Page, api: Api, mariadb: MariaDbServer) -> None:
    shop = MariaDb(api, mariadb)
    shop.execute(f"REVOKE SELECT ON sales.* FROM {shop.user}", f"GRANT SELECT ON sales.orders TO {shop.user}")
    open_next_run(page, api, shop)
    expect(page.get_by_test_id("run-partial")).to_contain_text("nothing that could not be read was removed")
    expect(page.get_by_test_id("failed-object")).to_contain_text(["sales"])
    expect(page.get_by_test_id("failed-object")).to_have_attribute("data-code", "SOURCE_PERMISSION_DENIED")
    delete(api, shop)


def test_an_empty_replica(page: Page, api: Api, source: PostgresServer) -> None:
    shop = Postgres(api, source)
    shop.fail_over()
    open_next_run(page, api, shop)
    held = page.get_by_test_id("held-removals")
    expect(held).to_contain_text("Removal of 3 of 3 datasets waits for a decision")
    expect(held).to_contain_text("The source showed no dataset at all. It may be an empty copy")
    delete(api, shop)


def test_a_narrower_filter(page: Page, api: Api, source: PostgresServer) -> None:
    shop = Postgres(api, source)
    narrow(api, shop.endpoint, shop.template, shop.parameters | {"schemas": ["sales"]})
    open_next_run(page, api, shop)
    expect(figure(page, "Left out")).to_have_text("1")
    expect(page.get_by_test_id("held-removals")).to_have_count(0)
    delete(api, shop)


def test_a_schema_that_cannot_be_listed(page: Page, api: Api, source: PostgresServer) -> None:
    shop = Postgres(api, source, schemas=["sales", "stock"])
    shop.close_stock()
    open_next_run(page, api, shop)
    expect(page.get_by_test_id("run-partial")).to_contain_text("1 object could not be read")
    expect(page.get_by_test_id("failed-object")).to_contain_text(["stock"])
    expect(page.get_by_test_id("held-removals")).to_have_count(0)
    delete(api, shop)
