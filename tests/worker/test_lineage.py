"""Views of real sources: what they are made from, as the API tells it after their runs."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql
from temporalio.testing import ActivityEnvironment

from app.core.contracts import IngestInput, PersistInput
from app.core.db import runs
from app.core.domain.runs import ReadMode, RunTrigger
from app.core.domain.secrets import SecretBox
from tests.api.conftest import Muster, running_muster
from tests.api.seed import SECRET_KEY
from tests.sources import MariaDbServer, PostgresServer, mariadb_server, postgres_server
from tests.worker.conftest import PASSWORD, Rows
from worker.activities.context import ActivityContext
from worker.activities.ingest import Ingest
from worker.activities.lineage import trace_views
from worker.activities.persist import Persisting
from worker.lineage.process import Parser

MakeEnvironment = Callable[..., ActivityEnvironment]
Collect = Callable[..., UUID]

AROUND = """query($schema: String, $depth: Int) {
  catalogDatasetConnection(schema: $schema, includeRemoved: true, first: 20) { nodes {
    id displayName lineageNote removedAt
    upstream(depth: $depth) { ...lineage } downstream(depth: $depth) { ...lineage } } } }
fragment lineage on CatalogLineage {
  isTruncated nodes { depth dataset { displayName } }
  edges { fromId toId level columns { fromColumn toColumn } } }"""


@pytest.fixture
def muster(database: str) -> Iterator[Muster]:
    with running_muster(database) as running:
        yield running


@pytest.fixture
def rows(bound: ActivityContext) -> Rows:
    """With the key that the application has."""
    return Rows(replace(bound, secrets=SecretBox([SECRET_KEY])))


@pytest.fixture
def collect(rows: Rows, activity_environment: MakeEnvironment) -> Collect:
    """A run of the endpoint from beginning to end; its id."""
    return partial(_collect, rows, activity_environment, {})


def _collect(
    rows: Rows,
    environment: MakeEnvironment,
    collections: dict[UUID, UUID],
    endpoint_id: UUID,
    schemas: Sequence[str] = (),
) -> UUID:
    if endpoint_id not in collections:
        collections[endpoint_id] = rows.collection(endpoint_id)
    context, now = rows.context, rows.context.clock()
    with context.pool.connection() as conn:
        run_id = runs.insert_run(
            conn,
            collection_id=collections[endpoint_id],
            endpoint_id=endpoint_id,
            trigger=RunTrigger.SCHEDULE,
            now=now,
            filters={"schemas": schemas} if schemas else None,
        ).id
        runs.mark_started(conn, run_id, f"workflow-{run_id}", "execution-1", now)
    environment().run(Ingest(context).ingest, IngestInput(str(run_id), 60))
    order = PersistInput(str(run_id), f"{run_id}/1")
    result = environment().run(Persisting(context).persist_catalog_records, order)
    with context.pool.connection() as conn:
        runs.mark_completed(conn, run_id, result.partial, context.clock())
    return run_id


def account(given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a database, read by the role whose password the endpoint has."""
    return {key: given[key] for key in ("host", "port", "database")} | {"username": "reader"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        with running.connect() as connection:
            connection.execute(sql.SQL("CREATE ROLE reader LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
        yield running


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDbServer]:
    with mariadb_server() as running:
        running.execute(
            f"CREATE USER reader IDENTIFIED BY '{PASSWORD}'", "GRANT SELECT, SHOW VIEW ON *.* TO reader"
        )
        yield running


class File:
    """A SQLite file as a source."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as file:
            for statement in statements:
                file.execute(statement)


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "source.sqlite")


class Around:
    """The lineage of all datasets, by their names."""

    def __init__(self, muster: Muster, schema: str, depth: int = 1) -> None:
        found = muster.ask(AROUND, schema=schema, depth=depth)["nodes"]
        self._by_name = {each["displayName"].removeprefix(f"{schema}."): each for each in found}
        self._names = {each["id"]: name for name, each in self._by_name.items()}
        self._schema = schema

    def note(self, name: str) -> str | None:
        note: str | None = self._by_name[name]["lineageNote"]
        return note

    def is_gone(self, name: str) -> bool:
        return self._by_name[name]["removedAt"] is not None

    def edges(self, name: str, side: str = "upstream") -> dict[tuple[str, str], tuple[str, list[str]]]:
        """(from, to) → level, and columns as `a>b`."""
        return {
            (self._names[edge["fromId"]], self._names[edge["toId"]]): (
                edge["level"],
                sorted(f"{pair['fromColumn']}>{pair['toColumn']}" for pair in edge["columns"]),
            )
            for edge in self._by_name[name][side]["edges"]
        }

    def nodes(self, name: str, side: str) -> dict[str, int]:
        """Names → depth."""
        nodes = self._by_name[name][side]["nodes"]
        return {n["dataset"]["displayName"].removeprefix(f"{self._schema}."): n["depth"] for n in nodes}


SHOP = """
    CREATE TABLE orders (id int PRIMARY KEY, customer int, total numeric, note text);
    CREATE TABLE "Customers" ("Id" int PRIMARY KEY, "Full Name" text);
    CREATE VIEW sales AS
        WITH paid AS (SELECT customer, sum(total) AS revenue FROM orders WHERE note <> 'x' GROUP BY customer)
        SELECT c."Full Name" AS buyer, p.revenue, rank() OVER (ORDER BY p.revenue) AS place
        FROM paid p JOIN "Customers" c ON c."Id" = p.customer;
    CREATE MATERIALIZED VIEW best AS SELECT * FROM sales WHERE place = 1;
    CREATE VIEW words AS SELECT o.id, w.word FROM orders o, regexp_split_to_table(o.note, ' ') w(word);
    CREATE VIEW everybody AS SELECT "Id" AS id FROM "Customers" UNION SELECT customer FROM orders;
    CREATE VIEW sizes AS SELECT relname FROM pg_catalog.pg_class;
"""


def test_postgres(postgres: PostgresServer, rows: Rows, muster: Muster, collect: Collect) -> None:
    given = postgres.create_database("lineage", SHOP)
    collect(rows.endpoint("postgres", **account(given)))
    around = Around(muster, "public", depth=3)
    assert around.edges("sales") == {
        ("orders", "sales"): ("COLUMN", ["total>place", "total>revenue"]),
        ("Customers", "sales"): ("COLUMN", ["Full Name>buyer"]),
    }
    best = around.edges("best")
    assert best["sales", "best"] == ("COLUMN", ["buyer>buyer", "place>place", "revenue>revenue"])
    assert around.nodes("best", "upstream") == {"sales": 1, "Customers": 2, "orders": 2}
    assert best.keys() == {("sales", "best"), ("orders", "sales"), ("Customers", "sales")}
    assert around.nodes("orders", "downstream") == {"everybody": 1, "sales": 1, "words": 1, "best": 2}
    assert around.edges("words") == {("orders", "words"): ("COLUMN", ["id>id", "note>word"])}
    assert around.edges("everybody")["orders", "everybody"] == ("COLUMN", ["customer>id"])
    assert around.edges("sizes") == {}
    assert around.note("sizes") == "It reads what the catalog does not hold: pg_catalog.pg_class."
    assert [around.note(name) for name in ("sales", "best", "orders")] == [None, None, None]


def test_mariadb(mariadb: MariaDbServer, rows: Rows, muster: Muster, collect: Collect) -> None:
    given = mariadb.create_database(
        "lineage",
        "CREATE TABLE orders (Id int PRIMARY KEY, customer int, total int)",
        "CREATE TABLE customers (id int PRIMARY KEY, name text)",
        """CREATE VIEW sales AS SELECT c.name AS buyer, (SELECT max(o.total) FROM orders o
               WHERE o.customer = c.id) AS most FROM customers c""",
        "CREATE VIEW joined AS SELECT orders.id, name FROM orders JOIN customers ON customer = customers.id",
    )
    collect(rows.endpoint("mysql", **account(given)))
    around = Around(muster, "lineage")
    assert around.edges("sales") == {
        ("customers", "sales"): ("COLUMN", ["name>buyer"]),
        ("orders", "sales"): ("COLUMN", ["total>most"]),
    }
    assert around.edges("joined") == {
        ("orders", "joined"): ("COLUMN", ["Id>id"]),
        ("customers", "joined"): ("COLUMN", ["name>name"]),
    }
    assert around.edges("orders", "downstream").keys() == {("orders", "joined"), ("orders", "sales")}
    assert (around.note("sales"), around.note("joined")) == (None, None)


def test_sqlite(file: File, rows: Rows, muster: Muster, collect: Collect) -> None:
    file.execute(
        "CREATE TABLE Orders (Id int, total int)",
        "CREATE VIEW v (number, amount) AS SELECT * FROM ORDERS",
        "CREATE VIEW w AS SELECT [amount] * 2 AS twice FROM main.V",
    )
    collect(rows.endpoint(path=str(file.path)))
    around = Around(muster, "main", depth=2)
    assert around.edges("w") == {
        ("v", "w"): ("COLUMN", ["amount>twice"]),
        ("Orders", "v"): ("COLUMN", ["Id>number", "total>amount"]),
    }


def test_tables_come_go_and_return(file: File, rows: Rows, muster: Muster, collect: Collect) -> None:
    endpoint_id = rows.endpoint(path=str(file.path))
    file.execute("CREATE TABLE a (x int)", "CREATE TABLE b (y int)", "CREATE VIEW v AS SELECT x, y FROM a, b")
    collect(endpoint_id)
    whole = Around(muster, "main").edges("v")
    assert whole.keys() == {("a", "v"), ("b", "v")}
    file.execute("DROP TABLE b")
    collect(endpoint_id)
    without = Around(muster, "main")
    assert without.is_gone("b")
    assert ("b", "v") in without.edges("v"), "what it reads is known though it is gone"
    file.execute("CREATE TABLE b (y int)")
    collect(endpoint_id)
    assert Around(muster, "main").edges("v") == whole
    file.execute("DROP TABLE a", "CREATE TABLE A (x int)")
    collect(endpoint_id)
    assert Around(muster, "main").edges("v")["A", "v"] == ("COLUMN", ["x>x"])
    file.execute("DROP VIEW v")
    collect(endpoint_id)
    assert Around(muster, "main").edges("A", "downstream") == {}
    file.execute("CREATE TABLE c (x int)", "CREATE VIEW v AS SELECT x FROM c")
    collect(endpoint_id)
    assert Around(muster, "main").edges("v") == {("c", "v"): ("COLUMN", ["x>x"])}


def test_what_is_unchanged_is_not_written_again(file: File, rows: Rows, collect: Collect) -> None:
    endpoint_id = rows.endpoint(path=str(file.path))
    file.execute(
        "CREATE TABLE a (x int)", "CREATE VIEW v AS SELECT x FROM a", "CREATE VIEW w AS SELECT 1 AS x"
    )
    first = collect(endpoint_id)
    before = written(rows)
    assert lineage_lines(rows, first) == ["Lineage of 2 views traced."]
    second = collect(endpoint_id)
    assert (written(rows), lineage_lines(rows, second)) == (before, [])
    file.execute("ALTER TABLE a ADD COLUMN y int")
    third = collect(endpoint_id)
    assert lineage_lines(rows, third) == ["Lineage of 1 views traced."], "only v reads what has changed"


def test_views_that_were_there_before_lineage_was_are_traced_by_the_next_run(
    file: File, rows: Rows, muster: Muster, collect: Collect
) -> None:
    endpoint_id = rows.endpoint(path=str(file.path))
    file.execute("CREATE TABLE a (x int)", "CREATE VIEW v AS SELECT x FROM a")
    collect(endpoint_id)
    with rows.context.pool.connection() as conn:
        conn.execute("DELETE FROM catalog_lineage")
    assert "has not been read" in str(Around(muster, "main").note("v"))
    run_id = collect(endpoint_id)
    assert rows.read(run_id).read_mode is ReadMode.FINGERPRINT, "also one that reads nothing of the source"
    assert Around(muster, "main").edges("v") == {("a", "v"): ("COLUMN", ["x>x"])}


def test_a_table_that_comes_later_is_found(
    postgres: PostgresServer, rows: Rows, muster: Muster, collect: Collect
) -> None:
    given = postgres.create_database(
        "later",
        """CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int, b int);
           CREATE VIEW v AS SELECT b FROM hidden.t""",
    )
    endpoint_id = rows.endpoint("postgres", **account(given))
    collect(endpoint_id, ["public"])
    around = Around(muster, "public")
    assert around.edges("v") == {}
    assert around.note("v") == "It reads what the catalog does not hold: hidden.t."
    collect(endpoint_id)
    [found] = muster.ask(AROUND, schema="public", depth=1)["nodes"]
    assert found["lineageNote"] is None
    assert found["upstream"]["edges"][0]["columns"] == [{"fromColumn": "b", "toColumn": "b"}]


def test_what_cannot_be_parsed_is_said(
    postgres: PostgresServer, rows: Rows, muster: Muster, collect: Collect
) -> None:
    given = postgres.create_database(
        "unparsable",
        """CREATE TABLE t (id int, word text);
           CREATE VIEW odd AS SELECT j.id FROM t JOIN t b USING (id) AS j;
           CREATE VIEW partly AS SELECT id, tableoid AS made_of FROM t;
           CREATE VIEW "drop" AS SELECT id AS "id""; DROP TABLE x; --" FROM t;
           CREATE VIEW good AS SELECT word FROM t""",
    )
    run_id = collect(rows.endpoint("postgres", **account(given)))
    around = Around(muster, "public")
    assert around.edges("odd") == {}
    assert around.note("odd") == "The view's text cannot be parsed."
    assert around.edges("partly") == {("t", "partly"): ("TABLE", ["id>id"])}
    assert around.note("partly") == "What these columns are made from is not known in full: made_of."
    assert around.edges("drop") == {("t", "drop"): ("COLUMN", ['id>id"; DROP TABLE x; --'])}
    assert around.edges("good") == {("t", "good"): ("COLUMN", ["word>word"])}
    assert lineage_lines(rows, run_id) == ["Lineage of 4 views traced."]


def test_a_secret_in_a_text_is_in_no_note(postgres: PostgresServer, rows: Rows, collect: Collect) -> None:
    given = postgres.create_database(
        "telling",
        f"""CREATE TABLE t (x int);
            CREATE VIEW v AS SELECT tableoid AS "{PASSWORD}", '{PASSWORD}' AS told FROM t;
            CREATE VIEW w AS SELECT x AS "{PASSWORD}" FROM t WHERE x::text = '{PASSWORD}'""",
    )
    collect(rows.endpoint("postgres", **account(given)))
    with rows.context.pool.connection() as conn:
        notes = conn.execute("SELECT note FROM catalog_lineage ORDER BY note").fetchall()
        sources = conn.execute("SELECT columns FROM catalog_lineage_sources ORDER BY columns").fetchall()
    assert notes[0][0] == "What these columns are made from is not known in full: ********."
    assert sources == [([],), ([["x", "********"]],)]


def test_a_parser_that_cannot_be_started_fails_no_run(
    file: File, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    file.execute("CREATE TABLE a (x int)", "CREATE VIEW v AS SELECT x FROM a")
    endpoint_id = rows.endpoint(path=str(file.path))
    run_id = _collect(rows, activity_environment, {}, endpoint_id)
    with rows.context.pool.connection() as conn:
        conn.execute("DELETE FROM catalog_lineage")
    trace = partial(trace_views, rows.context, run_id)
    activity_environment().run(lambda: trace(make_parser=partial(Parser, ("/nonexistent/parser",))))
    assert lineage_lines(rows, run_id)[1:] == ["Lineage of 0 views traced. The others wait for the next run."]
    activity_environment().run(trace)
    assert lineage_lines(rows, run_id)[2:] == ["Lineage of 1 views traced."]


def test_a_run_without_time_gets_on_all_the_same(
    file: File, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    file.execute("CREATE TABLE a (x int)", *(f"CREATE VIEW v{n} AS SELECT x FROM a" for n in range(3)))
    run_id = _collect(rows, activity_environment, {}, rows.endpoint(path=str(file.path)))
    with rows.context.pool.connection() as conn:
        conn.execute("DELETE FROM catalog_lineage")
    for _ in range(4):
        activity_environment().run(partial(trace_views, rows.context, run_id, seconds=0))
    assert lineage_lines(rows, run_id) == [
        "Lineage of 3 views traced.",
        "Lineage of 1 views traced. The others wait for the next run.",
        "Lineage of 1 views traced. The others wait for the next run.",
        "Lineage of 1 views traced.",
    ]


def lineage_lines(rows: Rows, run_id: UUID) -> list[str]:
    return [message for _, message in rows.log(run_id) if message.startswith("Lineage")]


def written(rows: Rows) -> Sequence[Any]:
    with rows.context.pool.connection() as conn:
        return conn.execute(
            "SELECT 'l', xmin::text, ctid::text FROM catalog_lineage"
            " UNION ALL SELECT 's', xmin::text, ctid::text FROM catalog_lineage_sources ORDER BY 1, 2, 3"
        ).fetchall()
