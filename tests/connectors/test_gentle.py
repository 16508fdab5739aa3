"""How a source sees that it is read: by whom, with pauses, read-only, and not for ever."""

from pathlib import Path
from time import monotonic

from tests.connectors.collecting import request, run, start
from tests.sources import MariaDbServer, PostgresServer, sqlite_file, wait_until

NAME = "muster 6d1f0f5e-0000-4000-8000-000000000001"
PAUSE_SECONDS = 0.4


def test_postgres_sees_the_run(postgres: PostgresServer, tmp_path: Path) -> None:
    parameters = postgres.create_database("tagged", "CREATE TABLE t (id int)")
    asked = request("postgres", parameters, tmp_path, application_name=NAME, pause_seconds=1.0)
    with start(asked) as process:
        wait_until(lambda: postgres.sessions(NAME) == 1, what="the session")
        with postgres.connect() as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND backend_xmin IS NOT NULL",
                [NAME],
            ).fetchall()
        assert len(found) <= 1
        process.communicate()
    assert postgres.sessions(NAME) == 0


def test_postgres_is_read_in_a_transaction_that_cannot_write(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    parameters = postgres.create_database("readonly", "CREATE TABLE t (id int)")
    with postgres.connect() as connection:
        connection.execute("ALTER DATABASE readonly SET log_statement = 'all'")
    name = f"{NAME} read-only"
    run("postgres", parameters, tmp_path, application_name=name)
    lines = [line for line in postgres.log.read_text(encoding="utf-8").splitlines() if line.startswith(name)]
    begins = [line for line in lines if "BEGIN" in line]
    assert len(begins) == 1
    assert "READ ONLY" in begins[0]
    assert not any(word in line for line in lines for word in ("INSERT", "UPDATE", "CREATE", "DROP"))


def test_mariadb_sees_the_run(mariadb: MariaDbServer, tmp_path: Path) -> None:
    parameters = mariadb.create_database("tagged", "CREATE TABLE t (id int)")
    mariadb.execute("SET GLOBAL general_log = ON, log_output = 'TABLE'", "TRUNCATE mysql.general_log")
    run("mysql", parameters, tmp_path, application_name=NAME)
    mariadb.execute("SET GLOBAL general_log = OFF")
    with mariadb.connect("mysql") as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT CONVERT(argument USING utf8mb4) FROM general_log WHERE argument LIKE '%%TABLES%%'"
        )
        statements = [text for (text,) in cursor.fetchall() if "general_log" not in text]
    assert statements
    assert all(text.startswith(f"/* {NAME} */") for text in statements)


def test_pauses_lie_between_the_statements(postgres: PostgresServer, tmp_path: Path) -> None:
    parameters = postgres.create_database("paused", "CREATE TABLE t (id int)")
    began = monotonic()
    collected = run("postgres", parameters, tmp_path, pause_seconds=PAUSE_SECONDS)
    pauses = (collected.last["statements"] - 1) * PAUSE_SECONDS
    assert pauses > 0
    assert monotonic() - began > pauses
    cost = next(event for event in collected.events if event["event"] == "cost")
    assert cost["seconds"] >= pauses
    assert cost["rows"] >= 2
    assert cost["bytes"] > 100


def test_a_file_costs_no_bytes(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "file.sqlite", "CREATE TABLE t (id int)")
    collected = run("sqlite", {"path": str(path)}, tmp_path)
    cost = next(event for event in collected.events if event["event"] == "cost")
    assert cost["bytes"] is None
    assert cost["statements"] == collected.last["statements"]
    assert collected.staged.end.datasets == 1
