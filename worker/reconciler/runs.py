"""Runs whose workflow is missing or over: started, closed, or, in doubt, left alone."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from app.core.contracts import manual_workflow_id
from app.core.db import connection_tests, runs
from app.core.db.reconcile import OpenRun, list_open_runs
from app.core.domain.runs import Run, RunErrorCode
from app.core.temporal.gateway import cancel_run, is_execution_absent, start_run
from app.core.temporal.schedules import RPC_TIMEOUT
from worker.reconciler.deps import ReconcilerDeps
from worker.reconciler.each import for_each

# A run that changed this recently may be about to get its workflow, or its end, from somebody else.
GRACE_SECONDS = 30.0
CONNECTION_TESTS_KEPT = timedelta(hours=1)

log = logging.getLogger(__name__)

Close = Callable[[Any, Run, datetime], Run | None]


async def reconcile_runs(deps: ReconcilerDeps, run_id: UUID | None = None) -> None:
    """Look after every open run, or only one. Raises the first outage of Postgres or Temporal."""

    def read() -> list[OpenRun]:
        with deps.pool.connection() as conn:
            return list_open_runs(conn, run_id)

    await for_each(await asyncio.to_thread(read), lambda found: _reconcile(deps, found))


async def forget_old_connection_tests(deps: ReconcilerDeps) -> None:
    """Delete the connection tests that nobody waits for any more."""

    def forget() -> None:
        with deps.pool.connection() as conn:
            connection_tests.delete_old_tests(conn, datetime.now(UTC) - CONNECTION_TESTS_KEPT)

    await asyncio.to_thread(forget)


async def _reconcile(deps: ReconcilerDeps, found: OpenRun) -> None:
    run = found.run
    if run.workflow_id is None:
        if found.is_abandoned:
            await _close(deps, run, _canceled)
        else:
            await _start(deps, run)
        return
    close = await _end_of_workflow(deps, found)
    if close is not None:
        await _close(deps, run, close)
    elif found.is_abandoned:
        await cancel_run(deps.client, run, wait_seconds=0)
        log.info("abandoned_run_cancelled", extra={"run_id": str(run.id)})


async def _start(deps: ReconcilerDeps, run: Run) -> None:
    temporal_run_id = await start_run(deps.client, run, task_queue=deps.task_queue, limits=deps.limits)

    def record() -> None:
        with deps.pool.connection() as conn:
            runs.record_execution(conn, run.id, manual_workflow_id(str(run.id)), temporal_run_id)

    if temporal_run_id:
        await asyncio.to_thread(record)
        log.info("orphaned_run_started", extra={"run_id": str(run.id)})


async def _end_of_workflow(deps: ReconcilerDeps, found: OpenRun) -> Close | None:
    """How to close the run; None while its workflow is open, or may be.

    Raises RPCError when Temporal does not say: that is doubt, and the run stays as it is.
    """
    run = found.run
    handle = deps.client.get_workflow_handle(run.workflow_id or "", run_id=run.temporal_run_id)
    try:
        described = await handle.describe(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if not is_execution_absent(error):
            raise
        return (
            _lost("Temporal no longer knows the workflow.") if found.quiet_seconds > GRACE_SECONDS else None
        )
    match described.status:
        case WorkflowExecutionStatus.CANCELED:
            return _canceled
        case WorkflowExecutionStatus.TERMINATED:
            return _lost("The workflow was terminated in Temporal.")
        case WorkflowExecutionStatus.TIMED_OUT:
            return _failed(RunErrorCode.TIME_LIMIT, "The run took longer than a run may take in all.")
        case WorkflowExecutionStatus.COMPLETED:
            return _lost("The workflow ended without recording how.")
        case WorkflowExecutionStatus.FAILED:
            try:
                await handle.result(rpc_timeout=RPC_TIMEOUT)
            except WorkflowFailureError as failure:
                return _failed_as(failure.cause)
    return None


def _failed_as(cause: BaseException) -> Close:
    """The workflow's own words, where it fails with a run error code: those are sanitised."""
    if isinstance(cause, ApplicationError) and cause.type in set(RunErrorCode):
        return _failed(RunErrorCode(cause.type), cause.message)
    return _lost("The workflow failed.")


def _lost(sentence: str) -> Close:
    return _failed(RunErrorCode.WORKFLOW_LOST, sentence)


def _failed(code: RunErrorCode, sentence: str) -> Close:
    return lambda conn, run, now: runs.mark_failed(conn, run.id, code.value, sentence, now)


def _canceled(conn: Any, run: Run, now: datetime) -> Run | None:
    return runs.mark_canceled(conn, run.id, now)


async def _close(deps: ReconcilerDeps, run: Run, close: Close) -> None:
    def write() -> Run | None:
        with deps.pool.connection() as conn:
            return close(conn, run, datetime.now(UTC))

    closed = await asyncio.to_thread(write)
    if closed is not None:
        log.warning(
            "run_closed",
            extra={"run_id": str(run.id), "status": closed.status.value, "error_code": closed.error_code},
        )
