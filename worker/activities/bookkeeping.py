"""The activities that move a run from state to state. All may be tried again: "already done" is success."""

import logging
from datetime import datetime
from uuid import UUID

from temporalio import activity

from app.core.contracts import (
    Activity,
    CancelRunInput,
    CompleteRunInput,
    CreateRunInput,
    CreateRunResult,
    FailRunInput,
    RunRef,
    SkipRunInput,
)
from app.core.db import collections, endpoints, runs
from app.core.db.pool import autocommit
from app.core.db.rows import Conn
from app.core.domain.runs import Run, RunErrorCode, RunTrigger
from app.core.errors import CollectionInProgress
from worker import staging
from worker.activities.context import ActivityContext
from worker.activities.failures import run_failure, state_conflict
from worker.activities.prepare import reason_to_skip

log = logging.getLogger(__name__)


class Bookkeeping:
    """Bound to a worker's context; holds nothing of a run."""

    def __init__(self, context: ActivityContext) -> None:
        self._context = context

    @activity.defn(name=Activity.CREATE_RUN)
    def create_run(self, request: CreateRunInput) -> CreateRunResult:
        """The run of a schedule's fire: QUEUED, or SKIPPED with the reason. One per workflow execution."""
        collection_id = UUID(request.collection_id)
        with self._context.pool.connection() as conn:
            collection = collections.get_collection(conn, collection_id, include_deleted=True)
            if collection is None:
                raise run_failure(RunErrorCode.BAD_CONFIG, "The schedule's collection does not exist.")
            endpoint = endpoints.get_endpoint(conn, collection.endpoint_id)
            try:
                run = self._insert(conn, request, reason_to_skip(collection, endpoint))
            except CollectionInProgress as active:
                reason = f"Run {active.extra['runId']} of this collection had not ended yet."
                run = self._insert(conn, request, reason)
        return CreateRunResult(str(run.id), run.status)

    def _insert(self, conn: Conn, request: CreateRunInput, skip_reason: str | None) -> Run:
        scheduled_for = request.scheduled_for
        return runs.insert_run(
            conn,
            collection_id=UUID(request.collection_id),
            endpoint_id=UUID(request.endpoint_id),
            trigger=RunTrigger.SCHEDULE,
            now=self._context.clock(),
            scheduled_for=datetime.fromisoformat(scheduled_for) if scheduled_for else None,
            workflow_id=request.workflow_id,
            temporal_run_id=request.temporal_run_id,
            skip_reason=skip_reason,
        )

    @activity.defn(name=Activity.MARK_RUN_STARTED)
    def mark_run_started(self, request: RunRef) -> None:
        """QUEUED → RUNNING. Raises a state conflict when the run has ended or runs elsewhere."""
        now = self._context.clock()
        with autocommit(self._context.pool) as conn:
            started = runs.mark_started(
                conn, UUID(request.run_id), request.workflow_id, request.temporal_run_id, now
            )
        if started is None:
            raise state_conflict(request.run_id)

    @activity.defn(name=Activity.MARK_RUN_COMPLETED)
    def mark_run_completed(self, request: CompleteRunInput) -> None:
        """RUNNING → SUCCEEDED or PARTIAL. Raises a state conflict when it has ended otherwise."""
        with self._context.pool.connection() as conn:
            ended = runs.mark_completed(conn, UUID(request.run_id), request.partial, self._context.clock())
        self._after_the_end(request.run_id, ended)

    @activity.defn(name=Activity.MARK_RUN_SKIPPED)
    def mark_run_skipped(self, request: SkipRunInput) -> None:
        """→ SKIPPED with the reason. Raises a state conflict when it has ended otherwise."""
        with self._context.pool.connection() as conn:
            ended = runs.mark_skipped(conn, UUID(request.run_id), request.reason, self._context.clock())
        self._after_the_end(request.run_id, ended)

    @activity.defn(name=Activity.MARK_RUN_FAILED)
    def mark_run_failed(self, request: FailRunInput) -> None:
        """→ FAILED with code and sentence. Raises a state conflict when it has ended otherwise."""
        with self._context.pool.connection() as conn:
            ended = runs.mark_failed(
                conn, UUID(request.run_id), request.code, request.message, self._context.clock()
            )
        self._after_the_end(request.run_id, ended)

    @activity.defn(name=Activity.MARK_RUN_CANCELED)
    def mark_run_canceled(self, request: CancelRunInput) -> None:
        """→ CANCELED. Raises a state conflict when it has ended otherwise."""
        with self._context.pool.connection() as conn:
            ended = runs.mark_canceled(conn, UUID(request.run_id), self._context.clock())
        self._after_the_end(request.run_id, ended)

    def _after_the_end(self, run_id: str, ended: Run | None) -> None:
        """Staged records are for a run that goes on; what cannot be deleted now is only a waste of space."""
        if ended is None:
            raise state_conflict(run_id)
        try:
            staging.delete(self._context.staging_url, run_id)
        except staging.StagingFailed as error:
            log.warning("staging_not_deleted", extra={"run_id": run_id, "error": str(error)})
