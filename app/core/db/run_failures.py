"""What runs listed and could not read."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import Conn, fetch_all, fetch_count, pick
from app.core.domain.runs import FailedObject
from app.core.errors import BadInput


def list_failed_objects(conn: Conn, run_id: UUID, first: int, after: int | None = None) -> list[FailedObject]:
    """At most `first` objects after `after`, in the order the run met them. Raises BadInput for an unknown
    `after`."""
    if after is not None and not fetch_count(
        conn, query("run_failures", "is_failure_of_run"), {"id": after, "run_id": run_id}
    ):
        raise BadInput({"after": ["This is not the id of a row of this list."]})
    params = {"run_id": run_id, "after": after or 0, "first": first}
    sql = query("run_failures", "list_failures")
    return fetch_all(conn, sql, params, lambda row: pick(FailedObject, row))


def failed_objects_for_run_ids(
    conn: Conn, ids: Collection[UUID], first: int
) -> dict[UUID, list[FailedObject]]:
    """The first objects of each run, at most `first` of each."""
    by_run: dict[UUID, list[FailedObject]] = defaultdict(list)
    sql, params = query("run_failures", "failures_for_run_ids"), {"ids": list(ids), "first": first}
    for run_id, failed in fetch_all(conn, sql, params, lambda row: (row["run_id"], pick(FailedObject, row))):
        by_run[run_id].append(failed)
    return by_run


def failed_object_counts_for_run_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many objects each run could not read; runs without any are left out."""
    sql, params = query("run_failures", "failure_counts_for_run_ids"), {"ids": list(ids)}
    return dict(fetch_all(conn, sql, params, lambda row: (row["run_id"], row["failures"])))


def count_failed_objects(conn: Conn, run_id: UUID) -> int:
    """How many list_failed_objects would give in all."""
    return fetch_count(conn, query("run_failures", "count_failures"), {"run_id": run_id})
