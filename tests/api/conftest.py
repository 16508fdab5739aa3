"""The web application on a real database. Temporal is away unless a test gives an address."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from app.core.config import read_service_settings
from app.wsgi import WebProcess
from tests.api.seed import Seed

TOKEN = "a-token-for-tests-that-is-long-enough"


@dataclass(frozen=True)
class Muster:
    """One web application, its database, and how it is asked."""

    client: FlaskClient
    database: str

    def post(self, body: Any, token: str | None = TOKEN) -> dict[str, Any]:
        """The answer to a JSON body; it must be HTTP 200."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.client.post(
            "/graphql", data=json.dumps(body), content_type="application/json", headers=headers
        )
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

    def execute(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run a statement on the database, beside the application."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), params)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def make_muster(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., Muster]]:
    """Makes an application; keyword arguments are settings of its environment."""
    processes: list[WebProcess] = []

    def make(**settings: str) -> Muster:
        given = {
            "DATABASE_URL": database,
            "TEMPORAL_ADDRESS": f"127.0.0.1:{refusing_port()}",
            "MUSTER_DATA_DIR": str(tmp_path),
            "MUSTER_ADMIN_TOKEN": TOKEN,
            "MUSTER_SECRET_KEYS": Fernet.generate_key().decode(),
            **settings,
        }
        with monkeypatch.context() as environment:
            for name, value in given.items():
                environment.setenv(name, value)
            processes.append(WebProcess(read_service_settings()))
        return Muster(processes[-1].app().test_client(), database)

    yield make
    for process in processes:
        process.close()


@pytest.fixture
def muster(make_muster: Callable[..., Muster]) -> Muster:
    """An application whose Temporal is away."""
    return make_muster()


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
