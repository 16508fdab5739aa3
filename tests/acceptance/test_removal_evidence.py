"""What a run does not see is not thereby gone: lost rights, an empty replica, a narrower filter, a schema
that cannot be listed. None of them removes a dataset, and each run says what it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.sources import MariaDbServer, PostgresServer, mariadb_server

PASSWORD = "evidence-canary-5kd2"
EVERYTHING = {"sales.orders", "sales.customers", "stock.items"}
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


def live(api: Api, endpoint: Endpoint) -> set[str]:
    """What the catalog shows of an endpoint: schema and name."""
    query = "query($e: ID) { catalogDatasetConnection(endpointId: $e) { nodes { schema entity removedAt } } }"
    nodes = api.ask(query, e=endpoint.id)["nodes"]
    assert all(node["removedAt"] is None for node in nodes)
    return {f"{node['schema']}.{node['entity']}" for node in nodes}


def narrow(api: Api, endpoint: Endpoint, template: str, parameters: dict[str, Any]) -> None:
    """Give the endpoint other parameters."""
    api.ask(
        "mutation($e: ID!, $c: JSON) { updateEndpoint(id: $e, patch: {config: $c}) { id } }",
        e=endpoint.id,
        c={"templateId": template, "parameters": parameters},
    )


class Postgres:
    """A PostgreSQL database of one test's own, read by an account of its own."""

    template = "postgres"

    def __init__(self, api: Api, server: PostgresServer, **parameters: Any) -> None:
        self.server, self.name = server, f"evidence_{uuid4().hex[:8]}"
        server.create_database(
            self.name,
            f"""CREATE ROLE {self.name} LOGIN PASSWORD '{PASSWORD}';
            REVOKE CONNECT ON DATABASE {self.name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {self.name} TO {self.name};
            CREATE SCHEMA sales CREATE TABLE orders (id int PRIMARY KEY) CREATE TABLE customers (id int);
            CREATE SCHEMA stock CREATE TABLE items (id int);
            GRANT USAGE ON SCHEMA sales, stock TO {self.name};
            GRANT SELECT ON ALL TABLES IN SCHEMA sales, stock TO {self.name};""",
        )
        account = {"username": self.name, "password": PASSWORD}
        self.parameters = server.parameters(self.name, **account, **parameters)
        self.endpoint = register(api, self.name, self.template, self.parameters)
        assert live(api, self.endpoint) == EVERYTHING

    def execute(self, script: str, database: str | None = None) -> None:
        """Run statements as administrator."""
        with self.server.connect(database or self.name) as connection:
            connection.execute(script.encode())

    def close_stock(self) -> None:
        """Make the schema stock one that cannot be listed any more."""
        self.execute("ALTER SCHEMA stock RENAME TO warehouse")

    def fail_over(self) -> None:
        """From now on a database without tables answers under the same name."""
        self.execute(f"ALTER DATABASE {self.name} RENAME TO {self.name}_away", "postgres")
        self.server.create_database(self.name, f"GRANT CONNECT ON DATABASE {self.name} TO {self.name}")


class MariaDb:
    """Two databases of one MariaDB server, read by an account with rights on both."""

    template = "mysql"

    def __init__(self, api: Api, server: MariaDbServer, **parameters: Any) -> None:
        self.server, self.user = server, f"evidence_{uuid4().hex[:8]}"
        for name in ("sales", "stock"):
            server.execute(f"CREATE OR REPLACE DATABASE {name}")
        self.execute(
            "CREATE TABLE sales.orders (id int PRIMARY KEY)",
            "CREATE TABLE sales.customers (id int)",
            "CREATE TABLE stock.items (id int)",
            f"CREATE USER {self.user} IDENTIFIED BY '{PASSWORD}'",
            f"GRANT SELECT ON sales.* TO {self.user}",
            f"GRANT SELECT ON stock.* TO {self.user}",
        )
        account = {"username": self.user, "password": PASSWORD}
        self.parameters = server.parameters(**account, **parameters)
        self.endpoint = register(api, self.user, self.template, self.parameters)
        assert live(api, self.endpoint) == EVERYTHING

    def execute(self, *statements: str) -> None:
        """Run statements as administrator."""
        self.server.execute(*statements)

    def close_stock(self) -> None:
        """Make the database stock one that cannot be listed any more."""
        self.execute(f"REVOKE SELECT ON stock.* FROM {self.user}")

    def fail_over(self) -> None:
        """From now on the same databases have no tables."""
        for name in ("sales", "stock"):
            self.execute(f"CREATE OR REPLACE DATABASE {name}")


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
