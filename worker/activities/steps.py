"""What each attempt at a step of a run came to, noted beside the run for people to see."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from app.core.contracts import STATE_CONFLICT, Activity
from app.core.db import run_steps
from app.core.db.pool import autocommit
from app.core.domain.run_steps import StepAttempt, StepName, StepState
from worker.activities.context import ActivityContext

log = logging.getLogger(__name__)

T = TypeVar("T")

STEPS: Mapping[str, StepName] = {
    Activity.MARK_RUN_STARTED: StepName.START,
    Activity.PREPARE: StepName.PREPARE,
    Activity.INGEST: StepName.INGEST,
    Activity.PERSIST: StepName.PERSIST,
    Activity.MARK_RUN_COMPLETED: StepName.COMPLETE,
}
# The others are over before anybody could see them begin.
LONG_STEPS = frozenset({StepName.INGEST, StepName.PERSIST})
# Short: the step waits for it.
_POOL_WAIT_SECONDS = 3.0


class RecordSteps(Interceptor):
    """Stands before whatever changes an error: what it notes is what Temporal is told.

    A database that does not answer loses a note, never a step.
    """

    def __init__(self, context: ActivityContext) -> None:
        self._context = context

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - Temporal's name
        return _RecordStep(next, self._context)


class _RecordStep(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, context: ActivityContext) -> None:
        super().__init__(following)
        self._context = context

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - Temporal's name
        step = STEPS.get(activity.info().activity_type)
        if step is None:
            return await self.next.execute_activity(input)
        run_id = UUID(input.args[0].run_id)
        attempt = StepAttempt(step, StepState.RUNNING, activity.info().attempt, self._context.clock())
        try:
            return await self.next.execute_activity(replace(input, fn=self._noted(input.fn, run_id, attempt)))
        except CancelledError:
            await asyncio.to_thread(self._end, run_id, attempt, StepState.CANCELED)
            raise
        except FailureError as error:
            # a step of a run that has ended already is no attempt
            if not (isinstance(error, ApplicationError) and error.type == STATE_CONFLICT):
                await asyncio.to_thread(self._end, run_id, attempt, StepState.FAILED, error.message)
            raise

    def _noted(self, work: Callable[..., T], run_id: UUID, attempt: StepAttempt) -> Callable[..., T]:
        """`work`, and what goes well noted by its own thread: handing each note to another takes longer than
        to write it."""

        def noted(*arguments: Any) -> T:
            if attempt.name in LONG_STEPS:
                self._record(run_id, attempt)
            result = work(*arguments)
            # a cancellation that reaches the thread from here on comes too late: the step is done
            with suppress(CancelledError), activity.shield_thread_cancel_exception():
                self._end(run_id, attempt, StepState.DONE)
            return result

        return noted

    def _end(self, run_id: UUID, attempt: StepAttempt, state: StepState, error: str | None = None) -> None:
        self._record(run_id, replace(attempt, state=state, ended_at=self._context.clock(), error=error))

    def _record(self, run_id: UUID, attempt: StepAttempt) -> None:
        try:
            with autocommit(self._context.pool, _POOL_WAIT_SECONDS) as conn:
                run_steps.record_attempt(conn, run_id, attempt)
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.warning(
                "run_step_not_recorded",
                extra={"run_id": str(run_id), "step": attempt.name, "error": type(error).__name__},
            )
