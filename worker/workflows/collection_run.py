"""One collection of one endpoint, from QUEUED to a terminal state (SPEC.md, "CollectionRunWorkflow").

Every step waits for its activity's own answer to a cancellation: nothing is recorded as ended while it may
still be at work. The terminal marks run to their end whatever happens to the workflow meanwhile.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from app.core.contracts import (
        COLLECTION_RUN_WORKFLOW,
        STATE_CONFLICT,
        WORKFLOW_EXECUTION_TIMEOUT_SECONDS,
        Activity,
        CancelRunInput,
        CollectionRunInput,
        CollectionRunResult,
        CompleteRunInput,
        CreateRunInput,
        CreateRunResult,
        FailRunInput,
        IngestInput,
        IngestResult,
        PersistInput,
        PersistResult,
        PrepareResult,
        RunRef,
        SkipRunInput,
        fire_time,
    )
    from app.core.domain.runs import RunStatus
    from worker.workflows import failures

# Set by Temporal on the workflows that a schedule starts: the nominal time of the fire.
SCHEDULED_START = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
# How often ingest may begin afresh because its worker was shut down (a rolling deployment does it once).
MAX_HANDOVERS = 10
# What a run begins with is done within the workflow task, which costs no round trip to Temporal. A step that
# does not succeed at once, or not within these seconds (a workflow task has ten), is Temporal's to try again.
# Never what ends a run: a workflow task that is not accepted begins anew, knowing of a cancellation since.
BEGINS_LOCALLY = "first-steps-begin-locally"
LOCAL_SECONDS = 5.0


@dataclass(frozen=True)
class Step:
    """A row of SPEC.md's table of activities, in seconds; 0 attempts: as many as the total time allows."""

    seconds: float
    attempts: int = 0
    total_seconds: float | None = None
    heartbeat_seconds: float | None = None
    task_queue: str | None = None
    begins_locally: bool = False


@workflow.defn(name=COLLECTION_RUN_WORKFLOW)
class CollectionRunWorkflow:
    """Fails with the run's error code as type and its sentence as message; ends CANCELED when cancelled."""

    @workflow.run
    async def run(self, request: CollectionRunInput) -> CollectionRunResult:
        self._limits = request.limits
        self._ingest_queue = request.ingest_queue
        self._begins_locally = _begins_locally(request)
        if request.run_id is not None:
            return await self._run_to_its_end(request.run_id)
        created = await self._create_run(request)
        if created.status != RunStatus.QUEUED:
            return CollectionRunResult(created.run_id, created.status)
        return await self._run_to_its_end(created.run_id)

    async def _create_run(self, request: CollectionRunInput) -> CreateRunResult:
        """The row of a run that a schedule started; SKIPPED when it may not go on."""
        info = workflow.info()
        scheduled_for = info.typed_search_attributes.get(SCHEDULED_START)
        order = CreateRunInput(
            collection_id=request.collection_id,
            endpoint_id=request.endpoint_id,
            workflow_id=info.workflow_id,
            temporal_run_id=info.run_id,
            scheduled_for=scheduled_for.isoformat() if scheduled_for else fire_time(info.workflow_id),
        )
        try:
            created: CreateRunResult = await self._bookkeep(Activity.CREATE_RUN, order, CreateRunResult)
        except ActivityError as error:
            code, message = failures.describe(error, self._limits)
            raise ApplicationError(message, type=code.value, non_retryable=True) from None
        return created

    async def _run_to_its_end(self, run_id: str) -> CollectionRunResult:
        """Collect, and see that the run reaches a terminal state however that went."""
        try:
            return await self._collect(run_id)
        except (ActivityError, asyncio.CancelledError) as error:
            if isinstance(error, ActivityError) and failures.is_state_conflict(error):
                raise ApplicationError(
                    "The run had already ended.", type=STATE_CONFLICT, non_retryable=True
                ) from None
            if workflow.cancellation_reason() is not None:
                await self._mark(Activity.MARK_RUN_CANCELED, CancelRunInput(run_id))
                raise asyncio.CancelledError("The run was cancelled.") from None
            if not isinstance(error, ActivityError):
                raise  # the worker evicts this workflow from its cache; nothing has happened to the run
            code, message = failures.describe(error, self._limits)
            await self._mark(Activity.MARK_RUN_FAILED, FailRunInput(run_id, code.value, message))
            raise ApplicationError(message, type=code.value, non_retryable=True) from None

    async def _collect(self, run_id: str) -> CollectionRunResult:
        info = workflow.info()
        await self._bookkeep(Activity.MARK_RUN_STARTED, RunRef(run_id, info.workflow_id, info.run_id))
        prepared = await self._prepare(run_id)
        if prepared.skip_reason is not None:
            await self._mark(Activity.MARK_RUN_SKIPPED, SkipRunInput(run_id, prepared.skip_reason))
            return CollectionRunResult(run_id, RunStatus.SKIPPED)
        staged = await self._ingest(run_id)
        persisted = await self._persist(run_id, staged)
        await self._mark(Activity.MARK_RUN_COMPLETED, CompleteRunInput(run_id, persisted.partial))
        return CollectionRunResult(run_id, RunStatus.PARTIAL if persisted.partial else RunStatus.SUCCEEDED)

    async def _prepare(self, run_id: str) -> PrepareResult:
        info, limits = workflow.info(), self._limits
        step = Step(limits.prepare_seconds, attempts=limits.prepare_attempts, begins_locally=True)
        job = RunRef(run_id, info.workflow_id, info.run_id)
        prepared: PrepareResult = await self._work(Activity.PREPARE, job, step, PrepareResult)
        self._heed_cancellation()  # before a skip: what was deleted meanwhile was cancelled too
        return prepared

    async def _ingest(self, run_id: str) -> IngestResult:
        """Read the source; begun afresh, without using up an attempt, when its worker shuts down."""
        limits = self._limits
        order = IngestInput(run_id, limits.ingest_seconds)
        handovers = 0
        while True:
            step = Step(
                limits.ingest_seconds,
                attempts=limits.ingest_attempts,
                total_seconds=self._seconds_left_for_ingest(),
                heartbeat_seconds=limits.heartbeat_seconds,
                task_queue=self._ingest_queue,
            )
            try:
                staged: IngestResult = await self._work(Activity.INGEST, order, step, IngestResult)
            except ActivityError as error:
                handovers += 1
                if not failures.is_worker_stop(error) or handovers > MAX_HANDOVERS:
                    raise
            else:
                return staged

    async def _persist(self, run_id: str, staged: IngestResult) -> PersistResult:
        limits = self._limits
        step = Step(
            limits.persist_seconds,
            attempts=limits.persist_attempts,
            heartbeat_seconds=limits.heartbeat_seconds,
        )
        order = PersistInput(run_id, staged.staging_key)
        persisted: PersistResult = await self._work(Activity.PERSIST, order, step, PersistResult)
        return persisted

    def _seconds_left_for_ingest(self) -> float:
        """What the limit of the whole workflow leaves, so that the run's end can still be recorded."""
        info, limits = workflow.info(), self._limits
        whole = info.execution_timeout or timedelta(seconds=WORKFLOW_EXECUTION_TIMEOUT_SECONDS)
        spent = workflow.now() - info.start_time
        reserve = limits.persist_seconds + 2 * limits.bookkeeping_total_seconds
        return max((whole - spent).total_seconds() - reserve, limits.ingest_seconds)

    async def _bookkeep(self, name: Activity, request: object, result_type: type | None = None) -> Any:
        return await self._work(name, request, replace(self._bookkeeping(), begins_locally=True), result_type)

    async def _mark(self, name: Activity, request: object) -> None:
        """Record the run's end, even while the workflow is being cancelled."""
        marking = self._start(name, request, self._bookkeeping())
        try:
            await asyncio.shield(marking)
        except asyncio.CancelledError:
            await marking  # a workflow is cancelled at most once

    async def _work(self, name: Activity, request: object, step: Step, result_type: type | None) -> Any:
        """The activity's result; asyncio.CancelledError instead of beginning it in a cancelled workflow."""
        self._heed_cancellation()
        if not (step.begins_locally and self._begins_locally):
            return await self._start(name, request, step, result_type)
        try:
            return await self._start_locally(name, request, step, result_type)
        except FailureError as error:  # that of the step itself, not Temporal's report of it
            if step.attempts == 1 or failures.is_final(error):
                raise failures.of_step(name) from error
        self._heed_cancellation()
        again = replace(step, attempts=max(step.attempts - 1, 0))
        return await self._start(name, request, again, result_type)

    def _start_locally(
        self, name: Activity, request: object, step: Step, result_type: type | None
    ) -> workflow.ActivityHandle[Any]:
        return workflow.start_local_activity(
            name.value,
            request,
            result_type=result_type,
            start_to_close_timeout=timedelta(seconds=min(step.seconds, LOCAL_SECONDS)),
            retry_policy=RetryPolicy(maximum_attempts=1),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )

    def _heed_cancellation(self) -> None:
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError("The run was cancelled.")

    def _bookkeeping(self) -> Step:
        limits = self._limits
        return Step(limits.bookkeeping_seconds, total_seconds=limits.bookkeeping_total_seconds)

    def _start(
        self, name: Activity, request: object, step: Step, result_type: type | None = None
    ) -> workflow.ActivityHandle[Any]:
        return workflow.start_activity(
            name.value,
            request,
            result_type=result_type,
            task_queue=step.task_queue,
            start_to_close_timeout=timedelta(seconds=step.seconds),
            schedule_to_close_timeout=_timedelta(step.total_seconds),
            heartbeat_timeout=_timedelta(step.heartbeat_seconds),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=self._limits.retry_initial_seconds),
                maximum_interval=timedelta(seconds=self._limits.retry_maximum_seconds),
                maximum_attempts=step.attempts,
            ),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )


def _begins_locally(request: CollectionRunInput) -> bool:
    """As the input says. What was asked for before it could say so is told by a patch: that writes two events
    and a search attribute, and a worker of then leaves one to be replayed beside any input."""
    if request.begins_locally and not workflow.unsafe.is_replaying():
        return True
    return workflow.patched(BEGINS_LOCALLY) or request.begins_locally


def _timedelta(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
