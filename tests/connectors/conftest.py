"""The real sources that the connector tests read, started once per test process."""

from collections.abc import Iterator

import pytest

from tests.sources import MariaDbServer, PostgresServer, mariadb_server, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDbServer]:
    with mariadb_server() as server:
        yield server
