"""What the reconciler compares with Temporal."""

from dataclasses import dataclass
from uuid import UUID

from app.core.db import runs
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, pick
from app.core.domain.collections import Collection
from app.core.domain.runs import Run


@dataclass(frozen=True)
class ScheduleTarget:
    """A collection whose schedule Temporal should hold, or hold no longer (`is_live` False)."""

    collection: Collection
    is_live: bool


@dataclass(frozen=True)
class OpenRun:
    """A run that has not ended. `quiet_seconds`: since its row last changed; `is_abandoned`: its collection
    or its endpoint has been deleted."""

    run: Run
    quiet_seconds: float
    is_abandoned: bool


def list_schedule_targets(conn: Conn, collection_id: UUID | None = None) -> list[ScheduleTarget]:
    """All targets, or only that of one collection."""
    sql = query("reconcile", "list_schedule_targets")
    # a plan that is good for all of them would look through all of them for one
    return fetch_all(conn, sql, {"id": collection_id}, _target, prepare=False)


def list_open_runs(conn: Conn, run_id: UUID | None = None) -> list[OpenRun]:
    """All queued and running runs, oldest first, or only one of them."""
    found: list[Row] = fetch_all(
        conn, query("reconcile", "list_open_runs"), {"id": run_id}, dict, prepare=False
    )
    known = runs.runs_for_ids(conn, [row["id"] for row in found])
    return [
        OpenRun(known[row["id"]], row["quiet_seconds"], row["is_abandoned"])
        for row in found
        if row["id"] in known
    ]


def _target(row: Row) -> ScheduleTarget:
    return ScheduleTarget(pick(Collection, row), row["is_live"])
