"""A PostgreSQL schema with everything in it, described to the byte: a document that is written in another way
is loaded anew into every catalog."""

from pathlib import Path

from tests.connectors.collecting import run
from tests.sources import PostgresServer

GOLDEN = Path(__file__).with_name("golden")


def test_postgres_documents_are_byte_for_byte_what_they_were(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    parameters = postgres.create_database("golden", (GOLDEN / "postgres.sql").read_text(encoding="utf-8"))
    collected = run("postgres", parameters, tmp_path)
    documents = [document for _, document in collected.staged.documents(range(1000))]
    assert documents == (GOLDEN / "postgres.jsonl").read_bytes().splitlines()


def test_sizes_are_those_that_the_server_last_found(postgres: PostgresServer, tmp_path: Path) -> None:
    parameters = postgres.create_database(
        "sizes", "CREATE TABLE filled (id int PRIMARY KEY, body text); CREATE TABLE never_analysed (id int)"
    )
    with postgres.connect("sizes") as connection:
        connection.execute(
            "INSERT INTO filled SELECT n, repeat('x', 100) FROM generate_series(1, 10000) AS n"
        )
        connection.execute("VACUUM ANALYZE filled")
        row = connection.execute("SELECT pg_total_relation_size('filled')").fetchone()
    assert row is not None
    records = {record["name"]: record for record in run("postgres", parameters, tmp_path).of_type("dataset")}
    # the maps of free and visible pages are not counted
    assert 0.9 * row[0] < records["filled"]["size_bytes"] <= row[0]
    assert records["never_analysed"]["size_bytes"] is None
