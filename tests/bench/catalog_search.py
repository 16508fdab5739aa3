"""Searching the catalog, and its first page, by how much it holds: each size is a database of its own."""

import itertools
import json
import random
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, sql

from app.cli.embedded_postgres import APP_ROLE, SUPERUSER, EmbeddedPostgres
from app.core.db.catalog import list_datasets
from app.core.db.catalog_search import search_datasets
from app.core.db.migrate import migrate
from app.core.db.pool import Pool, open_pool
from app.core.domain.catalog import DatasetFilter, dataset_identity
from tests.bench.comparing import FULL, Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.plotting import line_plot
from tests.bench.results import Kind, Reach
from tests.searching import index_datasets
from tests.stack import quiet, running_part

COLUMNS = (10_000, 100_000, 1_000_000, 2_000_000)
COLUMNS_QUICK = (2_000, 10_000)
# the most seconds by the number of columns
MOST_SECONDS = {1_000_000: 0.03, 2_000_000: 0.05}
COLUMNS_PER_DATASET = 20
DATASETS_PER_ENDPOINT = 1_000
PAGE = 50
REPEATS = 9
PLOT = Path(__file__).with_name("catalog_search.svg")

VOCABULARY = """
account address agent amount asset audit balance bank batch bill booking branch budget campaign carrier
category charge city claim client code company contact contract cost country coupon credit currency
customer date delivery department deposit device discount document driver email employee event expense
feature fee file fund group guest history hotel image income index insurance invoice item journal
language ledger level license line loan location log mail market member message meter module month
network note number offer office order origin owner package page partner party patient payment period
person phone plan policy position price process product profile project purchase quality quantity rate
reason receipt record region relation release report request resource result revenue review risk role
route rule salary sample score season section segment seller sensor service session shift shipment signal
site size skill source staff stage station status stock store street supplier supply survey table target
task tax team tenant term ticket time title token total track trade training transfer trip type unit
update user value vehicle vendor version visit volume warehouse week weight work year zone
"""
WORDS = VOCABULARY.split()
ENDINGS = ("", "", "id", "name", "code", "at", "count", "flag")

# One of each kind of search, as people make them.
SEARCHES = {
    "an exact or nearly exact name": ("customer_order", "InvoiceItem", "SHIPMENT-ROUTE"),
    "part of a name": ("warehouse", "tomer_or", "supplier"),
    "the name of a column": ("customer_id", "invoiceitemcode", "CurrencyRate"),
    "a misspelled name": ("custmer", "wharehouse", "shipmnet_route"),
    "words of comments": ("payment of the month", "every driver", "the risk"),
    "what is not there": ("xyzzy", "qqqq_wwww", "zzyzx"),
}


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """A comparison for each kind of search, over sizes; when all are measured, the plot is written."""
    sizes = COLUMNS if setting.sizes == FULL else COLUMNS_QUICK
    postgres = EmbeddedPostgres(setting.folder / "searched", quiet)
    with running_part(postgres, setting.folder), ExitStack() as stack:
        postgres.bootstrap()
        catalogs = [stack.enter_context(_catalog(postgres, columns)) for columns in sizes]
        latencies: dict[str, dict[int, list[float]]] = {}
        yield [_comparison(work, searches, catalogs, latencies) for work, searches in SEARCHES.items()] + [
            _comparison("the first page, unsearched", (None,), catalogs, latencies)
        ]
        if setting.sizes == FULL:
            medians = {
                work: {columns: 1000 * statistics.median(taken) for columns, taken in by_size.items()}
                for work, by_size in latencies.items()
            }
            PLOT.write_text(line_plot("columns in the catalog", "ms, median", medians), encoding="utf-8")


@contextmanager
def _catalog(postgres: EmbeddedPostgres, columns: int) -> Iterator[tuple[int, Pool]]:
    """A filled catalog and a pool of one connection to it."""
    name = f"catalog_{columns}"
    with psycopg.connect(postgres.url(SUPERUSER, "postgres"), autocommit=True) as admin:
        owned = sql.SQL("CREATE DATABASE {} OWNER {}")
        admin.execute(owned.format(sql.Identifier(name), sql.Identifier(APP_ROLE)))
    url = postgres.url(APP_ROLE, name)
    migrate(url)
    pool = open_pool(url, name="bench", max_size=1)
    try:
        with pool.connection() as conn:
            fill(conn, columns // COLUMNS_PER_DATASET)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("VACUUM (ANALYZE) catalog_datasets, catalog_search, catalog_terms")
        yield columns, pool
    finally:
        pool.close()


def fill(conn: Connection[Any], datasets: int) -> None:
    """Make so many datasets, and let them be found."""
    rng = random.Random(5)
    endpoints = [_insert_endpoint(conn, n) for n in range(max(1, datasets // DATASETS_PER_ENDPOINT))]
    statement = """COPY catalog_datasets (endpoint_id, identity, database, schema, name, kind, comment,
                   document, document_hash, first_seen_at, changed_at) FROM STDIN"""
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for number in range(datasets):
            copy.write_row(_dataset(rng, number, endpoints[number % len(endpoints)]))
    index_datasets(conn, [row[0] for row in conn.execute("SELECT id FROM catalog_datasets")])


def _insert_endpoint(conn: Connection[Any], number: int) -> UUID:
    row = conn.execute(
        "INSERT INTO metadata_endpoints (source_id, name, url, template_id, capabilities, labels)"
        " VALUES (%s, %s, 'postgres://db', 'postgres', '{metadata}', %s) RETURNING id",
        (f"e{number}", f"Endpoint {number}", [f"team {number % 7}"]),
    ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


CUMULATED = list(itertools.accumulate(1 / (place + 5) for place in range(len(WORDS))))


def _dataset(rng: random.Random, number: int, endpoint_id: UUID) -> tuple[Any, ...]:
    def words(count: int) -> list[str]:
        return rng.choices(WORDS, cum_weights=CUMULATED, k=count)

    def spelled(parts: list[str]) -> str:
        match number % 3:
            case 0:
                return "_".join(parts)
            case 1:
                return "".join(part.capitalize() for part in parts)
            case _:
                return "_".join(parts).upper()

    names = {"id": None}
    while len(names) < COLUMNS_PER_DATASET:
        ending = rng.choice(ENDINGS)
        names[spelled(words(rng.choice((1, 2))) + ([ending] if ending else []))] = None
    columns = [
        {
            "position": position,
            "name": name,
            "type": "bigint",
            "nullable": True,
            "default": None,
            "comment": "The {} of the {}".format(*words(2)) if rng.random() < 0.2 else None,
        }
        for position, name in enumerate(names, start=1)
    ]
    schema, name = rng.choice(WORDS), f"{spelled(words(rng.choice((2, 3))))}_{number}"
    document = {"columns": columns, "primary_key": ["id"], "foreign_keys": [], "indexes": []}
    comment = "Every {} with its {}".format(*words(2)) if number % 3 else None
    return (
        *(endpoint_id, dataset_identity("db", schema, name), "db", schema, name),
        *("TABLE" if number % 10 else "VIEW", comment, json.dumps(document), str(number)),
        *("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    )


def _comparison(
    work: str,
    searches: Sequence[str | None],
    catalogs: Sequence[tuple[int, Pool]],
    latencies: dict[str, dict[int, list[float]]],
) -> Comparison:
    taken = latencies.setdefault(work, {columns: [] for columns, _ in catalogs})

    def contender(columns: int, pool: Pool) -> Contender:
        def measure() -> Sample:
            with pool.connection() as conn:
                seconds = statistics.median(_ask(conn, search) for search in searches for _ in range(REPEATS))
            taken[columns].append(seconds)
            return Sample(seconds)

        most = MOST_SECONDS.get(columns)
        return Contender(f"{columns:,} columns", measure, [Reach(Kind.SECONDS, most)] if most else [])

    return Comparison(
        f"Search the catalog: {work}",
        [contender(columns, pool) for columns, pool in catalogs],
        notes=lambda: [" ".join(_size(columns, pool) for columns, pool in catalogs)],
    )


def _size(columns: int, pool: Pool) -> str:
    with pool.connection() as conn:
        size = conn.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
    return f"The database with {columns:,} columns takes {size[0] if size else '?'}."


def _ask(conn: Connection[Any], search: str | None) -> float:
    """The seconds that a page takes."""
    wanted = DatasetFilter(search=search)
    with stopwatch() as watch:
        if search is None:
            list_datasets(conn, wanted, PAGE + 1)
        else:
            search_datasets(conn, wanted, search, PAGE + 1)
    return watch.seconds
