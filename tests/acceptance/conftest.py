"""One running Muster for all acceptance tests, real sources beside it, and ways to make them misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

from tests.acceptance.api import Api, until
from tests.chromium import launch_options
from tests.proxy import Proxy
from tests.sources import PostgresServer, mariadb_server, postgres_server, sqlite_file
from tests.stack import RunningStack, collectors, running_stack
from tests.temporal import temporal_schedule_ids, temporal_schedule_paused

AFTER_THE_FIRES = {"test_ac2_schedule.py", "test_ac6_disable_and_delete.py"}
EVERY_MINUTE = "* * * * *"
SOURCE_PASSWORD = "acceptance-canary-7vq1"
TABLES = """
    CREATE TABLE orders (id int PRIMARY KEY, placed date NOT NULL);
    CREATE TABLE customers (id int PRIMARY KEY);
"""


@dataclass(frozen=True)
class Endpoint:
    """A registered endpoint and its collection, by id."""

    id: str
    collection: str


@dataclass(frozen=True)
class Scheduled:
    """Three collections with the same cron: one left alone, one disabled, one deleted before `stopped_at`."""

    ticking: Endpoint
    disabled: Endpoint
    deleted: Endpoint
    stopped_at: str
    temporal_address: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for schedules to fire comes last: they fire while the other tests run."""
    items.sort(key=lambda item: item.path.name in AFTER_THE_FIRES)


@pytest.fixture(scope="package")
def file_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="package")
def stack(file_root: Path) -> Iterator[RunningStack]:
    # a source that never answers is given up on after 3 s instead of 10, to spare the suite the waiting
    with running_stack(MUSTER_FILE_ROOTS=str(file_root), MUSTER_CONNECT_TIMEOUT_SECONDS="3") as running:
        yield running


@pytest.fixture(scope="package")
def api(stack: RunningStack) -> Api:
    return Api(stack.url, stack.token)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def temporal_address(stack: RunningStack) -> str:
    return stack.temporal_address


@pytest.fixture(scope="package")
def source() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="package")
def pair(
    api: Api, source: PostgresServer, file_root: Path, scheduled: Scheduled
) -> tuple[Endpoint, Endpoint]:
    """A on PostgreSQL and B on a SQLite file, each collected once. The schedules tick meanwhile."""
    a = register(api, "Shop", "postgres", source.create_database("shop", TABLES))
    path = sqlite_file(file_root / "notes.db", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    return a, register(api, "Notes", "sqlite", {"path": str(path)})


@pytest.fixture(scope="package")
def maria_endpoint(api: Api) -> Iterator[Endpoint]:
    with mariadb_server() as server:
        server.create_database(
            "warehouse", "CREATE TABLE stock (sku VARCHAR(20) PRIMARY KEY, amount INT NOT NULL)"
        )
        yield register(api, "Warehouse", "mysql", server.parameters("warehouse"))


@pytest.fixture(scope="package")
def scheduled(api: Api, file_root: Path, temporal_address: str) -> Scheduled:
    path = sqlite_file(file_root / "ticking.db", "CREATE TABLE ticks (at TEXT)")
    ticking, disabled, deleted = (
        register(api, name, "sqlite", {"path": str(path)}) for name in ("Ticking", "Disabled", "Deleted")
    )
    for endpoint in (ticking, disabled, deleted):
        set_cron(api, endpoint, EVERY_MINUTE)
    api.ask(
        "mutation($id: ID!) { updateCollection(id: $id, input: {isEnabled: false}) { id } }",
        id=disabled.collection,
    )
    api.ask("mutation($id: ID!) { deleteCollection(id: $id) }", id=deleted.collection)
    gone = f"collection::{deleted.collection}"
    until(lambda: gone not in temporal_schedule_ids(temporal_address), 20, "the deleted schedule to go")
    paused = f"collection::{disabled.collection}"
    until(lambda: temporal_schedule_paused(temporal_address, paused), 20, "the disabled schedule to pause")
    return Scheduled(ticking, disabled, deleted, datetime.now(UTC).isoformat(), temporal_address)


def register(api: Api, name: str, template: str, parameters: dict[str, Any]) -> Endpoint:
    """Register a source and wait until its first run has succeeded."""
    created = api.register(name, template, parameters)
    run = api.first_run_finished(created["id"])
    assert run["status"] == "SUCCEEDED", run
    return Endpoint(created["id"], created["collection"])


def set_cron(api: Api, endpoint: Endpoint, cron: str) -> None:
    """Give the endpoint's collection a schedule and wait until Temporal has it."""
    change = (
        "mutation($id: ID!, $cron: String) { updateCollection(id: $id, input: {scheduleCron: $cron}) { id } }"
    )
    api.ask(change, id=endpoint.collection, cron=cron)
    question = "query($id: ID!) { collection(id: $id) { scheduleState } }"
    until(
        lambda: api.ask(question, id=endpoint.collection)["scheduleState"] == "ACTIVE",
        20,
        "the schedule to be active",
    )


class Source:
    """A PostgreSQL database of one test's own, behind a proxy, with an account whose password can change."""

    def __init__(self, api: Api, server: PostgresServer) -> None:
        self.name = f"source_{uuid4().hex[:8]}"
        self.password = SOURCE_PASSWORD
        self._server = server
        server.create_database(self.name, TABLES)
        with server.connect() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(self.name), SOURCE_PASSWORD)
            )
        self.proxy = Proxy((server.host, server.port))
        parameters = server.parameters(
            self.name, port=self.proxy.port, username=self.name, password=SOURCE_PASSWORD
        )
        self.endpoint = register(api, self.name, "postgres", parameters)

    def change_password(self) -> Endpoint:
        return self._set_password("another-" + SOURCE_PASSWORD)

    def restore_password(self) -> Endpoint:
        return self._set_password(SOURCE_PASSWORD)

    def sessions(self) -> int:
        """How many sessions this source's account has on the server."""
        with self._server.connect() as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [self.name]
            ).fetchone()
        assert row is not None
        return int(row[0])

    def _set_password(self, password: str) -> Endpoint:
        with self._server.connect() as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(self.name), password)
            )
        return self.endpoint


class SlowSource(Source):
    """A source that can be made to hold up whoever reads its catalog."""

    def __init__(self, api: Api, server: PostgresServer, worker_pid: int) -> None:
        super().__init__(api, server)
        self._worker_pid = worker_pid

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """While this lasts, reading the comments of this database's objects waits for a lock."""
        with psycopg.connect(
            host=self._server.host,
            port=self._server.port,
            dbname=self.name,
            user=self._server.username,
            password=self._server.password,
        ) as connection:
            connection.execute("LOCK TABLE pg_catalog.pg_description IN ACCESS EXCLUSIVE MODE")
            yield

    def collectors(self) -> list[int]:
        """The collector processes that the worker has now."""
        return [process.pid for process in collectors(self._worker_pid)]


class FailingSources(Source):
    """A source with the ways it can fail after it has been registered; each returns the endpoint."""

    def __init__(self, api: Api, server: PostgresServer, database_url: str) -> None:
        super().__init__(api, server)
        self._database_url = database_url

    def stop_answering(self) -> Endpoint:
        self.proxy.stop_answering()
        return self.endpoint

    def close_port(self) -> Endpoint:
        self.proxy.close()
        return self.endpoint

    def drop_database(self) -> Endpoint:
        with self._server.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))
        return self.endpoint

    def spoil_stored_secret(self) -> Endpoint:
        """Replace the sealed password by one that no key opens."""
        with psycopg.connect(self._database_url) as connection:
            connection.execute(
                """UPDATE metadata_endpoints SET secrets = '{"password": "spoiled"}' WHERE id = %s""",
                [self.endpoint.id],
            )
        return self.endpoint


@pytest.fixture
def slow(api: Api, source: PostgresServer, stack: RunningStack) -> Iterator[SlowSource]:
    slow = SlowSource(api, source, stack.pid("worker"))
    yield slow
    slow.proxy.close()


@pytest.fixture
def failing(api: Api, source: PostgresServer, stack: RunningStack) -> Iterator[FailingSources]:
    failing = FailingSources(api, source, stack.database_url)
    yield failing
    failing.proxy.close()


@pytest.fixture(scope="package")
def database_url(stack: RunningStack) -> str:
    return stack.database_url
