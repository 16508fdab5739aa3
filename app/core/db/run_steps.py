"""The steps of runs in Postgres."""

from collections.abc import Collection
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, execute, fetch_all, pick
from app.core.domain.run_steps import RunStep, StepAttempt, StepName, StepState


def record_attempt(conn: Conn, run_id: UUID, attempt: StepAttempt) -> bool:
    """Record how an attempt at a step stands. Recording it again changes nothing.

    False, and nothing changed, when a later attempt has been recorded or the run has ended before it began.
    """
    params = {
        "run_id": run_id,
        "name": attempt.name,
        "state": attempt.state,
        "began_at": attempt.began_at,
        "ended_at": attempt.ended_at,
        "attempt": attempt.number,
        "error": attempt.error,
    }
    return execute(conn, query("run_steps", "record_step"), params) > 0


def steps_for_run_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, dict[StepName, RunStep]]:
    """What was recorded of each run's steps, by name."""
    by_run: dict[UUID, dict[StepName, RunStep]] = {run_id: {} for run_id in ids}
    sql = query("run_steps", "steps_for_run_ids")
    for run_id, step in fetch_all(conn, sql, {"ids": list(ids)}, _step):
        by_run[run_id][step.name] = step
    return by_run


def _step(row: Row) -> tuple[UUID, RunStep]:
    step = pick(RunStep, row, name=StepName(row["name"]), state=StepState(row["state"]))
    return row["run_id"], step
