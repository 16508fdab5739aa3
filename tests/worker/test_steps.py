"""What is recorded of the attempts at a run's steps."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from app.core.contracts import Activity, FailRunInput, IngestInput
from app.core.db import run_steps, runs
from app.core.db.pool import open_pool
from app.core.domain.run_steps import RunStep, StepName, StepState
from app.core.domain.runs import RunErrorCode
from tests.worker.conftest import Rows
from worker.activities.context import ActivityContext
from worker.activities.failures import run_failure, state_conflict, worker_stopped
from worker.activities.steps import RecordSteps

Behaviour = Callable[[], Any]


class OnAThread(ActivityInboundInterceptor):
    """Does what it is given on a thread that a cancellation can hit, as Temporal does."""

    def __init__(self, environment: ActivityEnvironment) -> None:
        self._environment = environment

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - Temporal's name
        return await asyncio.to_thread(self._environment.run, input.fn, *input.args)


def attempt(
    context: ActivityContext,
    order: object,
    behaviour: Behaviour,
    *,
    activity: Activity = Activity.INGEST,
    number: int = 1,
    thread: ActivityEnvironment | None = None,
) -> Any:
    """Do what the worker does for one attempt at an activity, on a thread of its own or that of `thread`."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, activity_type=activity.value, attempt=number)
    recording = RecordSteps(context).intercept_activity(OnAThread(thread or ActivityEnvironment()))
    given = ExecuteActivityInput(fn=lambda _: behaviour(), args=[order], executor=None, headers={})
    return asyncio.run(environment.run(recording.execute_activity, given))


def fails(error: Exception) -> Behaviour:
    def behaviour() -> None:
        raise error

    return behaviour


@pytest.fixture
def run_id(rows: Rows) -> UUID:
    return rows.run(rows.endpoint())


@pytest.fixture
def order(run_id: UUID) -> IngestInput:
    return IngestInput(str(run_id), 60)


def recorded(context: ActivityContext, run_id: UUID) -> dict[StepName, RunStep]:
    with context.pool.connection() as conn:
        return run_steps.steps_for_run_ids(conn, [run_id])[run_id]


@pytest.mark.parametrize(
    ("activity", "name"),
    [
        (Activity.MARK_RUN_STARTED, StepName.START),
        (Activity.PREPARE, StepName.PREPARE),
        (Activity.INGEST, StepName.INGEST),
        (Activity.PERSIST, StepName.PERSIST),
        (Activity.MARK_RUN_COMPLETED, StepName.COMPLETE),
    ],
)
def test_a_step_that_is_done_has_its_times(
    bound: ActivityContext, run_id: UUID, order: IngestInput, activity: Activity, name: StepName
) -> None:
    assert attempt(bound, order, lambda: "result", activity=activity) == "result"
    (step,) = recorded(bound, run_id).values()
    assert (step.name, step.state, step.attempts, step.error) == (name, StepState.DONE, 1, None)
    assert step.started_at is not None
    assert step.ended_at is not None
    assert step.started_at <= step.ended_at


def test_a_long_step_is_seen_while_it_is_under_way(
    bound: ActivityContext, run_id: UUID, order: IngestInput
) -> None:
    meanwhile = attempt(bound, order, lambda: recorded(bound, run_id))
    assert meanwhile[StepName.INGEST].state is StepState.RUNNING
    assert meanwhile[StepName.INGEST].ended_at is None


def test_an_attempt_after_a_failure_counts_on_and_keeps_the_reason(
    bound: ActivityContext, run_id: UUID, order: IngestInput
) -> None:
    refused = run_failure(RunErrorCode.SOURCE_REFUSED, "Nobody listens there.")
    with pytest.raises(ApplicationError, match="Nobody listens there"):
        attempt(bound, order, fails(refused))
    first = recorded(bound, run_id)[StepName.INGEST]
    assert (first.state, first.attempts, first.error) == (StepState.FAILED, 1, "Nobody listens there.")
    attempt(bound, order, lambda: None, number=2)
    second = recorded(bound, run_id)[StepName.INGEST]
    assert (second.state, second.attempts, second.error) == (StepState.DONE, 2, "Nobody listens there.")
    assert second.started_at == first.started_at


def test_a_handover_uses_up_no_attempt(bound: ActivityContext, run_id: UUID, order: IngestInput) -> None:
    with suppress(ApplicationError):
        attempt(bound, order, fails(worker_stopped()), number=2)
    attempt(bound, order, lambda: None, number=1)
    step = recorded(bound, run_id)[StepName.INGEST]
    assert (step.state, step.attempts) == (StepState.DONE, 2)


def test_what_an_abandoned_attempt_says_is_not_heard_after_the_next_one_began(
    bound: ActivityContext, run_id: UUID, order: IngestInput
) -> None:
    def is_overtaken() -> None:
        attempt(bound, order, lambda: None, number=2)
        raise run_failure(RunErrorCode.SOURCE_TIMEOUT, "Too late.")

    with pytest.raises(ApplicationError, match="Too late"):
        attempt(bound, order, is_overtaken)
    step = recorded(bound, run_id)[StepName.INGEST]
    assert (step.state, step.attempts, step.error) == (StepState.DONE, 2, None)


def test_a_cancelled_step_is_no_failure(bound: ActivityContext, run_id: UUID, order: IngestInput) -> None:
    with pytest.raises(CancelledError):
        attempt(bound, order, fails(CancelledError("The run was cancelled.")))
    assert recorded(bound, run_id)[StepName.INGEST].state is StepState.CANCELED


def test_a_cancellation_does_not_hit_the_note_of_what_is_done(
    bound: ActivityContext, run_id: UUID, order: IngestInput
) -> None:
    thread = ActivityEnvironment()
    at = bound.clock()

    def cancelling() -> datetime:
        # asked first when the attempt begins, and again by the note
        moments.append(at)
        if len(moments) > 1:
            thread.cancel()
        return at

    moments: list[datetime] = []
    late = replace(bound, clock=cancelling)
    assert attempt(late, order, lambda: "result", activity=Activity.PREPARE, thread=thread) == "result"
    assert len(moments) == 2
    assert recorded(bound, run_id)[StepName.PREPARE].state is StepState.DONE


def test_nothing_begins_in_a_run_that_has_ended(
    bound: ActivityContext, run_id: UUID, order: IngestInput
) -> None:
    with bound.pool.connection() as conn:
        runs.mark_canceled(conn, run_id, bound.clock())
    with pytest.raises(ApplicationError):
        attempt(bound, order, fails(state_conflict(run_id)))
    assert recorded(bound, run_id) == {}


def test_a_run_that_nobody_knows_is_left_alone(bound: ActivityContext) -> None:
    unknown = uuid4()
    assert attempt(bound, IngestInput(str(unknown), 60), lambda: "result") == "result"
    assert recorded(bound, unknown) == {}


def test_other_activities_are_no_steps(bound: ActivityContext, run_id: UUID) -> None:
    failed = FailRunInput(str(run_id), "INTERNAL", "It broke.")
    attempt(bound, failed, lambda: None, activity=Activity.MARK_RUN_FAILED)
    assert recorded(bound, run_id) == {}


def test_a_lost_database_loses_the_note_and_not_the_step(
    bound: ActivityContext, order: IngestInput, caplog: pytest.LogCaptureFixture
) -> None:
    with open_pool("postgresql://127.0.0.1:1/nowhere", name="lost", max_size=1) as pool:
        away = replace(bound, pool=pool)
        assert attempt(away, order, lambda: "result", activity=Activity.PREPARE) == "result"
    assert "run_step_not_recorded" in {record.getMessage() for record in caplog.records}
