"""What every connector promises, shown on the same schema in each of the three sources."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.connectors.collecting import Collected, run
from tests.sources import MariaDbServer, PostgresServer, sqlite_file

# Quotes of every kind, brackets, a dot, a backslash, a line break, a percent sign, and Unicode.
ODD = "a \"b\" 'c' `d` [e].f\\g\nh%s é中"
LONG = "L" * 63
CASES = ("Upper", "upper2", "UPPER3")
EMOJI = "snow☃🙂"  # MariaDB's names end with the Basic Multilingual Plane

TABLES = """
CREATE TABLE customer (
    region {int} NOT NULL, code {text} NOT NULL, name {text} DEFAULT 'nobody' {name_comment},
    born DATE, PRIMARY KEY (region, code)
) {table_comment};
CREATE TABLE invoice (
    id {int} NOT NULL PRIMARY KEY, customer_region {int} NOT NULL, customer_code {text} NOT NULL,
    total DECIMAL(10,2) DEFAULT 0,
    CONSTRAINT invoice_customer
        FOREIGN KEY (customer_region, customer_code) REFERENCES customer (region, code)
);
CREATE UNIQUE INDEX customer_name ON customer (name, born);
CREATE INDEX invoice_total ON invoice (total);
CREATE VIEW big_invoice AS SELECT id, total FROM invoice WHERE total > 100;
"""


@dataclass(frozen=True)
class Case:
    """One source holding the schema, and how it calls things."""

    collected: Collected
    database: str | None
    schema: str
    integer: str
    keeps_comments: bool
    names_foreign_keys: bool
    odd_names: tuple[str, ...]

    def document(self, name: str) -> dict[str, Any]:
        return self.collected.documents[self.schema, name]


def _statements(**words: str) -> list[str]:
    return [statement.strip() for statement in TABLES.format(**words).split(";") if statement.strip()]


def _postgres(server: PostgresServer, staging: Path) -> Case:
    words = {"int": "integer", "text": "varchar(20)", "name_comment": "", "table_comment": ""}
    parameters = server.create_database("contract", ";".join(_statements(**words)))
    odd = (ODD, LONG, *CASES, EMOJI)
    with server.connect("contract") as connection:
        connection.execute("COMMENT ON TABLE customer IS 'those who pay'")
        connection.execute("COMMENT ON COLUMN customer.name IS 'what they''re called'")
        for name in odd:
            column = sql.Identifier(name)
            connection.execute(sql.SQL("CREATE TABLE {} ({} int)").format(column, column))
        connection.execute("ANALYZE")
    collected = run("postgres", parameters, staging)
    return Case(collected, "contract", "public", "integer", True, True, odd)


def _mariadb(server: MariaDbServer, staging: Path) -> Case:
    words = {
        "int": "int",
        "text": "varchar(20)",
        "name_comment": "COMMENT 'what they''re called'",
        "table_comment": "COMMENT 'those who pay'",
    }
    odd = (ODD, LONG, *CASES)
    quoted = [f"`{name.replace('`', '``')}`" for name in odd]
    parameters = server.create_database("contract", *_statements(**words))
    with closing(server.connect("contract")) as connection, connection.cursor() as cursor:
        for name in quoted:
            cursor.execute(f"CREATE TABLE {name} ({name} int)")
    return Case(run("mysql", parameters, staging), None, "contract", "int(11)", True, True, odd)


def _sqlite(staging: Path) -> Case:
    words = {"int": "int", "text": "varchar(20)", "name_comment": "", "table_comment": ""}
    odd = ("", ODD, LONG, *CASES, EMOJI)
    quoted = ['"' + name.replace('"', '""') + '"' for name in odd]
    script = ";".join([*_statements(**words), *(f"CREATE TABLE {name} ({name} int)" for name in quoted)])
    path = sqlite_file(staging / "contract.sqlite", script)
    return Case(run("sqlite", {"path": str(path)}, staging), None, "main", "int", False, False, odd)


@pytest.fixture(scope="module", params=["postgres", "mysql", "sqlite"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    staging = tmp_path_factory.mktemp("staging")
    if request.param == "sqlite":
        return _sqlite(staging)
    if request.param == "mysql":
        return _mariadb(request.getfixturevalue("mariadb"), staging)
    return _postgres(request.getfixturevalue("postgres"), staging)


def test_everything_is_collected_and_accounted_for(case: Case) -> None:
    assert case.collected.exit_code == 0
    assert case.collected.last["event"] == "result", case.collected.output
    names = {"customer", "invoice", "big_invoice", *case.odd_names}
    assert {name for _, name in case.collected.documents} == names
    end = case.collected.staged.end
    assert (end.datasets, end.failed) == (len(names), 0)
    listing = next(r for r in case.collected.of_type("listing") if r["schema"] == case.schema)
    assert (listing["ok"], listing["complete"], listing["listed"]) == (True, True, len(names))


def test_names_come_through_exactly(case: Case) -> None:
    for name in case.odd_names:
        assert [column["name"] for column in case.document(name)["columns"]] == [name]


def test_a_document_names_its_place(case: Case) -> None:
    document = case.document("customer")
    assert document["type"] == "dataset"
    assert (document["database"], document["schema"]) == (case.database, case.schema)


def test_columns(case: Case) -> None:
    region, code, name, born = case.document("customer")["columns"]
    assert [c["position"] for c in (region, code, name, born)] == [1, 2, 3, 4]
    assert [c["name"] for c in (region, code, name, born)] == ["region", "code", "name", "born"]
    assert region["type"].lower() == case.integer
    assert "20" in code["type"]
    assert born["type"].upper() == "DATE"
    assert [c["nullable"] for c in (region, code, name, born)] == [False, False, True, True]
    assert "'nobody'" in name["default"]
    assert [c["default"] for c in (region, code, born)] == [None, None, None]


def test_comments(case: Case) -> None:
    document = case.document("customer")
    table, column = ("those who pay", "what they're called") if case.keeps_comments else (None, None)
    assert document["comment"] == table
    assert document["columns"][2]["comment"] == column
    assert document["columns"][0]["comment"] is None


def test_keys(case: Case) -> None:
    assert case.document("customer")["primary_key"] == ["region", "code"]
    assert case.document("customer")["foreign_keys"] == []
    assert case.document("invoice")["primary_key"] == ["id"]
    assert case.document("invoice")["foreign_keys"] == [
        {
            "name": "invoice_customer" if case.names_foreign_keys else None,
            "columns": ["customer_region", "customer_code"],
            "to_schema": case.schema,
            "to_name": "customer",
            "to_columns": ["region", "code"],
        }
    ]


def test_indexes(case: Case) -> None:
    customer = {index["name"]: index for index in case.document("customer")["indexes"]}
    assert customer["customer_name"] == {"name": "customer_name", "columns": ["name", "born"], "unique": True}
    invoice = {index["name"]: index for index in case.document("invoice")["indexes"]}
    assert invoice["invoice_total"]["unique"] is False
    assert any(index["unique"] and index["columns"] == ["id"] for index in invoice.values())


def test_views(case: Case) -> None:
    view = case.document("big_invoice")
    assert view["kind"] == "VIEW"
    assert [column["name"] for column in view["columns"]] == ["id", "total"]
    assert "100" in view["definition"]
    assert case.document("invoice")["definition"] is None
    assert case.document("invoice")["kind"] == "TABLE"


def test_estimates_stand_beside_the_document(case: Case) -> None:
    record = next(r for r in case.collected.of_type("dataset") if r["name"] == "customer")
    assert record["columns"] == 4
    assert record["size_bytes"] > 0
    assert "size_bytes" not in case.document("customer")
    assert "row_count_estimate" not in case.document("customer")


@pytest.fixture
def again(case: Case, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Collected]:
    def collect() -> Collected:
        match case.schema:
            case "public":
                server = request.getfixturevalue("postgres")
                return run("postgres", server.parameters("contract"), tmp_path)
            case "main":
                path = case.collected.staging / "contract.sqlite"
                return run("sqlite", {"path": str(path)}, tmp_path)
        return run("mysql", request.getfixturevalue("mariadb").parameters("contract"), tmp_path)

    return collect


def test_an_unchanged_source_has_unchanged_hashes(case: Case, again: Callable[[], Collected]) -> None:
    first = {(r["schema"], r["name"]): r["hash"] for r in case.collected.of_type("dataset")}
    second = {(r["schema"], r["name"]): r["hash"] for r in again().of_type("dataset")}
    assert first == second


def test_analyze_moves_estimates_and_no_hash(postgres: PostgresServer, tmp_path: Path) -> None:
    parameters = postgres.create_database(
        "analyzed", "CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 500)"
    )
    before = run("postgres", parameters, tmp_path / "before").of_type("dataset")[0]
    with psycopg.connect(autocommit=True, **_conninfo(postgres, "analyzed")) as connection:
        connection.execute("ANALYZE t")
    after = run("postgres", parameters, tmp_path / "after").of_type("dataset")[0]
    assert (before["row_count_estimate"], after["row_count_estimate"]) == (None, 500)
    assert before["hash"] == after["hash"]


def _conninfo(server: PostgresServer, database: str) -> dict[str, Any]:
    return {
        "host": server.host,
        "port": server.port,
        "user": server.username,
        "password": server.password,
        "dbname": database,
    }
