"""A source's fingerprint: it moves with whatever a full reading would find changed, and with nothing else."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.collecting import Collected, run
from tests.sources import MariaDbServer, PostgresServer, sqlite_file

POSTGRES = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN share AS int;
CREATE FUNCTION half(value int) RETURNS int IMMUTABLE LANGUAGE sql RETURN value / 2;
CREATE SEQUENCE numbers;
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE TEXT SEARCH DICTIONARY lexemes (TEMPLATE = simple);
CREATE SCHEMA other;
CREATE TABLE t (
    id int PRIMARY KEY, a text, how mood DEFAULT 'sad', part share, n bigint DEFAULT nextval('numbers')
);
CREATE TABLE u (id int REFERENCES t, h int DEFAULT half(2), found tsvector DEFAULT to_tsvector('words', 'x'));
CREATE VIEW l AS SELECT ts_lexize('lexemes', 'x');
CREATE VIEW v AS SELECT a FROM t;
CREATE TABLE parted (day date) PARTITION BY RANGE (day);
CREATE TABLE loose (day date NOT NULL);
CREATE INDEX t_a ON t (a);
"""
POSTGRES_CHANGES = [
    "CREATE TABLE more (id int)",
    "CREATE VIEW w AS SELECT 1 AS one",
    "ALTER TABLE t ADD COLUMN b int",
    "ALTER TABLE t RENAME COLUMN b TO c",
    "ALTER TABLE t ALTER COLUMN c TYPE bigint",
    "ALTER TABLE t ALTER COLUMN c SET DEFAULT 1",
    "ALTER TABLE t ALTER COLUMN c SET DEFAULT 2",
    "ALTER TABLE t ALTER COLUMN c DROP DEFAULT",
    "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
    "ALTER TABLE t ALTER COLUMN c DROP NOT NULL",
    "COMMENT ON TABLE t IS 'first'",
    "COMMENT ON TABLE t IS 'second'",
    "COMMENT ON COLUMN t.c IS 'first'",
    "COMMENT ON COLUMN t.c IS NULL",
    "ALTER TABLE t DROP COLUMN c",
    "CREATE INDEX u_h ON u (h)",
    "ALTER INDEX u_h RENAME TO u_half",
    "DROP INDEX u_half",
    "ALTER TABLE u ADD CONSTRAINT u_key UNIQUE (h)",
    "ALTER TABLE u RENAME CONSTRAINT u_key TO u_h_key",
    "ALTER TABLE u DROP CONSTRAINT u_id_fkey",
    "CREATE OR REPLACE VIEW v AS SELECT a FROM t WHERE id > 1",
    "ALTER TABLE t RENAME COLUMN a TO letter",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER DOMAIN share RENAME TO portion",
    "ALTER FUNCTION half RENAME TO halved",
    "ALTER SEQUENCE numbers RENAME TO figures",
    "ALTER TEXT SEARCH CONFIGURATION words RENAME TO terms",
    "ALTER TEXT SEARCH DICTIONARY lexemes RENAME TO stems",
    "ALTER TABLE parted ATTACH PARTITION loose FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "ALTER TABLE more SET SCHEMA other",
    "ALTER SCHEMA other RENAME TO another",
    "ALTER TABLE u RENAME TO us",
    "DROP TABLE us",
    "CREATE SCHEMA third",
]
MARIADB = [
    "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b int)",
    "CREATE TABLE u (id int)",
    "CREATE VIEW v AS SELECT a FROM t",
]
MARIADB_CHANGES = [
    "CREATE TABLE more (id int)",
    "ALTER TABLE t ADD COLUMN c int",
    "ALTER TABLE t CHANGE c d int",
    "ALTER TABLE t MODIFY d bigint",
    "ALTER TABLE t ALTER COLUMN d SET DEFAULT 1",
    "ALTER TABLE t MODIFY d bigint NOT NULL",
    "ALTER TABLE t MODIFY d bigint NOT NULL COMMENT 'said'",
    "ALTER TABLE t COMMENT 'said'",
    "CREATE INDEX t_a ON t (a)",
    "ALTER TABLE t RENAME INDEX t_a TO t_letters",
    "DROP INDEX t_letters ON t",
    "ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (id) REFERENCES t (id)",
    "ALTER TABLE u DROP FOREIGN KEY u_t",
    "CREATE OR REPLACE VIEW v AS SELECT a FROM t WHERE id > 1",
    "RENAME TABLE u TO us",
    "DROP TABLE us",
]
SQLITE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT a FROM t;"
SQLITE_CHANGES = [
    "CREATE TABLE u (id int)",
    "ALTER TABLE t ADD COLUMN b int",
    "ALTER TABLE t RENAME COLUMN b TO c",
    "ALTER TABLE t DROP COLUMN c",
    "CREATE INDEX t_a ON t (a)",
    "DROP INDEX t_a",
    "DROP VIEW v",
    "CREATE VIEW v AS SELECT id FROM t",
    "ALTER TABLE u RENAME TO us",
    "DROP TABLE us",
]
NO_CHANGES = {
    "postgres": [
        "INSERT INTO t (id, a) SELECT n, 'x' FROM generate_series(1, 1000) AS n",
        "ANALYZE",
        "UPDATE t SET a = 'y'",
        "DELETE FROM t WHERE id > 500",
        "VACUUM ANALYZE",
        "VACUUM (FREEZE, ANALYZE)",
        "CREATE TEMP TABLE passing (id int)",
    ],
    "mysql": [
        "INSERT INTO t SELECT seq, 'x', 1 FROM seq_1_to_1000",
        "ANALYZE TABLE t",
        "DELETE FROM t WHERE id > 500",
        "OPTIMIZE TABLE t",
    ],
    "sqlite": ["INSERT INTO t (a) VALUES ('x'), ('y')", "ANALYZE", "DELETE FROM t WHERE id = 1", "VACUUM"],
}
CHANGES = {"postgres": POSTGRES_CHANGES, "mysql": MARIADB_CHANGES, "sqlite": SQLITE_CHANGES}


class Watched:
    """A real source, with the collector's fingerprint of it."""

    def __init__(
        self, kind: str, parameters: dict[str, Any], execute: Callable[[str], object], folder: Path
    ) -> None:
        self.kind = kind
        self.execute = execute
        self._parameters = parameters
        self._folder = folder

    def collect(self, **changes: Any) -> Collected:
        return run(self.kind, self._parameters, self._folder, fingerprint_scope="scope", **changes)

    def fingerprint(self) -> str:
        collected = self.collect()
        assert collected.last["event"] == "result", collected.output
        found = collected.staged.end.fingerprint
        assert found is not None
        return found


@pytest.fixture(params=["postgres", "mysql", "sqlite"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    name = f"watched_{request.node.originalname[-30:]}"
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        parameters = server.create_database(name, POSTGRES)
        with server.connect(name) as connection:
            yield Watched("postgres", parameters, lambda text: connection.execute(text.encode()), tmp_path)
    elif request.param == "mysql":
        maria: MariaDbServer = request.getfixturevalue("mariadb")
        parameters = maria.create_database(name, *MARIADB)
        yield Watched("mysql", parameters, lambda text: maria.execute(text, database=name), tmp_path)
    else:
        path = sqlite_file(tmp_path / "watched.sqlite", SQLITE)
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            yield Watched("sqlite", {"path": str(path)}, file.execute, tmp_path)


def test_every_change_moves_the_fingerprint(watched: Watched) -> None:
    before = watched.fingerprint()
    unmoved = []
    for change in CHANGES[watched.kind]:
        watched.execute(change)
        after = watched.fingerprint()
        if after == before:
            unmoved.append(change)
        before = after
    assert unmoved == []


def test_a_change_in_a_long_text_moves_the_fingerprint(mariadb: MariaDbServer, tmp_path: Path) -> None:
    """Longer than half of what the server makes of a text in a statement."""
    parameters = mariadb.create_database("long_text")
    watched = Watched("mysql", parameters, mariadb.execute, tmp_path)

    def fingerprint_of(letter: str) -> str:
        columns = ", ".join(f"'{letter * 900}' AS c{number}" for number in range(12))
        mariadb.execute(f"CREATE OR REPLACE VIEW long_text.v AS SELECT {columns}")
        mariadb.execute("SET GLOBAL max_allowed_packet = 16384")
        try:
            return watched.fingerprint()
        finally:
            mariadb.execute("SET GLOBAL max_allowed_packet = 16777216")

    assert fingerprint_of("a") != fingerprint_of("b")


def test_what_is_no_change_leaves_the_fingerprint(watched: Watched) -> None:
    before = watched.fingerprint()
    for statement in NO_CHANGES[watched.kind]:
        watched.execute(statement)
        assert watched.fingerprint() == before, statement


def test_an_unchanged_source_is_asked_for_nothing_else(watched: Watched) -> None:
    full = watched.collect()
    again = watched.collect(known_fingerprint=full.staged.end.fingerprint)
    assert again.last["is_unchanged"] is True
    assert again.records == []
    assert again.staged.end.is_unchanged
    cost = next(event for event in again.events if event["event"] == "cost")
    # MariaDB: two statements to set the session up, and which schemas there are
    assert cost["statements"] <= {"postgres": 2, "mysql": 4, "sqlite": 1}[watched.kind]
    assert cost["rows"] < next(event for event in full.events if event["event"] == "cost")["rows"]


def test_a_changed_source_is_read(watched: Watched) -> None:
    known = watched.fingerprint()
    watched.execute("DROP VIEW v")
    collected = watched.collect(known_fingerprint=known)
    assert collected.last["is_unchanged"] is False
    assert "v" not in {name for _, name in collected.documents}
    cost = next(event for event in collected.events if event["event"] == "cost")
    assert cost["statements"] == collected.last["statements"]
    assert cost["rows"] > 0
    assert (cost["bytes"] is None) == (watched.kind == "sqlite")


def test_what_could_not_be_read_leaves_no_fingerprint(mariadb: MariaDbServer, tmp_path: Path) -> None:
    parameters = mariadb.create_database(
        "half_read", "CREATE TABLE t (id int)", "CREATE VIEW broken AS SELECT id FROM t", "DROP TABLE t"
    )
    collected = run("mysql", parameters, tmp_path, fingerprint_scope="scope")
    assert collected.last["failed"] == 1
    assert collected.staged.end.fingerprint is None


def test_an_account_that_may_not_see_all_leaves_no_fingerprint(
    mariadb: MariaDbServer, tmp_path: Path
) -> None:
    parameters = mariadb.create_database("in_part", "CREATE TABLE a (id int)", "CREATE TABLE b (id int)")
    mariadb.execute(
        "CREATE USER 'some'@'%' IDENTIFIED BY 'in-part-pw-4k'", "GRANT SELECT ON in_part.a TO 'some'@'%'"
    )
    account = parameters | {"username": "some", "password": "in-part-pw-4k"}
    collected = run("mysql", account, tmp_path, fingerprint_scope="scope")
    assert [listing["complete"] for listing in collected.of_type("listing")] == [False]
    assert collected.staged.end.fingerprint is None
