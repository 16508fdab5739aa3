"""Writing the catalog: the merge of a staged run beside a bare COPY of the rows that it makes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from app.cli.embedded_postgres import EmbeddedPostgres
from app.core.db.catalog_merge import StagedRecords, merge_staged
from app.core.db.migrate import migrate
from app.core.db.pool import Pool, open_pool
from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.source_reading import collect
from tests.connectors.collecting import KEY
from tests.integration.persisting import end_run, insert_endpoint, insert_run, stats
from tests.stack import quiet, running_part
from worker.staging import StagedRun

LIMIT_SECONDS = 120.0


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
            yield [_comparison(tables, Catalog(pool, staging))]
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

    def export(self, endpoint_id: UUID) -> bytes:
        """The endpoint's rows of catalog_datasets. Makes the equally indexed table that `copy` fills."""
        with self._pool.connection() as conn, conn.cursor() as cursor:
            conn.execute("CREATE TABLE bare_datasets (LIKE catalog_datasets INCLUDING ALL)")
            statement = "COPY (SELECT * FROM catalog_datasets WHERE endpoint_id = %s) TO STDOUT"
            with cursor.copy(statement, (endpoint_id,)) as copy:
                return b"".join(copy)

    def copy(self, rows: bytes) -> Sample:
        """Copy exported rows into the empty table."""
        with self._pool.connection() as conn:
            conn.execute("TRUNCATE bare_datasets")
        with (
            stopwatch() as watch,
            self._pool.connection() as conn,
            conn.cursor() as cursor,
            cursor.copy("COPY bare_datasets FROM STDIN") as copy,
        ):
            copy.write(rows)
        return Sample(watch.seconds)


def _comparison(tables: int, catalog: Catalog) -> Comparison:
    known = catalog.endpoint()
    catalog.merge(known)
    rows = catalog.export(known)

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
            Contender("bare COPY of the dataset rows into an indexed table", lambda: catalog.copy(rows)),
            Contender("Muster, first time", first),
            Contender("Muster, again unchanged", again),
        ],
    )
