"""Collections in Postgres. Every change that concerns the schedule makes a new revision."""

from collections.abc import Collection as Several
from datetime import datetime
from uuid import UUID

from app.core.contracts import RECONCILE_CHANNEL
from app.core.db.columns import fetch_columns, pick_all
from app.core.db.queries import query
from app.core.db.rows import (
    Conn,
    Row,
    contains_pattern,
    execute,
    fetch_all,
    fetch_count,
    fetch_inserted,
    fetch_one,
    pick,
    position_after,
)
from app.core.domain.collections import Collection
from app.core.domain.endpoints import EndpointState


def get_collection(conn: Conn, collection_id: UUID, *, include_deleted: bool = False) -> Collection | None:
    """The collection; one that has been deleted only when asked for."""
    params = {"id": collection_id, "include_deleted": include_deleted}
    return fetch_one(conn, query("collections", "get_collection"), params, _collection)


def lock_collection(conn: Conn, collection_id: UUID) -> Collection | None:
    """The live collection, and nobody changes it until this transaction ends.

    Who locks its endpoint too locks the endpoint first.
    """
    return fetch_one(conn, query("collections", "lock_collection"), {"id": collection_id}, _collection)


def lock_endpoint_and_collection(conn: Conn, collection_id: UUID) -> tuple[EndpointState, Collection] | None:
    """lock_collection, after locking its endpoint; None when the collection is unknown or deleted."""
    sql = query("collections", "lock_endpoint_and_collection")
    return fetch_one(conn, sql, {"id": collection_id}, _with_endpoint)


def list_collections(
    conn: Conn,
    *,
    endpoint_id: UUID | None = None,
    is_enabled: bool | None = None,
    search: str | None = None,
    first: int,
    after: UUID | None = None,
) -> list[Collection]:
    """At most `first` live collections past `after`, newest first; `search` is for the endpoint's name.

    Raises BadInput for an unknown `after`.
    """
    position = position_after(conn, query("collections", "collection_position"), after)
    params = _filter(endpoint_id, is_enabled, search) | {"first": first} | position.bounds()
    return fetch_all(conn, query("collections", "list_collections"), params, _collection)


def count_collections(
    conn: Conn,
    *,
    endpoint_id: UUID | None = None,
    is_enabled: bool | None = None,
    search: str | None = None,
) -> int:
    """How many collections list_collections would give in all."""
    params = _filter(endpoint_id, is_enabled, search)
    return fetch_count(conn, query("collections", "count_collections"), params)


def collections_for_ids(conn: Conn, ids: Several[UUID]) -> dict[UUID, Collection]:
    """The collections by id, deleted ones too; unknown ids are left out."""
    sql = query("collections", "collections_for_ids")
    found = pick_all(Collection, fetch_columns(conn, sql, {"ids": list(ids)}))
    return {collection.id: collection for collection in found}


def collections_for_endpoint_ids(conn: Conn, ids: Several[UUID]) -> dict[UUID, list[Collection]]:
    """The live collections of each endpoint."""
    sql = query("collections", "collections_for_endpoint_ids")
    by_endpoint: dict[UUID, list[Collection]] = {endpoint_id: [] for endpoint_id in ids}
    for collection in fetch_all(conn, sql, {"ids": list(ids)}, _collection):
        by_endpoint[collection.endpoint_id].append(collection)
    return by_endpoint


def had_collection(conn: Conn, endpoint_id: UUID) -> bool:
    """Whether the endpoint has or ever had a collection."""
    sql = query("collections", "count_collections_ever")
    return fetch_count(conn, sql, {"endpoint_id": endpoint_id}) > 0


def insert_collection(
    conn: Conn,
    endpoint_id: UUID,
    *,
    schedule_cron: str | None = None,
    schedule_timezone: str = "UTC",
    is_enabled: bool = True,
) -> Collection:
    """Store a new collection; a manual one by default. The caller holds the endpoint's lock."""
    params = {
        "endpoint_id": endpoint_id,
        "schedule_cron": schedule_cron,
        "schedule_timezone": schedule_timezone,
        "is_enabled": is_enabled,
    }
    return fetch_inserted(conn, query("collections", "insert_collection"), params, _collection)


def update_collection(
    conn: Conn, collection_id: UUID, *, schedule_cron: str | None, schedule_timezone: str, is_enabled: bool
) -> Collection | None:
    """Store what is wanted as a new revision; None when the collection is unknown or deleted."""
    params = {
        "id": collection_id,
        "schedule_cron": schedule_cron,
        "schedule_timezone": schedule_timezone,
        "is_enabled": is_enabled,
    }
    return fetch_one(conn, query("collections", "update_collection"), params, _collection)


def soft_delete_collection(conn: Conn, collection_id: UUID, now: datetime) -> bool:
    """Whether this call deleted the collection."""
    sql = query("collections", "soft_delete_collection")
    return execute(conn, sql, {"id": collection_id, "now": now}) > 0


def record_applied(conn: Conn, collection_id: UUID, revision: int, temporal_schedule_id: str | None) -> bool:
    """Record that Temporal has been told `revision`, and the schedule it has now (None: none).

    False, and nothing changed, when a newer revision has been applied already.
    """
    params = {"id": collection_id, "revision": revision, "temporal_schedule_id": temporal_schedule_id}
    return execute(conn, query("collections", "record_applied"), params) > 0


def record_schedule_error(conn: Conn, collection_id: UUID, revision: int, message: str) -> bool:
    """Record why Temporal refused `revision`; False when that is no longer what is wanted."""
    params = {"id": collection_id, "revision": revision, "message": message}
    return execute(conn, query("collections", "record_schedule_error"), params) > 0


def notify_reconciler(conn: Conn, payload: UUID | None = None) -> None:
    """Wake the reconciler when this transaction commits; `payload` is the collection or run concerned."""
    params = {"channel": RECONCILE_CHANNEL, "payload": str(payload or "")}
    execute(conn, query("collections", "notify_reconciler"), params)


def failing_collections(conn: Conn, first: int) -> tuple[list[Collection], int]:
    """Live collections whose last run with an outcome did not SUCCEED, and how many there are in all.

    At most `first` of them, at least one, the latest failure first.
    """
    sql, params = query("collections", "failing_collections"), {"first": first}
    found = fetch_all(conn, sql, params, lambda row: (_collection(row), int(row["failing"])))
    return [collection for collection, _ in found], max((total for _, total in found), default=0)


def _filter(endpoint_id: UUID | None, is_enabled: bool | None, search: str | None) -> Row:
    return {"endpoint_id": endpoint_id, "is_enabled": is_enabled, "pattern": contains_pattern(search)}


def _collection(row: Row) -> Collection:
    return pick(Collection, row)


def _with_endpoint(row: Row) -> tuple[EndpointState, Collection]:
    return pick(EndpointState, row, id=row["endpoint_id"]), _collection(row)
