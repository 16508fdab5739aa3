"""Fixtures for any test: one PostgreSQL and one Temporal per test process, a database per test."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg import sql
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from app.cli.embedded_postgres import APP_ROLE, SUPERUSER, EmbeddedPostgres
from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.db.migrate import migrate
from tests.stack import running_postgres, running_temporal

TEMPLATE_DATABASE = "muster_template"


# The fixtures that need a part which MUSTER_TEST_WITHOUT may leave out (tests/system_packages.py).
NEEDED_BY = {"mariadb": {"mariadb", "maria_endpoint"}, "chromium": {"browser"}}
# The cases that ask for such a fixture only while they run, by the value of their parameter.
CASES_OF = {"mariadb": {"mysql", "mariadb"}, "chromium": set[str]()}


# What is run in one piece and takes minutes goes first: at the end a process would be left alone with it.
LONGEST_FIRST = (
    *("e2e", "acceptance", "cli", "security"),
    *("integration", "workflow", "worker", "connectors", "api"),
)


def pytest_configure() -> None:
    """What tests start can be interrupted as from a terminal, also where a shell started the tests in the
    background: it has its background jobs ignore SIGINT, and theirs inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests into LONGEST_FIRST's order; leave out, visibly, what needs a part left out by name."""
    folders = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: folders.get(item.path.parent.name, len(folders)))
    left_out = [part for part in os.environ.get("MUSTER_TEST_WITHOUT", "").split(",") if part in NEEDED_BY]
    deselected = [item for item in items if any(needs(item, part) for part in left_out)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if item not in deselected]


def needs(item: pytest.Item, part: str) -> bool:
    """Whether a test cannot run without a part of tests/system_packages.py."""
    fixtures = set(getattr(item, "fixturenames", ()))
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    values = {value for value in parameters.values() if isinstance(value, str)}
    return bool(fixtures & NEEDED_BY[part]) or ("request" in fixtures and bool(values & CASES_OF[part]))


# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("muster", deadline=None)
hypothesis.settings.load_profile("muster")


class BySharedServers(LoadFileScheduling):
    """A file's tests stay together, and so do a folder's that share one `muster up`.

    Those of e2e share one as well, but would keep a single process busy longer than all others together take:
    each process that gets some of them starts its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.split("::", 1)[0])
        return str(file.parent if file.parent.name in {"acceptance", "cli", "security"} else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySharedServers:
    return BySharedServers(config, log)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[EmbeddedPostgres]:
    """A running cluster; `url(SUPERUSER, "postgres")` signs in as its superuser."""
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[EmbeddedTemporal]:
    """A running dev server, namespace `default`; its `address` is host:port."""
    with running_temporal() as temporal:
        yield temporal


@pytest.fixture(scope="session")
def template_database(postgres_cluster: EmbeddedPostgres) -> str:
    """The name of a migrated, empty database that nobody is connected to."""
    with _superuser(postgres_cluster) as connection:
        _create(connection, TEMPLATE_DATABASE, template="template1")
    migrate(postgres_cluster.url(APP_ROLE, TEMPLATE_DATABASE))
    return TEMPLATE_DATABASE


@pytest.fixture
def database(postgres_cluster: EmbeddedPostgres, template_database: str) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    with fresh_database(postgres_cluster, template_database) as url:
        yield url


@contextmanager
def fresh_database(cluster: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The address of a database like `template`, dropped at the end whoever is connected to it."""
    name = f"test_{uuid4().hex}"
    with _superuser(cluster) as connection:
        _create(connection, name, template=template)
        yield cluster.url(APP_ROLE, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _superuser(cluster: EmbeddedPostgres) -> psycopg.Connection[Any]:
    return psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True)


def _create(connection: psycopg.Connection[Any], name: str, *, template: str) -> None:
    # copying files takes a third of what writing every page into the log takes, which is the default
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier(APP_ROLE)
        )
    )
