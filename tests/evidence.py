"""Sources of which a run suddenly sees less: accounts that lose rights, replicas without tables, filters."""

from typing import Any
from uuid import uuid4

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.sources import MariaDbServer, PostgresServer

PASSWORD = "evidence-canary-5kd2"
EVERYTHING = {"sales.orders", "sales.customers", "stock.items"}


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
