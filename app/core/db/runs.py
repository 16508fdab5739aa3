"""Runs in Postgres: reading them, beginning them, changing their state, and what they report meanwhile.

A status changes by compare-and-set on the states it may be left from, and in no other way. Each mark_…
returns the run as it is afterwards, also when the change had been made before ("already done" is success),
and None when the run is unknown or its state forbids the change; then nothing has changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from app.core.db.columns import Rows, fetch_columns, pick_all
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, execute, fetch_all, fetch_count, field_names, pick, position_after
from app.core.domain.runs import (
    ACTIVE,
    ALLOWED_SOURCES,
    ReadMode,
    Run,
    RunFilter,
    RunLogLine,
    RunProgress,
    RunRow,
    RunStats,
    RunStatus,
    RunTrigger,
    SourceCost,
    duration_ms,
)
from app.core.errors import BadInput, CollectionInProgress

# Between losing against an active run and reading it, that run may end: then there is room after all.
_INSERT_ATTEMPTS = 5

MAX_LOG_LINES = 10_000

# calling an enum takes much longer, and a page of runs has hundreds of them
_STATUSES: Mapping[str, RunStatus] = {status.value: status for status in RunStatus}
_TRIGGERS: Mapping[str, RunTrigger] = {trigger.value: trigger for trigger in RunTrigger}
_COST = ("statements", "seconds", "rows", "bytes")

NewLogLine = tuple[datetime, str, str, Mapping[str, Any] | None]
"""When, level (DEBUG, INFO, WARNING, ERROR), message without secrets, fields."""


def get_run(conn: Conn, run_id: UUID) -> Run | None:
    return _one(conn, "get_run", {"id": run_id})


def lock_run(conn: Conn, run_id: UUID) -> Run | None:
    """get_run, and nobody changes it until this transaction ends."""
    return _one(conn, "lock_run", {"id": run_id})


def list_runs(conn: Conn, wanted: RunFilter, first: int, after: UUID | None = None) -> list[Run]:
    """The same as list_run_rows, in full; without those that were deleted in between."""
    ids = list_run_rows(conn, wanted, first, after).column("id")
    found = runs_for_ids(conn, ids)
    return [found[run_id] for run_id in ids if run_id in found]


def list_run_rows(conn: Conn, wanted: RunFilter, first: int, after: UUID | None = None) -> Rows[RunRow]:
    """At most `first` runs after `after`, newest first. Raises BadInput for an unknown `after`."""
    position = position_after(conn, query("runs", "run_position"), after).no_later_than(wanted.to)
    params = _filter(wanted) | position.bounds() | {"first": first}
    if wanted.statuses is not None or wanted.trigger is not None or wanted.changed_only:
        statuses = RunStatus if wanted.statuses is None else set(wanted.statuses)
        triggers = RunTrigger if wanted.trigger is None else [wanted.trigger]
        params |= {"statuses": list(statuses), "triggers": list(triggers)}
        columns = fetch_columns(conn, query("runs", "list_run_rows_in_states"), params)
    else:
        columns = fetch_columns(conn, query("runs", "list_run_rows"), params)
    durations = [*map(duration_ms, columns["started_at"], columns["completed_at"])]
    return Rows(RunRow, columns | {"duration_ms": durations})


def count_runs(conn: Conn, wanted: RunFilter) -> int:
    """How many runs list_runs would give in all."""
    return fetch_count(conn, query("runs", "count_runs"), _filter(wanted))


def runs_for_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Run]:
    """The runs by id; unknown ids are left out."""
    found = _runs(conn, "runs_for_ids", {"ids": list(ids)})
    return {run.id: run for run in found}


def last_runs_for_collection_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Run]:
    """The newest run of each collection that has one."""
    return _by_collection(conn, "last_runs_for_collection_ids", ids)


def active_runs_for_collection_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Run]:
    """The queued or running run of each collection that has one."""
    return _by_collection(conn, "active_runs_for_collection_ids", ids)


def runs_for_endpoint_ids(conn: Conn, ids: Collection[UUID], limit: int) -> dict[UUID, list[Run]]:
    """The newest runs of each endpoint, at most `limit` of each."""
    by_endpoint: dict[UUID, list[Run]] = {endpoint_id: [] for endpoint_id in ids}
    params = {"ids": list(ids), "limit": limit}
    for run in _runs(conn, "runs_for_endpoint_ids", params):
        by_endpoint[run.endpoint_id].append(run)
    return by_endpoint


def runs_for_collection_ids(conn: Conn, ids: Collection[UUID], limit: int) -> dict[UUID, list[Run]]:
    """The newest runs of each collection, at most `limit` of each."""
    by_collection: dict[UUID, list[Run]] = {collection_id: [] for collection_id in ids}
    params = {"ids": list(ids), "limit": limit}
    for run in _runs(conn, "runs_for_collection_ids", params):
        if run.collection_id is not None:
            by_collection[run.collection_id].append(run)
    return by_collection


def insert_run(
    conn: Conn,
    *,
    collection_id: UUID,
    endpoint_id: UUID,
    trigger: RunTrigger,
    now: datetime,
    requested_by: str | None = None,
    filters: Mapping[str, Any] | None = None,
    scheduled_for: datetime | None = None,
    workflow_id: str | None = None,
    temporal_run_id: str | None = None,
    skip_reason: str | None = None,
) -> Run:
    """Store a new run: QUEUED, or SKIPPED at once when there is a `skip_reason`.

    With an execution given that has a run already, that run is returned ("already done" is success). Raises
    CollectionInProgress with the active run's id when the collection has one.
    """
    status = RunStatus.QUEUED if skip_reason is None else RunStatus.SKIPPED
    params = {
        "collection_id": collection_id,
        "endpoint_id": endpoint_id,
        "status": status,
        "trigger": trigger,
        "requested_by": requested_by,
        "now": now,
        "scheduled_for": scheduled_for,
        "completed_at": None if status in ACTIVE else now,
        "workflow_id": workflow_id,
        "temporal_run_id": temporal_run_id,
        "skip_reason": skip_reason,
        "filters": Jsonb(dict(filters)) if filters else None,
    }
    for _ in range(_INSERT_ATTEMPTS):
        run = _one(conn, "insert_run", params)
        if run is None:
            run = _one(conn, "run_of_execution", params)
        if run is not None:
            return run
        active = active_runs_for_collection_ids(conn, [collection_id]).get(collection_id)
        if active is not None:
            raise CollectionInProgress(active.id)
    raise RuntimeError(f"no room for a run of collection {collection_id}, and none is active")


def record_execution(conn: Conn, run_id: UUID, workflow_id: str, temporal_run_id: str) -> bool:
    """Record the workflow that was started for the run, unless the workflow itself has done so already."""
    params = {"id": run_id, "workflow_id": workflow_id, "temporal_run_id": temporal_run_id}
    return execute(conn, query("runs", "record_execution"), params) > 0


def mark_started(
    conn: Conn, run_id: UUID, workflow_id: str, temporal_run_id: str, now: datetime
) -> Run | None:
    """QUEUED → RUNNING under this execution; RUNNING under another one is a refusal."""
    params = {
        "id": run_id,
        "status": RunStatus.RUNNING,
        "sources": _sources(RunStatus.RUNNING),
        "workflow_id": workflow_id,
        "temporal_run_id": temporal_run_id,
        "now": now,
    }
    started = _one(conn, "start_run", params)
    if started is not None:
        return started
    run = get_run(conn, run_id)
    if run is None or run.status is not RunStatus.RUNNING:
        return None
    return run if (run.workflow_id, run.temporal_run_id) == (workflow_id, temporal_run_id) else None


def mark_completed(conn: Conn, run_id: UUID, partial: bool, now: datetime) -> Run | None:
    """RUNNING → SUCCEEDED, or PARTIAL when some objects could not be read."""
    return _finish(conn, run_id, RunStatus.PARTIAL if partial else RunStatus.SUCCEEDED, now)


def mark_skipped(conn: Conn, run_id: UUID, reason: str, now: datetime) -> Run | None:
    """QUEUED or RUNNING → SKIPPED."""
    return _finish(conn, run_id, RunStatus.SKIPPED, now, skip_reason=reason)


def mark_failed(conn: Conn, run_id: UUID, code: str, message: str, now: datetime) -> Run | None:
    """QUEUED or RUNNING → FAILED, with a RunErrorCode and a sentence that holds no secret."""
    return _finish(conn, run_id, RunStatus.FAILED, now, error_code=code, error=message)


def mark_canceled(conn: Conn, run_id: UUID, now: datetime) -> Run | None:
    """QUEUED or RUNNING → CANCELED."""
    return _finish(conn, run_id, RunStatus.CANCELED, now)


def record_reading(
    conn: Conn,
    run_id: UUID,
    *,
    progress: RunProgress | None = None,
    cost: SourceCost | None = None,
    mode: ReadMode | None = None,
) -> bool:
    """Record how far a run is, what one more attempt has cost its source, and how it has been read.

    Once the run has ended only the cost counts; False when nothing did."""
    document = progress and asdict(progress) | {"updated_at": progress.updated_at.isoformat()}
    params = {"id": run_id, "progress": document and Jsonb(document), "mode": mode}
    params |= dict.fromkeys(_COST) if cost is None else asdict(cost)
    return execute(conn, query("runs", "record_reading"), params) > 0


def record_attempt(conn: Conn, run_id: UUID, attempt: int) -> Run | None:
    """Record which attempt to ingest this is, from 1; None when the run is not running."""
    return _one(conn, "record_attempt", {"id": run_id, "attempt": attempt})


def record_stats(conn: Conn, run_id: UUID, stats: RunStats) -> bool:
    """Record what a run found; False when it is not running."""
    return execute(conn, query("runs", "record_stats"), {"id": run_id, "stats": Jsonb(asdict(stats))}) > 0


def add_redactions(conn: Conn, run_id: UUID, count: int, now: datetime) -> None:
    """Count masked secret values on the run. The run's log says so once, when it ends: here if it has ended
    already, and nothing was counted before."""
    run = _one(conn, "add_redactions", {"id": run_id, "count": count})
    if run is not None and not run.is_active and run.redactions == count:
        _tell_redactions(conn, run, now)


def add_log_lines(conn: Conn, run_id: UUID, lines: Sequence[NewLogLine]) -> None:
    """Append to a run's log. The first MAX_LOG_LINES stay; one WARNING then says that the log was cut."""
    if not lines:
        return
    stored = fetch_count(
        conn, query("runs", "count_log_lines"), {"run_id": run_id, "limit": MAX_LOG_LINES + 1}
    )
    if stored > MAX_LOG_LINES:
        return
    kept = list(lines[: MAX_LOG_LINES - stored])
    if len(kept) < len(lines):
        cut_at = lines[len(kept)][0]
        kept.append((cut_at, "WARNING", f"The log was cut after {MAX_LOG_LINES} lines.", None))
    ats, levels, messages, fields = zip(*kept, strict=True)
    params = {
        "run_id": run_id,
        "ats": list(ats),
        "levels": list(levels),
        "messages": list(messages),
        "fields": [None if line is None else Jsonb(dict(line)) for line in fields],
    }
    execute(conn, query("runs", "add_log_lines"), params)


def list_log_lines(
    conn: Conn, run_id: UUID, after: int | None, first: int, level: str | None = None
) -> list[RunLogLine]:
    """At most `first` lines after line `after`, oldest first. Raises BadInput for an unknown `after`."""
    if after is not None and not fetch_count(
        conn, query("runs", "is_log_line_of_run"), {"id": after, "run_id": run_id}
    ):
        raise BadInput({"after": ["This is not the id of a line of this run's log."]})
    params = {"run_id": run_id, "after": after or 0, "level": level, "first": first}
    return fetch_all(conn, query("runs", "list_log_lines"), params, lambda row: pick(RunLogLine, row))


def log_lines_for_run_ids(
    conn: Conn, ids: Collection[UUID], limit: int, level: str | None = None
) -> dict[UUID, list[RunLogLine]]:
    """The first lines of each run's log, at most `limit` of each."""
    by_run: dict[UUID, list[RunLogLine]] = {run_id: [] for run_id in ids}
    params = {"ids": list(ids), "level": level, "limit": limit}
    found = fetch_all(
        conn,
        query("runs", "log_lines_for_run_ids"),
        params,
        lambda row: (row["run_id"], pick(RunLogLine, row)),
    )
    for run_id, line in found:
        by_run[run_id].append(line)
    return by_run


def _one(conn: Conn, name: str, params: Row) -> Run | None:
    found = _runs(conn, name, params)
    return found[0] if found else None


def _runs(conn: Conn, name: str, params: Row) -> list[Run]:
    """The runs that a statement answers with: rows of metadata_collection_runs."""
    columns = fetch_columns(conn, query("runs", name), params)
    return pick_all(
        Run,
        columns,
        status=[_STATUSES[status] for status in columns["status"]],
        trigger=[_TRIGGERS[trigger] for trigger in columns["trigger"]],
        progress=[_progress(document) if document else None for document in columns["progress"]],
        stats=_stats(columns["stats"]),
        read_mode=[ReadMode(mode) if mode else None for mode in columns["read_mode"]],
        source_cost=[
            None if cost[0] is None else SourceCost(*cost)
            for cost in zip(*(columns[f"source_{part}"] for part in _COST), strict=True)
        ],
    )


def _stats(documents: Sequence[Row | None]) -> list[RunStats | None]:
    present = [document for document in documents if document]
    counts = {name: [document.get(name, 0) for document in present] for name in field_names(RunStats)}
    made = iter(pick_all(RunStats, counts))
    return [next(made) if document else None for document in documents]


def _progress(document: Row) -> RunProgress:
    return RunProgress(**document | {"updated_at": datetime.fromisoformat(document["updated_at"])})


def _by_collection(conn: Conn, name: str, ids: Collection[UUID]) -> dict[UUID, Run]:
    found = _runs(conn, name, {"ids": list(ids)})
    return {run.collection_id: run for run in found if run.collection_id is not None}


def _filter(wanted: RunFilter) -> Row:
    return {
        "endpoint_id": wanted.endpoint_id,
        "collection_id": wanted.collection_id,
        "statuses": None if wanted.statuses is None else [status.value for status in wanted.statuses],
        "trigger": wanted.trigger,
        "from": wanted.from_,
        "to": wanted.to,
        "changed_only": wanted.changed_only,
    }


def _finish(
    conn: Conn,
    run_id: UUID,
    status: RunStatus,
    now: datetime,
    *,
    error: str | None = None,
    error_code: str | None = None,
    skip_reason: str | None = None,
) -> Run | None:
    params = {
        "id": run_id,
        "status": status,
        "sources": _sources(status),
        "now": now,
        "error": error,
        "error_code": error_code,
        "skip_reason": skip_reason,
    }
    finished = _one(conn, "finish_run", params)
    if finished is not None:
        _tell_redactions(conn, finished, now)
        return finished
    run = get_run(conn, run_id)
    return run if run is not None and run.status is status else None


def _tell_redactions(conn: Conn, run: Run, now: datetime) -> None:
    """In the transaction of what it follows from, so that it is told once whatever is tried again."""
    if run.redactions == 0:
        return
    what, were = ("secret value", "was") if run.redactions == 1 else ("secret values", "were")
    message = f"{run.redactions} {what} {were} found in what the source returned and {were} masked."
    add_log_lines(conn, run.id, [(now, "WARNING", message, None)])


def _sources(status: RunStatus) -> list[str]:
    return sorted(source.value for source in ALLOWED_SOURCES[status])
