"""A database that is in use is brought to the newest schema: what was there stays, and serves as before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import yoyo
from psycopg import sql
from psycopg.types.json import Jsonb

from app.cli.embedded_postgres import APP_ROLE, SUPERUSER, EmbeddedPostgres
from app.core.db import comparisons, fingerprints, versions
from app.core.db.comparisons import Span
from app.core.db.migrate import MIGRATIONS_DIR, migrate, pending_migrations
from app.core.domain.catalog import DatasetFilter, dataset_identity
from app.core.domain.catalog_history import ComparisonCounts
from tests.integration.persisting import (
    Db,
    Staging,
    Table,
    changes,
    collect,
    insert_endpoint,
    insert_run,
    live,
    rows,
    stats,
    tables,
)

BEGAN = datetime(2026, 10, 1, 8, tzinfo=UTC)
WENT = datetime(2026, 10, 9, 8, tzinfo=UTC)
KEPT = ("metadata_endpoints", "metadata_collection_runs", "catalog_datasets", "catalog_changes")


@pytest.fixture(params=["0014", "0017"])
def older_database(request: pytest.FixtureRequest, postgres_cluster: EmbeddedPostgres) -> Iterator[str]:
    """A database with all migrations before the given one."""
    name = f"older_{uuid4().hex}"
    with psycopg.connect(postgres_cluster.url(SUPERUSER, "postgres"), autocommit=True) as admin:
        owned = sql.SQL("CREATE DATABASE {} OWNER {}")
        admin.execute(owned.format(sql.Identifier(name), sql.Identifier(APP_ROLE)))
        url = postgres_cluster.url(APP_ROLE, name)
        backend = yoyo.get_backend(f"postgresql+psycopg{url.removeprefix('postgresql')}")
        known = yoyo.read_migrations(str(MIGRATIONS_DIR))
        backend.apply_migrations(known.filter(lambda migration: migration.id < request.param))
        backend.connection.close()
        yield url
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(conn: Db) -> UUID:
    """An endpoint whose runs found the tables a, b and gone, of which the last is removed; its id."""
    endpoint_id = insert_endpoint(conn)
    first, second = (
        insert_run(conn, endpoint_id, "SUCCEEDED", requested_at=at, completed_at=at, stats=Jsonb({"seen": 3}))
        for at in (BEGAN, WENT)
    )
    for table in tables("a", "b", "gone"):
        is_gone = table.name == "gone"
        dataset: dict[str, Any] = {
            "endpoint_id": endpoint_id,
            "identity": dataset_identity(table.database, table.schema, table.name),
            "database": table.database,
            "schema": table.schema,
            "name": table.name,
            "kind": table.kind,
            "document": Jsonb(table.document()),
            "document_hash": "of an older spelling",
            "first_seen_at": BEGAN,
            "changed_at": BEGAN,
            "changed_run_id": first,
            "removed_at": WENT if is_gone else None,
            "removed_run_id": second if is_gone else None,
        }
        names = ", ".join(dataset)
        marks = ", ".join(f"%({name})s" for name in dataset)
        statement = f"INSERT INTO catalog_datasets ({names}) VALUES ({marks}) RETURNING id"
        [(dataset_id,)] = conn.execute(statement.encode(), dataset).fetchall()
        change = (
            "INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id, is_breaking) VALUES "
        )
        marks = "(%s, %s, %s, %s, %s, %s)"
        conn.execute(
            (change + marks).encode(), (BEGAN, "DATASET_ADDED", endpoint_id, dataset_id, first, False)
        )
        if is_gone:
            conn.execute(
                (change + marks).encode(), (WENT, "DATASET_REMOVED", endpoint_id, dataset_id, second, True)
            )
        conn.execute("INSERT INTO catalog_observations VALUES (%s, 5, 8192, %s)", (dataset_id, BEGAN))
    conn.execute(
        "INSERT INTO catalog_scopes VALUES (%s, 'db', 'public', %s, %s)", (endpoint_id, WENT, second)
    )
    conn.commit()
    return endpoint_id


def test_a_filled_database_is_upgraded_and_its_catalog_goes_on(older_database: str) -> None:
    with psycopg.connect(older_database, options="-c timezone=UTC") as conn:
        endpoint_id = fill(conn)
        before = {name: rows(conn, f"SELECT * FROM {name} ORDER BY id") for name in KEPT}
    assert migrate(older_database) != []
    assert pending_migrations(older_database) == []
    with psycopg.connect(older_database, options="-c timezone=UTC") as conn:
        for name, old in before.items():
            new = rows(conn, f"SELECT * FROM {name} ORDER BY id")
            kept = [{key: row[key] for key in was} for row, was in zip(new, old, strict=True)]
            assert kept == old
        check_what_was_there(conn, endpoint_id)
        check_that_it_goes_on(conn, endpoint_id)


def check_what_was_there(conn: Db, endpoint_id: UUID) -> None:
    at = datetime(2026, 10, 5, tzinfo=UTC)
    found = versions.list_datasets_as_of(conn, DatasetFilter(), at, first=10)
    assert {dataset.name for dataset in found} == {"a", "b", "gone"}
    assert {dataset.row_count_estimate for dataset in found} == {5}
    assert versions.count_datasets_as_of(conn, DatasetFilter(), datetime.now(UTC)) == 2
    [gone] = [dataset for dataset in found if dataset.name == "gone"]
    [version] = versions.versions_for_dataset_ids(conn, [gone.id], 10)[gone.id]
    assert (version.version, version.valid_from, version.valid_to) == (1, BEGAN, WENT)
    span = Span(endpoint_id, at, datetime.now(UTC))
    assert comparisons.count_differences(conn, span) == ComparisonCounts(0, 0, 1)
    assert fingerprints.find_known(conn, endpoint_id, "any", datetime.now(UTC), 24) is None
    conn.commit()


def check_that_it_goes_on(conn: Db, endpoint_id: UUID) -> None:
    """Unchanged documents make no version, whatever their hash was; a changed and a returned one do."""
    same = collect(conn, endpoint_id, Staging(tables("a", "b")))
    assert changes(conn, same) == []
    changed = collect(conn, endpoint_id, Staging([Table("a", columns=("x",)), *tables("b", "gone")]))
    assert {(kind, name) for kind, name, *_ in changes(conn, changed)} == {
        ("COLUMN_REMOVED", "a"),
        ("COLUMN_ADDED", "a"),
        ("DATASET_RESTORED", "gone"),
    }
    assert stats(conn, changed) == {"seen": 3, "added": 1, "changed": 1, "unchanged": 1, "columns": 3}
    past = rows(conn, "SELECT version, valid_from, valid_to = %s AS went FROM catalog_versions", WENT)
    assert sorted((row["version"], row["valid_from"], row["went"]) for row in past) == [
        (1, BEGAN, False),
        (1, BEGAN, True),
    ]
    assert live(conn, endpoint_id) == {("public", "a"), ("public", "b"), ("public", "gone")}
