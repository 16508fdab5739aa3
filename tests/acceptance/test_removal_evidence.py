"""What a run does not see is not thereby gone: lost rights, an empty replica, a narrower filter, a schema
that cannot be listed. None of them removes a dataset, and each run says what it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint
from tests.evidence import EVERYTHING, MariaDb, Postgres, live, narrow
from tests.sources import MariaDbServer, PostgresServer, mariadb_server

OUTCOME = """query($r: ID!) { collectionRun(id: $r) {
  status errorCode stats { seen removed failed filtered heldRemovals }
  failedObjects { nodes { schema entity code } } changes { nodes { kind } } } }"""


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and what it said: failed schemas and objects with their codes, removals it held."""

    status: str
    failed: list[tuple[str | None, str | None, str]]
    held: int
    filtered: int


def collected(api: Api, endpoint: Endpoint) -> Outcome:
    """A run that anybody may ask for. Nothing is removed by it."""
    run_id = api.finished(api.trigger(endpoint.collection))["id"]
    run = api.ask(OUTCOME, r=run_id)
    stats = run["stats"] or {"removed": 0, "filtered": 0, "heldRemovals": 0}
    assert stats["removed"] == 0
    assert [each["kind"] for each in run["changes"]["nodes"]] == []
    waiting = api.ask("query($r: ID!) { heldRemovals(runId: $r) { count } }", r=run_id)
    assert sum(each["count"] for each in waiting) == stats["heldRemovals"]
    failed = [(each["schema"], each["entity"], each["code"]) for each in run["failedObjects"]["nodes"]]
    status = run["status"] if run["errorCode"] is None else f"{run['status']} {run['errorCode']}"
    return Outcome(status, failed, stats["heldRemovals"], stats["filtered"])


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDbServer]:
    with mariadb_server() as server:
        yield server


@pytest.fixture(params=["postgres", "mariadb"])
def make(request: pytest.FixtureRequest, api: Api) -> Callable[..., Postgres | MariaDb]:
    """Makes a registered source of each kind, with the given parameters."""
    if request.param == "postgres":
        return partial(Postgres, api, request.getfixturevalue("source"))
    return partial(MariaDb, api, request.getfixturevalue("mariadb"))


def test_postgres_without_rights_on_schemas_and_tables_is_read_all_the_same(
    api: Api, source: PostgresServer
) -> None:
    """PostgreSQL shows its catalog to everybody: nothing is hidden, so the run is a full success."""
    shop = Postgres(api, source)
    shop.execute(
        f"REVOKE SELECT ON ALL TABLES IN SCHEMA sales, stock FROM {shop.name};"
        f"REVOKE USAGE ON SCHEMA sales, stock FROM {shop.name}"
    )
    outcome = collected(api, shop.endpoint)
    assert (outcome.status, outcome.failed, outcome.held) == ("SUCCEEDED", [], 0)
    assert live(api, shop.endpoint) == EVERYTHING


def test_postgres_that_lets_the_account_in_no_more_fails_the_run(api: Api, source: PostgresServer) -> None:
    shop = Postgres(api, source)
    shop.execute(f"REVOKE CONNECT ON DATABASE {shop.name} FROM {shop.name}")
    outcome = collected(api, shop.endpoint)
    assert outcome.status == "FAILED SOURCE_PERMISSION_DENIED"
    assert live(api, shop.endpoint) == EVERYTHING


def test_mariadb_that_shows_fewer_tables_makes_the_run_partial(api: Api, mariadb: MariaDbServer) -> None:
    shop = MariaDb(api, mariadb)
    shop.execute(f"REVOKE SELECT ON sales.* FROM {shop.user}", f"GRANT SELECT ON sales.orders TO {shop.user}")
    outcome = collected(api, shop.endpoint)
    assert outcome.status == "PARTIAL"
    assert outcome.failed == [("sales", None, "SOURCE_PERMISSION_DENIED")]
    assert live(api, shop.endpoint) == EVERYTHING
    shop.execute(f"GRANT SELECT ON sales.* TO {shop.user}")
    assert collected(api, shop.endpoint).status == "SUCCEEDED"


def test_mariadb_that_shows_fewer_databases_makes_the_run_partial(api: Api, mariadb: MariaDbServer) -> None:
    shop = MariaDb(api, mariadb)
    shop.execute(f"REVOKE SELECT ON stock.* FROM {shop.user}")
    outcome = collected(api, shop.endpoint)
    assert outcome.status == "PARTIAL"
    assert outcome.failed == [("stock", None, "SOURCE_PERMISSION_DENIED")]
    assert live(api, shop.endpoint) == EVERYTHING


def test_an_empty_replica_removes_nothing_and_its_removals_wait_for_a_person(
    api: Api, make: Callable[..., Postgres | MariaDb]
) -> None:
    shop = make()
    shop.fail_over()
    outcome = collected(api, shop.endpoint)
    assert (outcome.status, outcome.failed, outcome.held) == ("SUCCEEDED", [], 3)
    assert live(api, shop.endpoint) == EVERYTHING


def test_a_narrower_filter_removes_nothing(api: Api, make: Callable[..., Postgres | MariaDb]) -> None:
    shop = make()
    narrow(api, shop.endpoint, shop.template, shop.parameters | {"schemas": ["sales"]})
    outcome = collected(api, shop.endpoint)
    assert (outcome.status, outcome.failed, outcome.held) == ("SUCCEEDED", [], 0)
    assert outcome.filtered >= 1
    assert live(api, shop.endpoint) == EVERYTHING


def test_a_schema_that_cannot_be_listed_makes_the_run_partial(
    api: Api, make: Callable[..., Postgres | MariaDb]
) -> None:
    shop = make(schemas=["sales", "stock"])
    shop.close_stock()
    outcome = collected(api, shop.endpoint)
    assert (outcome.status, outcome.held) == ("PARTIAL", 0)
    assert ("stock", None, "SOURCE_NOT_FOUND") in outcome.failed
    assert live(api, shop.endpoint) == EVERYTHING
