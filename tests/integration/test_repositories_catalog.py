"""Reading the catalog, and that reading for many rows takes one statement."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from app.core.db import catalog, collections, endpoints, runs
from app.core.db.catalog_search import search_datasets
from app.core.domain.catalog import (
    ChangeFilter,
    ChangeKind,
    DatasetFilter,
    DatasetKind,
    dataset_identity,
)
from app.core.domain.endpoints import EndpointDetails
from app.core.domain.runs import RunFilter, RunTrigger
from app.core.errors import BadInput
from tests.searching import index_datasets

Db = Connection[Any]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database, options="-c timezone=UTC") as connection:
        yield connection


def add_endpoint(conn: Db, labels: list[str] | None = None) -> UUID:
    details = EndpointDetails(
        source_id=uuid4().hex,
        name="Source",
        description=None,
        template_id=None,
        verb=None,
        url="u",
        domain=None,
        labels=labels or [],
        parameters={},
        capabilities=["metadata"],
    )
    return endpoints.insert_endpoint(conn, details, {}).id


def add_run(conn: Db, endpoint_id: UUID, at: datetime = NOW) -> UUID:
    collection = collections.insert_collection(conn, add_endpoint(conn))
    run = runs.insert_run(
        conn, collection_id=collection.id, endpoint_id=endpoint_id, trigger=RunTrigger.MANUAL, now=at
    )
    return run.id


def add_dataset(conn: Db, endpoint_id: UUID, name: str, **columns: Any) -> UUID:
    field_names = columns.pop("fields", ["id"])
    row = {
        "endpoint_id": endpoint_id,
        "identity": dataset_identity("db", "public", name),
        "database": "db",
        "schema": "public",
        "name": name,
        "kind": "TABLE",
        "document": Jsonb({"columns": [{"name": field} for field in field_names]}),
        "document_hash": "h",
        "first_seen_at": NOW,
        "changed_at": NOW,
    } | columns
    names, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    with conn.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(f"INSERT INTO catalog_datasets ({names}) VALUES ({marks}) RETURNING id".encode(), row)
        found = cursor.fetchone()
    assert found is not None
    dataset_id = UUID(str(found[0]))
    index_datasets(conn, [dataset_id])
    return dataset_id


def names(conn: Db, wanted: DatasetFilter) -> list[str]:
    if wanted.search is not None:
        hits = search_datasets(conn, wanted, wanted.search, 50)
        assert hits.total == len(hits.datasets)
        return [dataset.name for dataset in hits.datasets]
    found = [dataset.name for dataset in catalog.list_datasets(conn, wanted, 50)]
    assert catalog.count_datasets(conn, wanted) == len(found)
    return found


class TestDatasets:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (DatasetFilter(), ["Orders", "100%_done", "view"]),
            (DatasetFilter(include_removed=True), ["Orders", "100%_done", "view", "gone"]),
            (DatasetFilter(search="ORDER"), ["Orders"]),
            (DatasetFilter(search="%_"), ["100%_done"]),
            (DatasetFilter(search="\\"), []),
            (DatasetFilter(search="customer"), ["Orders"]),
            (DatasetFilter(search="finished"), ["100%_done"]),
            (DatasetFilter(search="sales"), ["view"]),
            (DatasetFilter(schema="sales"), ["view"]),
            (DatasetFilter(schema="Sales"), []),
            (DatasetFilter(kind=DatasetKind.VIEW), ["view"]),
            (DatasetFilter(labels=["crm"]), ["Orders", "100%_done", "view"]),
            (DatasetFilter(labels=["crm", "other"]), []),
            (DatasetFilter(endpoint_id=UUID(int=0)), []),
        ],
        ids=str,
    )
    def test_filters(self, conn: Db, wanted: DatasetFilter, found: list[str]) -> None:
        source, deleted = add_endpoint(conn, ["crm"]), add_endpoint(conn)
        add_dataset(conn, source, "Orders", fields=["Customer_id"])
        add_dataset(conn, source, "100%_done", comment="What is Finished")
        add_dataset(conn, source, "view", schema="sales", kind="VIEW")
        add_dataset(conn, source, "gone", removed_at=NOW)
        add_dataset(conn, deleted, "hidden")
        endpoints.soft_delete_endpoint(conn, deleted, NOW)
        assert sorted(names(conn, wanted)) == sorted(found)

    def test_a_dataset_is_confirmed_by_itself_or_its_scope_or_its_last_change(self, conn: Db) -> None:
        source = add_endpoint(conn)
        changed, listed, own = (add_run(conn, source) for _ in range(3))
        plain = {"changed_run_id": changed}
        unlisted = add_dataset(conn, source, "unlisted", schema=None, **plain)
        fresh = add_dataset(conn, source, "fresh", **plain)
        lagging = add_dataset(conn, source, "lagging", confirmed_at=NOW + HOUR, confirmed_run_id=own, **plain)
        conn.execute(
            "INSERT INTO catalog_scopes (endpoint_id, database, schema, confirmed_at, run_id)"
            " VALUES (%s, 'db', 'public', %s, %s)",
            [source, NOW + 2 * HOUR, listed],
        )
        found = catalog.datasets_for_ids(conn, [unlisted, fresh, lagging])
        assert {key: (row.collected_at, row.collected_run_id) for key, row in found.items()} == {
            unlisted: (NOW, changed),
            fresh: (NOW + 2 * HOUR, listed),
            lagging: (NOW + HOUR, own),
        }

    def test_a_dataset_of_a_deleted_endpoint_is_hidden(self, conn: Db) -> None:
        source = add_endpoint(conn)
        dataset_id = add_dataset(conn, source, "t")
        assert catalog.get_dataset(conn, dataset_id) is not None
        endpoints.soft_delete_endpoint(conn, source, NOW)
        assert catalog.get_dataset(conn, dataset_id) is None

    def test_pages_meet_without_gap_or_overlap(self, conn: Db) -> None:
        source = add_endpoint(conn)
        added = {add_dataset(conn, source, f"t{number}") for number in range(7)}
        seen: list[UUID] = []
        while page := catalog.list_datasets(conn, DatasetFilter(), 3, seen[-1] if seen else None):
            seen += [dataset.id for dataset in page]
        assert len(seen) == 7
        assert set(seen) == added
        with pytest.raises(BadInput, match="after"):
            catalog.list_datasets(conn, DatasetFilter(), 3, uuid4())

    def test_references_are_found_by_exact_names(self, conn: Db) -> None:
        source, other = add_endpoint(conn), add_endpoint(conn)
        there = add_dataset(conn, source, "t")
        add_dataset(conn, source, "gone", removed_at=NOW)
        t, gone, upper = (dataset_identity("db", "public", name) for name in ("t", "gone", "T"))
        wanted = [(source, t), (source, gone), (source, upper), (other, t)]
        assert catalog.dataset_ids_for_identities(conn, wanted) == {(source, t): there}


class TestChanges:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, ["DATASET_CHANGED", "COLUMN_REMOVED", "DATASET_ADDED"]),
            ({"kinds": [ChangeKind.DATASET_ADDED]}, ["DATASET_ADDED"]),
            ({"kinds": []}, []),
            ({"breaking_only": True}, ["COLUMN_REMOVED"]),
            ({"from_": NOW + HOUR}, ["DATASET_CHANGED", "COLUMN_REMOVED"]),
            ({"to": NOW}, ["DATASET_ADDED"]),
            ({"run_id": UUID(int=0)}, []),
        ],
        ids=str,
    )
    def test_filters(self, conn: Db, wanted: dict[str, Any], found: list[str]) -> None:
        source = add_endpoint(conn)
        run_id = add_run(conn, source)
        dataset_id = add_dataset(conn, source, "t")
        for at, kind, is_breaking in (
            (NOW, "DATASET_ADDED", False),
            (NOW + HOUR, "COLUMN_REMOVED", True),
            (NOW + HOUR, "DATASET_CHANGED", False),
        ):
            conn.execute(
                "INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id, is_breaking)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [at, kind, source, dataset_id, run_id, is_breaking],
            )
        changes = catalog.list_changes(conn, ChangeFilter(**wanted), 10)
        assert [change.kind for change in changes] == found
        assert catalog.count_changes(conn, ChangeFilter(**wanted)) == len(found)
        if not wanted:
            assert catalog.list_changes(conn, ChangeFilter(), 10, changes[0].id) == changes[1:]
            assert runs.count_runs(conn, RunFilter(changed_only=True)) == 1
            with pytest.raises(BadInput, match="after"):
                catalog.list_changes(conn, ChangeFilter(), 10, 0)


class CountingConnection(psycopg.Connection[Any]):
    """Counts the statements that are sent, whoever sends them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements = 0
        connection = self

        class CountingCursor(psycopg.Cursor[Any]):
            def execute(self, *args: Any, **kwargs: Any) -> Any:
                connection.statements += 1
                return super().execute(*args, **kwargs)

        self.cursor_factory = CountingCursor


READS: dict[str, Callable[[Db, list[UUID]], object]] = {
    "endpoints": endpoints.endpoints_for_ids,
    "dataset counts": endpoints.dataset_counts_for_endpoint_ids,
    "collections": collections.collections_for_ids,
    "collections of endpoints": collections.collections_for_endpoint_ids,
    "runs": runs.runs_for_ids,
    "last runs": runs.last_runs_for_collection_ids,
    "active runs": runs.active_runs_for_collection_ids,
    "runs of endpoints": lambda conn, ids: runs.runs_for_endpoint_ids(conn, ids, 5),
    "datasets": catalog.datasets_for_ids,
    "dataset identities": lambda conn, ids: catalog.dataset_ids_for_identities(
        conn, [(endpoint_id, b"identity") for endpoint_id in ids]
    ),
}


@pytest.mark.parametrize("how_many", [0, 1, 200])
def test_reading_for_many_ids_takes_one_statement(database: str, how_many: int) -> None:
    ids = [uuid4() for _ in range(how_many)]
    with CountingConnection.connect(database) as conn:
        counts = {}
        for what, read in READS.items():
            before = conn.statements
            read(conn, ids)
            counts[what] = conn.statements - before
    assert counts == dict.fromkeys(READS, 1)


def test_the_newest_run_of_each_collection(conn: Db) -> None:
    source = add_endpoint(conn)
    collection = collections.insert_collection(conn, source)
    other = collections.insert_collection(conn, add_endpoint(conn))
    added = []
    for hours in (0, 2, 1):
        run = runs.insert_run(
            conn,
            collection_id=collection.id,
            endpoint_id=source,
            trigger=RunTrigger.MANUAL,
            now=NOW + hours * HOUR,
        )
        added.append(run.id)
        if hours != 1:
            runs.mark_canceled(conn, run.id, NOW)
    ids = [collection.id, other.id]
    last, active = (
        runs.last_runs_for_collection_ids(conn, ids),
        runs.active_runs_for_collection_ids(conn, ids),
    )
    assert {key: run.id for key, run in last.items()} == {collection.id: added[1]}
    assert {key: run.id for key, run in active.items()} == {collection.id: added[2]}
    [newest] = runs.runs_for_endpoint_ids(conn, [source], 2).values()
    assert [run.id for run in newest] == [added[1], added[2]]
