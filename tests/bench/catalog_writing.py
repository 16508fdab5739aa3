"""Writing the catalog: the merge of a staged run beside a bare COPY of all the rows that it makes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from app.cli.embedded_postgres import EmbeddedPostgres
from app.core.db.catalog_merge import StagedRecords, merge_staged
from app.core.db.migrate import migrate
from app.core.db.pool import Pool, open_pool
from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.results import Kind, Reach
from tests.bench.source_reading import collect
from tests.connectors.collecting import KEY
from tests.integration.persisting import end_run, insert_endpoint, insert_run, stats
from tests.stack import quiet, running_part
from worker.staging import StagedRun

LIMIT_SECONDS = 120.0
FIRST = "Muster, first time"


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """One comparison on an embedded PostgreSQL with the settings it is shipped with."""
    tables, staging = setting.sizes.most_tables, setting.folder / "to-merge"
    collect(setting.databases[tables], tables, staging)
    postgres = EmbeddedPostgres(setting.folder / "catalog", quiet)
    with running_part(postgres, setting.folder):
        postgres.bootstrap()
        migrate(postgres.url())
        pool = open_pool(postgres.url(), name="bench", max_size=1)
        try:
            yield [_comparison(tables, Catalog(pool, staging), pool)]
        finally:
            pool.close()


class Catalog:
    """A catalog database, and one staged run to be merged into it for any number of endpoints."""

    def __init__(self, pool: Pool, staging: Path) -> None:
        self._pool = pool
        self._staging_url = f"file://{staging}"

    def endpoint(self) -> UUID:
        """A new endpoint without datasets."""
        with self._pool.connection() as conn:
            return insert_endpoint(conn)

    def merge(self, endpoint_id: UUID) -> tuple[Sample, dict[str, int]]:
        """Persist the staged run as a run of this endpoint, as the persist activity does; its stats."""
        with self._pool.connection() as conn:
            run_id = insert_run(conn, endpoint_id)
        with stopwatch() as watch:
            run = StagedRun(self._staging_url, KEY)
            records = StagedRecords(
                run.findings, run.rows, run.documents, run.end.complete_scope, run.end.scope_database
            )
            with self._pool.connection() as conn:
                merge_staged(conn, run_id, records, limit_seconds=LIMIT_SECONDS)
        with self._pool.connection() as conn:
            end_run(conn, run_id, "SUCCEEDED")
            return Sample(watch.seconds), stats(conn, run_id)

    def export(self) -> dict[str, bytes]:
        """All rows of the catalog's tables that have any, by table: of an endpoint that was merged once, and
        with nothing else in the database, those are the rows that a first merge writes."""
        with self._pool.connection() as conn:
            tables = [name for (name,) in conn.execute(_CATALOG_TABLES)]
            copied = {name: _copied_out(conn, name) for name in tables}
        return {name: rows for name, rows in copied.items() if rows}


class BareTables:
    """Copies of the catalog's tables with the same indexes, defaults and checks, and with the same foreign
    keys or none."""

    def __init__(self, pool: Pool, rows: dict[str, bytes], *, foreign_keys: bool) -> None:
        self._pool = pool
        self._rows = rows
        self._schema = "bare" if foreign_keys else "unbound"
        with pool.connection() as conn:
            conn.execute(f"CREATE SCHEMA {self._schema}".encode())
            for name in rows:
                made = f"CREATE TABLE {self._schema}.{name} (LIKE public.{name} INCLUDING ALL)"
                conn.execute(made.encode())
            for name in rows if foreign_keys else ():
                self._bind(conn, name)

    def copy(self) -> Sample:
        """Copy all rows into the emptied tables, in one transaction."""
        with self._pool.connection() as conn:
            conn.execute(f"TRUNCATE {', '.join(map(self._named, self._rows))}".encode())
        with stopwatch() as watch, self._pool.connection() as conn:
            # as in any session that Muster has not set up: a foreign key's check is planned once
            conn.execute("SET LOCAL plan_cache_mode = auto")
            for name, rows in self._rows.items():
                with conn.cursor().copy(f"COPY {self._named(name)} FROM STDIN".encode()) as copy:
                    copy.write(rows)
        return Sample(watch.seconds)

    def _bind(self, conn: Connection[TupleRow], name: str) -> None:
        for (constraint,) in conn.execute(_FOREIGN_KEYS, (f"public.{name}",)).fetchall():
            bound = constraint.replace("REFERENCES catalog_", f"REFERENCES {self._schema}.catalog_")
            conn.execute(f"ALTER TABLE {self._named(name)} ADD {bound}".encode())

    def _named(self, name: str) -> str:
        return f"{self._schema}.{name}"


# What others refer to first.
_CATALOG_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'catalog%'
ORDER BY relname <> 'catalog_datasets', relname
"""
_FOREIGN_KEYS = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
)


def _copied_out(conn: Connection[TupleRow], table: str) -> bytes:
    with conn.cursor().copy(f"COPY public.{table} TO STDOUT".encode()) as copy:
        return b"".join(copy)


def _comparison(tables: int, catalog: Catalog, pool: Pool) -> Comparison:
    known = catalog.endpoint()
    catalog.merge(known)
    rows = catalog.export()
    bare, unbound = (BareTables(pool, rows, foreign_keys=bound) for bound in (True, False))

    def first() -> Sample:
        sample, found = catalog.merge(catalog.endpoint())
        assert found["added"] == tables, found
        return sample

    def again() -> Sample:
        sample, found = catalog.merge(known)
        assert found["unchanged"] == tables, found
        return sample

    return Comparison(
        f"Persist {tables:,} staged datasets",
        [
            Contender("bare COPY of the same rows, same indexes and foreign keys", bare.copy),
            Contender("the same into tables without foreign keys", unbound.copy),
            Contender(FIRST, first, (Reach(Kind.TIMES_AS_LONG, 1.5),)),
            Contender("Muster, again unchanged", again, (Reach(Kind.TIMES_AS_LONG, 0.1, FIRST),)),
        ],
    )
