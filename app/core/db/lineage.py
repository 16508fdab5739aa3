"""Lineage: kept by the names that views' texts use, looked up by dataset."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, pick
from app.core.domain.lineage import (
    MAX_NODES,
    ColumnPair,
    Direction,
    LineageEdge,
    LineageLevel,
    Reference,
    TracedView,
    note_of,
)

# How views' texts are read. Another number has all of them read again, by the next run of each endpoint.
METHOD = 2


@dataclass(frozen=True)
class StoredView:
    """A view as the catalog has it; its columns in order. What changed before `seen_at` is in it."""

    id: UUID
    endpoint_id: UUID
    template_id: str | None
    database: str | None
    schema: str | None
    document_hash: str
    text: str | None
    columns: list[str]
    seen_at: datetime


@dataclass(frozen=True)
class StoredTable:
    """A dataset that a view may read; its columns in order."""

    identity: bytes
    schema: str | None
    name: str
    columns: list[str]


def list_views_to_trace(conn: Conn, run_id: UUID) -> list[UUID]:
    """The views of a run's endpoint whose lineage is not what the catalog would make it now."""
    params = {"run_id": run_id, "method": METHOD}
    return fetch_all(conn, query("lineage", "list_views_to_trace"), params, lambda row: UUID(str(row["id"])))


def views_for_ids(conn: Conn, run_id: UUID, ids: Collection[UUID]) -> list[StoredView]:
    """These views of the run's endpoint, by schema and name."""
    # a merge that has begun and is not over would have changes older than what is seen here
    conn.execute(query("persist", "lock_endpoint_of_run"), {"run_id": run_id})
    sql = query("lineage", "views_for_ids")
    return fetch_all(conn, sql, {"ids": list(ids)}, lambda row: pick(StoredView, row))


def tables_by_identity(
    conn: Conn, endpoint_id: UUID, identities: Collection[bytes]
) -> dict[bytes, StoredTable]:
    """The datasets of the endpoint that are there, by identity."""
    params = {"endpoint_id": endpoint_id, "identities": list(identities)}
    found = fetch_all(conn, query("lineage", "tables_by_identity"), params, _table_of)
    return {table.identity: table for table in found}


def tables_by_folded_name(conn: Conn, endpoint_id: UUID, names: Collection[str]) -> dict[str, StoredTable]:
    """The datasets of the endpoint that are there, by their names in lower case."""
    params = {"endpoint_id": endpoint_id, "names": [name.lower() for name in names]}
    found = fetch_all(conn, query("lineage", "tables_by_folded_name"), params, _table_of)
    return {table.name.lower(): table for table in found}


def replace_lineage(conn: Conn, run_id: UUID, views: Sequence[TracedView]) -> None:
    """Make this the lineage of the views, in the caller's transaction.

    A view that has changed meanwhile is left without, and waits for the next run.
    """
    conn.execute(query("persist", "lock_endpoint_of_run"), {"run_id": run_id})
    conn.execute(query("lineage", "delete_lineage"), {"ids": [view.dataset_id for view in views]})
    heads = [
        {
            "dataset_id": view.dataset_id,
            "document_hash": view.document_hash,
            "method": METHOD,
            "at": view.seen_at,
            "note": view.note,
        }
        for view in views
    ]
    sources = [
        {
            "dataset_id": view.dataset_id,
            "identity": source.identity,
            "schema": source.schema,
            "name": source.name,
            "level": source.level,
            "columns": json.dumps(source.columns),
        }
        for view in views
        for source in view.sources
    ]
    with conn.cursor() as cursor:
        cursor.executemany(query("lineage", "insert_lineage"), heads)
        cursor.executemany(query("lineage", "insert_lineage_source"), sources)


def edges_for_dataset_ids(
    conn: Conn, direction: Direction, ids: Collection[UUID]
) -> dict[UUID, list[LineageEdge]]:
    """What each dataset is made from, or what is made from it: at most one more than MAX_NODES of each."""
    is_upstream = direction is Direction.UPSTREAM
    sql = query("lineage", "upstream_edges") if is_upstream else query("lineage", "downstream_edges")
    by_dataset: dict[UUID, list[LineageEdge]] = defaultdict(list)
    for edge in fetch_all(conn, sql, {"ids": list(ids), "limit": MAX_NODES + 1}, _edge_of):
        by_dataset[edge.to_id if is_upstream else edge.from_id].append(edge)
    return by_dataset


def notes_for_dataset_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, str | None]:
    """What is to be said of the lineage of each; what is no view is left out."""
    found = fetch_all(conn, query("lineage", "lineage_notes"), {"ids": list(ids)}, dict)
    return {
        row["id"]: note_of(is_traced=row["is_traced"], note=row["note"], missing=row["missing"])
        for row in found
    }


def references_for_dataset_ids(conn: Conn, ids: Collection[UUID], first: int) -> dict[UUID, list[Reference]]:
    """The foreign keys that refer to each dataset, at most `first` of each, by schema and name."""
    by_dataset: dict[UUID, list[Reference]] = defaultdict(list)
    params = {"ids": list(ids), "first": first}
    for row in fetch_all(conn, query("lineage", "references_to"), params, dict):
        by_dataset[row["to_id"]].append(_reference_of(row["dataset_id"], row["key"]))
    return by_dataset


def _table_of(row: Row) -> StoredTable:
    return pick(StoredTable, row, identity=bytes(row["identity"]))


def _edge_of(row: Row) -> LineageEdge:
    pairs = tuple(ColumnPair(*pair) for pair in row["columns"])
    return LineageEdge(row["from_id"], row["to_id"], LineageLevel(row["level"]), pairs)


def _reference_of(dataset_id: UUID, key: Mapping[str, Any]) -> Reference:
    return Reference(dataset_id, key["name"], tuple(key["columns"]), tuple(key["to_columns"]))
