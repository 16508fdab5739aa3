"""Many tables: the same few round trips, and no more memory."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.collecting import request, run, start
from tests.sources import MariaDbServer, PostgresServer

MANY = 5000
MAX_ROUND_TRIPS = 10
MAX_MB = 60
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


@pytest.fixture(scope="module")
def many_postgres(postgres: PostgresServer) -> dict[str, Any]:
    parameters = postgres.create_database("many")
    with postgres.connect("many") as connection:
        connection.execute(
            f"DO $$ BEGIN FOR i IN 1..{MANY} LOOP"
            " EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a text, b numeric(10,2))', i);"
            " END LOOP; END $$"
        )
    return parameters


def _peak_mb(template_id: str, parameters: dict[str, Any], staging: Path) -> float:
    """The collector's peak, measured by a small parent: a child's peak starts as that of what forked it."""
    measured = staging.with_suffix(".peak")
    process = start(request(template_id, parameters, staging), [sys.executable, "-c", MEASURE, str(measured)])
    assert process.stdout is not None
    output = process.stdout.read()
    process.wait(10)
    assert json.loads(output.splitlines()[-1])["event"] == "result"
    return int(measured.read_text()) / 1024


def test_postgres_memory_stays_flat(
    postgres: PostgresServer, many_postgres: dict[str, Any], tmp_path: Path
) -> None:
    few = _peak_mb("postgres", postgres.create_database("few", "CREATE TABLE t (id int)"), tmp_path / "few")
    many = _peak_mb("postgres", many_postgres, tmp_path / "many")
    assert many < MAX_MB
    assert many - few < 10


def test_postgres_round_trips_do_not_grow(
    postgres: PostgresServer, many_postgres: dict[str, Any], tmp_path: Path
) -> None:
    one = postgres.create_database("single", "CREATE TABLE t (id int)")
    with postgres.connect() as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
    counted = []
    for parameters, tables in ((one, 1), (many_postgres, MANY)):
        before = _logged_statements(postgres)
        collected = run("postgres", parameters, tmp_path)
        assert collected.last["datasets"] == tables
        counted.append(_logged_statements(postgres) - before)
    assert counted[0] == counted[1]
    assert 0 < counted[0] <= MAX_ROUND_TRIPS


def _logged_statements(server: PostgresServer) -> int:
    return len(re.findall(r"^muster LOG:  (?:statement|execute)", server.log.read_text(), re.MULTILINE))


def test_mariadb_statements_do_not_grow(mariadb: MariaDbServer, tmp_path: Path) -> None:
    counted = []
    for name, tables in (("narrow", 1), ("wide", 300)):
        parameters = mariadb.create_database(
            name, *(f"CREATE TABLE t{i} (id int PRIMARY KEY) ENGINE=Aria" for i in range(tables))
        )
        before = _questions(mariadb)
        assert run("mysql", parameters, tmp_path).last["datasets"] == tables
        counted.append(_questions(mariadb) - before)
    assert counted[0] == counted[1] <= MAX_ROUND_TRIPS + 2  # our own two questions


def _questions(server: MariaDbServer) -> int:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Questions'")
        row = cursor.fetchone()
    assert row is not None
    return int(row[1])
