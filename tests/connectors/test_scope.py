"""Which schemas a collection covers, and what it says of those it does not."""

from pathlib import Path
from typing import Any

import pymysql
import pytest

from app.core.domain.templates import TEMPLATES
from tests.connectors.collecting import Collected, run
from tests.sources import MariaDbServer, PostgresServer, sqlite_file

SCHEMAS = ("sales", "Sales", "stock")


@pytest.fixture(scope="module", params=["postgres", "mysql"])
def source(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Three schemas with one, two and three tables, two of which differ in case alone."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        parts = [f'CREATE SCHEMA "{name}"' for name in SCHEMAS]
        parts += [
            f'CREATE TABLE "{name}".t{i} (id int)'
            for count, name in enumerate(SCHEMAS, 1)
            for i in range(count)
        ]
        return "postgres", server.create_database("scope", ";".join([*parts, "DROP SCHEMA public"]))
    mariadb: MariaDbServer = request.getfixturevalue("mariadb")
    for count, name in enumerate(SCHEMAS, 1):
        mariadb.create_database(name, *(f"CREATE TABLE t{i} (id int)" for i in range(count)))
    return "mysql", mariadb.parameters()


def _listings(collected: Collected) -> dict[str, tuple[bool, int]]:
    return {r["schema"]: (r["ok"], r["listed"]) for r in collected.of_type("listing")}


def test_without_restriction_every_schema_is_listed_in_full(
    source: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    collected = run(*source, tmp_path)
    listings = _listings(collected)
    assert {name: listings[name] for name in SCHEMAS} == {
        name: (True, count) for count, name in enumerate(SCHEMAS, 1)
    }
    assert collected.staged.end.complete_scope is True
    assert not set(listings) & {"mysql", "information_schema", "pg_catalog", "performance_schema", "sys"}


@pytest.mark.parametrize("by", ["parameter", "override"])
def test_a_restriction_covers_exactly_its_schemas(
    by: str, source: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    template_id, parameters = source
    wanted = ["Sales"]
    collected = (
        run(template_id, parameters | {"schemas": wanted}, tmp_path)
        if by == "parameter"
        else run(template_id, parameters | {"schemas": ["stock"]}, tmp_path, schemas=wanted)
    )
    assert _listings(collected) == {"Sales": (True, 2)}
    assert {schema for schema, _ in collected.documents} == {"Sales"}
    end = collected.staged.end
    assert end.complete_scope is False
    assert end.filtered >= 4
    assert end.listed == end.datasets + end.filtered


def test_a_missing_schema_is_a_failure_beside_the_others(
    source: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    collected = run(*source, tmp_path, schemas=["stock", "nowhere"])
    assert _listings(collected) == {"stock": (True, 3), "nowhere": (False, 1)}
    failure = collected.of_type("failure")[0]
    assert (failure["schema"], failure["name"], failure["code"]) == ("nowhere", None, "SOURCE_NOT_FOUND")
    assert any(e["event"] == "log" and e["level"] == "WARNING" for e in collected.events)
    assert collected.last["failed"] == 1


def test_nothing_but_missing_schemas_is_an_error(source: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    collected = run(*source, tmp_path, schemas=["nowhere"])
    assert (collected.last["event"], collected.last["code"]) == ("error", "SOURCE_NOT_FOUND")


def test_a_mysql_database_restricts_and_schemas_win(mariadb: MariaDbServer, tmp_path: Path) -> None:
    mariadb.create_database("only_this", "CREATE TABLE t (id int)")
    mariadb.create_database("rather_this", "CREATE TABLE t (id int)")
    parameters = mariadb.parameters("only_this")
    assert list(_listings(run("mysql", parameters, tmp_path))) == ["only_this"]
    chosen = run("mysql", parameters | {"schemas": ["rather_this"]}, tmp_path)
    assert list(_listings(chosen)) == ["rather_this"]


def test_sqlite_knows_one_schema(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "one.sqlite", "CREATE TABLE t (id int)")
    assert run("sqlite", {"path": str(path)}, tmp_path, schemas=["main"]).last["datasets"] == 1
    assert run("sqlite", {"path": str(path)}, tmp_path, schemas=["other"]).last["code"] == "SOURCE_NOT_FOUND"


def test_what_cannot_be_read_fails_alone(mariadb: MariaDbServer, tmp_path: Path) -> None:
    parameters = mariadb.create_database(
        "broken",
        "CREATE TABLE t (id int)",
        "CREATE TABLE gone (id int)",
        "CREATE VIEW v AS SELECT * FROM gone",
        "DROP TABLE gone",
    )
    collected = run("mysql", parameters, tmp_path)
    assert [name for _, name in collected.documents] == ["t"]
    assert [failure["name"] for failure in collected.of_type("failure")] == ["v"]


def test_a_broken_sqlite_view_fails_alone(tmp_path: Path) -> None:
    script = "CREATE TABLE t (id int); CREATE VIEW v AS SELECT * FROM gone"
    path = sqlite_file(tmp_path / "broken.sqlite", script)
    collected = run("sqlite", {"path": str(path)}, tmp_path)
    assert [name for _, name in collected.documents] == ["t"]
    assert [failure["name"] for failure in collected.of_type("failure")] == ["v"]


def test_a_locked_postgres_table_fails_alone_and_is_not_waited_for(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    script = "CREATE TABLE t (id int); CREATE TABLE free (id int); CREATE VIEW v AS SELECT * FROM t"
    parameters = postgres.create_database("locked", script)
    with postgres.connect("locked") as other, other.transaction():
        other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        collected = run("postgres", parameters, tmp_path)
    assert [name for _, name in collected.documents] == ["free"]
    assert {failure["name"] for failure in collected.of_type("failure")} == {"t", "v"}


def test_an_account_without_a_right_on_the_whole_schema_proves_no_removal(
    mariadb: MariaDbServer, tmp_path: Path
) -> None:
    mariadb.create_database("partly", "CREATE TABLE seen (id int)", "CREATE TABLE hidden (id int)")
    mariadb.execute("CREATE USER half IDENTIFIED BY 'half-pw-7d3e'", "GRANT SELECT ON partly.seen TO half")
    account = {"username": "half", "password": "half-pw-7d3e"}
    collected = run("mysql", mariadb.parameters() | account, tmp_path)
    assert [name for _, name in collected.documents] == ["seen"]
    assert [listing["complete"] for listing in collected.of_type("listing")] == [False]
    assert collected.staged.end.complete_scope is False


@pytest.mark.parametrize(
    ("grants", "shown", "sees_all"),
    [
        ({"%": "SELECT"}, 1, True),
        ({"nar%": "SELECT", r"nar\_row": "EXECUTE"}, 0, False),
        ({"na%": "SELECT", "nar%": "EXECUTE"}, 0, False),
        ({"nar%": "EXECUTE", r"nar\_row": "SELECT"}, 1, True),
        ({"na%": "EXECUTE", "nar_row": "SELECT"}, 1, True),
    ],
)
def test_of_several_grants_the_most_specific_says_what_an_account_sees(
    mariadb: MariaDbServer, tmp_path: Path, grants: dict[str, str], shown: int, sees_all: bool
) -> None:
    mariadb.execute("CREATE OR REPLACE DATABASE nar_row", "CREATE TABLE nar_row.t (id int)")
    mariadb.execute("CREATE OR REPLACE USER narrow IDENTIFIED BY 'narrow-pw-2v8k'")
    mariadb.execute(*(f"GRANT {right} ON `{pattern}`.* TO narrow" for pattern, right in grants.items()))
    account = {"username": "narrow", "password": "narrow-pw-2v8k", "schemas": ["nar_row"]}
    collected = run("mysql", mariadb.parameters() | account, tmp_path)
    listings = [(each["listed"], each["complete"]) for each in collected.of_type("listing")]
    assert listings == [(shown, sees_all)]


def test_a_mysql_account_may_have_the_name_of_a_mailbox(mariadb: MariaDbServer, tmp_path: Path) -> None:
    mariadb.execute("CREATE OR REPLACE DATABASE post", "CREATE TABLE post.t (id int)")
    mariadb.execute("CREATE USER 'jo@mail.example'@'%' IDENTIFIED BY 'mailbox-pw-6f1s'")
    mariadb.execute("GRANT SELECT ON post.* TO 'jo@mail.example'@'%'")
    account = {"username": "jo@mail.example", "password": "mailbox-pw-6f1s"}
    collected = run("mysql", mariadb.parameters() | account, tmp_path)
    complete = {each["schema"]: each["complete"] for each in collected.of_type("listing")}
    assert complete == {"post": True}


MUSTER = {"username": "muster", "password": "choose-a-password"}


def test_the_postgres_grant_script_is_enough(postgres: PostgresServer, tmp_path: Path) -> None:
    script = "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); CREATE VIEW s.v AS SELECT id FROM s.t"
    parameters = postgres.create_database("granted", script)
    grants = (TEMPLATES["postgres"].grant_script or "").replace("your-database", "granted")
    with postgres.connect("granted") as connection:
        connection.execute(grants.encode())
    as_admin = run("postgres", parameters, tmp_path / "admin")
    _assert_same(as_admin, run("postgres", parameters | MUSTER, tmp_path / "muster"))


def test_the_mysql_grant_script_is_enough(mariadb: MariaDbServer, tmp_path: Path) -> None:
    table, view = "CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT id FROM t"
    parameters = mariadb.create_database("granted", table, view)
    lines = (TEMPLATES["mysql"].grant_script or "").replace("your_database", "granted").splitlines()
    needed = [line for line in lines if not line.startswith("--")]
    for_view_text = [line.removeprefix("-- ") for line in lines if line.startswith("-- GRANT")]
    as_admin = run("mysql", parameters, tmp_path / "admin")

    mariadb.execute(*needed)
    without_view_text = run("mysql", parameters | MUSTER, tmp_path / "least")
    assert without_view_text.documents["granted", "t"] == as_admin.documents["granted", "t"]
    assert without_view_text.documents["granted", "v"]["definition"] is None
    least = MariaDbServer(mariadb.host, mariadb.port, MUSTER["username"], MUSTER["password"])
    with pytest.raises(pymysql.OperationalError, match="SELECT command denied"):
        least.execute("SELECT * FROM granted.t")

    mariadb.execute(*for_view_text)
    _assert_same(as_admin, run("mysql", parameters | MUSTER, tmp_path / "all"))


def _assert_same(as_admin: Collected, as_muster: Collected) -> None:
    assert as_muster.documents == as_admin.documents
    assert len(as_muster.documents) == 2
    assert as_muster.staged.end == as_admin.staged.end
