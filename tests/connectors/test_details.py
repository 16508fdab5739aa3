"""What one source technology has and the others have not, or have in another way."""

from pathlib import Path
from typing import Any

import pytest

from tests.connectors.collecting import run
from tests.sources import MariaDbServer, PostgresServer, sqlite_file
from worker.connectors.sqlite import index_terms

POSTGRES = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE kept (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone int, how mood DEFAULT 'happy', tags text[],
    word text, twice int GENERATED ALWAYS AS (length(word) * 2) STORED, at timestamptz
);
ALTER TABLE kept DROP COLUMN gone;
CREATE INDEX kept_expression ON kept (lower(word), id) INCLUDE (at) WHERE id > 5;
CREATE MATERIALIZED VIEW summary AS SELECT count(*) AS n FROM kept;
COMMENT ON MATERIALIZED VIEW summary IS 'how many';
CREATE TABLE parted (day date, region int, PRIMARY KEY (day, region)) PARTITION BY RANGE (day);
CREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE pointing (day date, region int, CONSTRAINT points FOREIGN KEY (day, region) REFERENCES parted);
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE remote (line text) SERVER files OPTIONS (filename '/dev/null');
CREATE SEQUENCE not_a_dataset;
CREATE TABLE "no columns" ();
"""


@pytest.fixture(scope="module")
def details(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    parameters = postgres.create_database("details", POSTGRES)
    collected = run("postgres", parameters, tmp_path_factory.mktemp("details"))
    return {name: document for (_, name), document in collected.documents.items()}


def test_postgres_kinds(details: dict[str, dict[str, Any]]) -> None:
    assert {name: document["kind"] for name, document in details.items()} == {
        "kept": "TABLE",
        "summary": "MATERIALIZED_VIEW",
        "parted": "TABLE",
        "parted_2026": "TABLE",
        "pointing": "TABLE",
        "remote": "FOREIGN_TABLE",
        "no columns": "TABLE",
    }


def test_postgres_columns(details: dict[str, dict[str, Any]]) -> None:
    columns = {column["name"]: column for column in details["kept"]["columns"]}
    assert [column["position"] for column in columns.values()] == [1, 2, 3, 4, 5, 6]
    assert columns["id"]["default"] == "GENERATED ALWAYS AS IDENTITY"
    assert (columns["how"]["type"], columns["how"]["default"]) == ("public.mood", "'happy'::public.mood")
    assert columns["tags"]["type"] == "text[]"
    assert columns["twice"]["default"].startswith("GENERATED ALWAYS AS (")
    assert columns["at"]["type"] == "timestamp with time zone"
    assert details["no columns"]["columns"] == []


def test_postgres_expression_index(details: dict[str, dict[str, Any]]) -> None:
    index = next(i for i in details["kept"]["indexes"] if i["name"] == "kept_expression")
    assert index["columns"] == ["lower(word)", "id"]
    assert index["unique"] is False


def test_postgres_key_to_a_partitioned_table_is_told_once(details: dict[str, dict[str, Any]]) -> None:
    keys = details["pointing"]["foreign_keys"]
    assert [(key["name"], key["to_name"]) for key in keys] == [("points", "parted")]


def test_postgres_materialized_view(details: dict[str, dict[str, Any]]) -> None:
    assert details["summary"]["comment"] == "how many"
    assert "public.kept" in details["summary"]["definition"]


@pytest.mark.parametrize(
    "setting",
    [
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "bytea_output = escape",
        "intervalstyle = iso_8601",
        "datestyle = german",
        "search_path = elsewhere",
    ],
)
def test_postgres_documents_are_the_same_whatever_the_account_has_set(
    postgres: PostgresServer, tmp_path: Path, setting: str
) -> None:
    name = f"set_{setting.partition(' ')[0]}"
    parameters = postgres.create_database(
        name,
        r"""CREATE TABLE t (path text DEFAULT 'a\b', raw bytea DEFAULT '\x00',
            span interval DEFAULT '1 day 2 hours', at timestamptz DEFAULT '2026-02-01 00:00:00+00')""",
    )
    before = run("postgres", parameters, tmp_path / "before").documents
    with postgres.connect() as connection:
        connection.execute(f"ALTER DATABASE {name} SET {setting}".encode())
    assert run("postgres", parameters, tmp_path / "after").documents == before


def test_mariadb_columns(mariadb: MariaDbServer, tmp_path: Path) -> None:
    parameters = mariadb.create_database(
        "details",
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, nothing int, twice int AS (nothing * 2) STORED,"
        " at datetime DEFAULT current_timestamp ON UPDATE current_timestamp, word enum('a','b') NOT NULL)",
        "CREATE SEQUENCE not_a_dataset",
    )
    documents = run("mysql", parameters, tmp_path).documents
    assert [name for _, name in documents] == ["t"]
    columns = documents["details", "t"]["columns"]
    assert [column["default"] for column in columns] == [
        "AUTO_INCREMENT",
        None,
        "GENERATED ALWAYS AS (`nothing` * 2)",
        "current_timestamp() on update current_timestamp()",
        None,
    ]
    assert columns[4]["type"] == "enum('a','b')"


def test_sqlite_keys_and_estimates(tmp_path: Path) -> None:
    script = """
    CREATE TABLE Parent (a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID;
    CREATE TABLE child (id INTEGER PRIMARY KEY, x INT, y INT, FOREIGN KEY (x, y) REFERENCES parent);
    CREATE INDEX child_x ON child (x + 1, "y") WHERE x > 1;
    INSERT INTO child (x, y) VALUES (2, 2), (3, 3);
    ANALYZE;
    """
    path = sqlite_file(tmp_path / "details.sqlite", script)
    collected = run("sqlite", {"path": str(path)}, tmp_path)
    child = collected.documents["main", "child"]
    assert collected.documents["main", "Parent"]["primary_key"] == ["b", "a"]
    assert child["columns"][0]["nullable"] is False
    key = child["foreign_keys"][0]
    assert (key["columns"], key["to_name"], key["to_columns"]) == (["x", "y"], "Parent", ["b", "a"])
    assert child["indexes"][0]["columns"] == ["x + 1", "y"]
    record = next(r for r in collected.of_type("dataset") if r["name"] == "child")
    assert record["row_count_estimate"] == 2


def test_reading_a_sqlite_file_leaves_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    path = sqlite_file(folder / "alone.sqlite", "CREATE TABLE t (id int)")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    run("sqlite", {"path": str(path)}, tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize(
    ("statement", "terms"),
    [
        ("CREATE INDEX i ON t (a)", ["a"]),
        ("CREATE INDEX i ON t (lower(a), b DESC)", ["lower(a)", "b"]),
        ("CREATE INDEX i ON t ((a + b) * 2 ASC)", ["(a + b) * 2"]),
        (
            "CREATE INDEX \"i(\" ON [t,(] (replace(a, ')', ','), \"b,\") WHERE c > (1)",
            ["replace(a, ')', ',')", '"b,"'],
        ),
        ("CREATE INDEX i ON t (a /* ), */, -- (\n b)", ["a", "b"]),
    ],
)
def test_terms_of_a_sqlite_index(statement: str, terms: list[str]) -> None:
    assert index_terms(statement) == terms
