"""Fingerprints of sources: when a source is known to be what the catalog says, its run confirms the catalog
without reading it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from app.core.db import runs
from app.core.db.queries import query
from app.core.domain.runs import RunErrorCode, RunStats, RunStatus
from app.core.domain.staged_index import StagingRefused
from app.core.errors import RunNotActive, RunNotFound

Db = Connection[Any]


@dataclass(frozen=True)
class Fingerprint:
    """A source's fingerprint, of what `scope` stands for."""

    scope: str
    text: str


@dataclass(frozen=True)
class Counted:
    """What a full reading counted."""

    datasets: int
    columns: int
    filtered: int


def find_known(conn: Db, endpoint_id: UUID, scope: str, now: datetime, full_pass_hours: int) -> str | None:
    """The fingerprint that a run may compare with; None when it has to read in full: nothing is known, the
    last full reading is more than `full_pass_hours` old, or a run has failed or found only part since."""
    read_since = now - timedelta(hours=full_pass_hours)
    params = {"endpoint_id": endpoint_id, "scope": scope, "read_since": read_since}
    row = conn.execute(query("fingerprints", "find_known"), params).fetchone()
    return None if row is None else str(row[0])


def confirm_unchanged(conn: Db, run_id: UUID, found: Fingerprint) -> None:
    """Confirm what the last full reading confirmed, in the caller's transaction; doing it again changes
    nothing.

    Raises StagingRefused when the catalog has been written to since the run compared, RunNotActive when the
    run has ended meanwhile, and RunNotFound."""
    endpoint_id, status, merged, at = _open(conn, run_id)
    if merged:
        return
    if status != RunStatus.RUNNING:
        raise RunNotActive(run_id, status)
    params = {
        "endpoint_id": endpoint_id,
        "run_id": run_id,
        "at": at,
        "scope": found.scope,
        "fingerprint": found.text,
    }
    conn.execute(query("fingerprints", "confirm_scopes"), params)
    row = conn.execute(query("fingerprints", "confirm"), params).fetchone()
    if row is None:
        message = (
            "The catalog was written to after the source had been compared with it; the next run reads on."
        )
        raise StagingRefused(RunErrorCode.STAGING_INCOMPLETE, message)
    datasets, columns, filtered = row
    stats = RunStats(seen=datasets, unchanged=datasets, columns=columns, filtered=filtered)
    line = f"Catalog confirmed: the source's {datasets} datasets are unchanged."
    runs.add_log_lines(conn, run_id, [(at, "INFO", line, None)])
    if not runs.record_stats(conn, run_id, stats):
        raise RunNotActive(run_id, "it was ended while the catalog was confirmed")


def replace(conn: Db, run_id: UUID, found: Fingerprint | None, counted: Counted) -> None:
    """What is known of the source after a run that read it has been merged, in the same transaction; `found`
    None: nothing that another run could rely on."""
    if found is not None:
        params = {"run_id": run_id, "scope": found.scope, "fingerprint": found.text, **vars(counted)}
        if conn.execute(query("fingerprints", "remember"), params).rowcount:
            return
    conn.execute(query("fingerprints", "forget_for_run"), {"run_id": run_id})


def forget(conn: Db, endpoint_id: UUID) -> None:
    """Make the endpoint's next run read in full: the catalog is no longer what its last full reading left."""
    conn.execute(query("fingerprints", "forget"), {"endpoint_id": endpoint_id})


def _open(conn: Db, run_id: UUID) -> tuple[UUID, str, bool, datetime]:
    conn.execute(query("persist", "lock_endpoint_of_run"), {"run_id": run_id})
    row = conn.execute(query("persist", "get_run_to_merge"), {"run_id": run_id}).fetchone()
    if row is None:
        raise RunNotFound(run_id)
    endpoint_id, status, merged, at = row[:4]
    return endpoint_id, status, merged, at
