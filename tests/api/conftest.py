"""The web application on a real database. Temporal is away unless a test gives an address."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from graphql import GraphQLSchema

from app.api.schema import make_schema
from app.cli.embedded_postgres import EmbeddedPostgres
from app.core.config import GRAPHQL_DIR, read_service_settings
from app.wsgi import WebProcess
from tests.api.seed import SECRET_KEY, Seed
from tests.conftest import fresh_database

TOKEN = "a-token-for-tests-that-is-long-enough"
# Whether the web interface has been built here makes no difference to these tests.
NO_INTERFACE = Path("/nonexistent")


@dataclass(frozen=True)
class Muster:
    """One web application, its database, and how it is asked."""

    client: FlaskClient
    connection: psycopg.Connection[Any]

    def post(self, body: Any, token: str | None = TOKEN) -> dict[str, Any]:
        """The answer to a JSON body; it must be HTTP 200."""
        return self.post_text(json.dumps(body), token)

    def post_text(self, body: str, token: str | None = TOKEN) -> dict[str, Any]:
        """The same, for a body that is written already."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = {"data": body, "content_type": "application/json", "headers": headers}
        with closing(self.client.post("/graphql", **request)) as response:
            assert response.status_code == 200, response.text
            answer: dict[str, Any] = json.loads(response.data)
        return answer

    def ask(self, query: str, **variables: Any) -> Any:
        """The value of the only field asked for; the answer must be free of errors."""
        answer = self.post({"query": query, "variables": variables})
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        return value

    def error(self, query: str, **variables: Any) -> dict[str, Any]:
        """The extensions of the only error."""
        answer = self.post({"query": query, "variables": variables})
        (error,) = answer["errors"]
        extensions: dict[str, Any] = error["extensions"]
        return extensions

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query, read beside the application."""
        return self.connection.execute(sql.encode()).fetchall()


@cache
def schema() -> GraphQLSchema:
    """Muster's schema: nothing changes it, and making it takes longer than most of these tests."""
    return make_schema(GRAPHQL_DIR)


@contextmanager
def running_muster(database: str, **settings: str) -> Iterator[Muster]:
    """An application on `database`; `settings` are those of its environment."""
    given = {
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": f"127.0.0.1:{refusing_port()}",
        "MUSTER_ADMIN_TOKEN": TOKEN,
        "MUSTER_SECRET_KEYS": SECRET_KEY,
        # far beyond what the tests of a module attempt from their one address
        "MUSTER_SIGN_IN_RATE_LIMIT": "100000 per minute",
        **settings,
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in given.items():
            environment.setenv(name, value)
        process = WebProcess(read_service_settings())
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            yield Muster(process.app(NO_INTERFACE, schema()).test_client(), connection)
    finally:
        process.close()


@pytest.fixture
def muster(database: str) -> Iterator[Muster]:
    """An application whose Temporal is away."""
    with running_muster(database) as running:
        yield running


@pytest.fixture(scope="module")
def idle_database(postgres_cluster: EmbeddedPostgres, template_database: str) -> Iterator[str]:
    """A database for all tests of a module that store nothing."""
    with fresh_database(postgres_cluster, template_database) as url:
        yield url


@pytest.fixture(scope="module")
def idle_muster(idle_database: str) -> Iterator[Muster]:
    """An application for all tests of a module that store nothing. Temporal is away."""
    with running_muster(idle_database) as running:
        yield running


@pytest.fixture
def seed(database: str) -> Iterator[Seed]:
    """Writes rows into the application's database."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield Seed(connection)


def refusing_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
