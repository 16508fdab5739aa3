"""What is shown of a run's steps, from what was recorded and where the run stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.core.domain.run_steps import RunStep, StepName, StepState, steps_of
from app.core.domain.runs import Run, RunStatus, RunTrigger

BEGIN = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
END = BEGIN + timedelta(seconds=9)
QUEUED = Run(
    id=UUID(int=1),
    collection_id=UUID(int=2),
    endpoint_id=UUID(int=3),
    status=RunStatus.QUEUED,
    trigger=RunTrigger.MANUAL,
    requested_by=None,
    requested_at=BEGIN,
    scheduled_for=None,
    started_at=None,
    completed_at=None,
    workflow_id=None,
    temporal_run_id=None,
    attempt=0,
    error=None,
    error_code=None,
    skip_reason=None,
    filters=None,
    progress=None,
    stats=None,
    redactions=0,
    read_mode=None,
    source_cost=None,
    created_at=BEGIN,
    updated_at=BEGIN,
)
RUNNING = replace(QUEUED, status=RunStatus.RUNNING, started_at=BEGIN)
PENDING, DONE, SKIPPED = StepState.PENDING, StepState.DONE, StepState.SKIPPED
FAILED, CANCELED = StepState.FAILED, StepState.CANCELED


def ended(status: RunStatus, started: bool = True) -> Run:
    return replace(QUEUED, status=status, started_at=BEGIN if started else None, completed_at=END)


def recorded(**states: StepState) -> dict[StepName, RunStep]:
    return {
        StepName(name): RunStep(StepName(name), state, BEGIN, None, 1, None) for name, state in states.items()
    }


def states(run: Run, known: dict[StepName, RunStep]) -> list[StepState]:
    steps = steps_of(run, known)
    assert [step.name for step in steps] == list(StepName)
    return [step.state for step in steps]


@pytest.mark.parametrize(
    ("run", "known", "shown"),
    [
        (QUEUED, {}, [PENDING] * 5),
        (RUNNING, {}, [DONE, PENDING, PENDING, PENDING, PENDING]),
        (
            RUNNING,
            recorded(START=DONE, PREPARE=DONE, INGEST=FAILED),
            [DONE, DONE, StepState.RUNNING, PENDING, PENDING],
        ),
        (
            ended(RunStatus.FAILED),
            recorded(START=DONE, PREPARE=DONE, INGEST=FAILED),
            [DONE, DONE, FAILED, SKIPPED, SKIPPED],
        ),
        (
            ended(RunStatus.FAILED),
            recorded(START=DONE, PREPARE=DONE, INGEST=StepState.RUNNING),
            [DONE, DONE, FAILED, SKIPPED, SKIPPED],
        ),
        (
            ended(RunStatus.CANCELED),
            recorded(START=DONE, PREPARE=DONE, INGEST=StepState.RUNNING),
            [DONE, DONE, CANCELED, SKIPPED, SKIPPED],
        ),
        (
            ended(RunStatus.SKIPPED),
            recorded(START=DONE, PREPARE=DONE),
            [DONE, DONE, SKIPPED, SKIPPED, SKIPPED],
        ),
        (ended(RunStatus.SKIPPED, started=False), {}, [SKIPPED] * 5),
        (ended(RunStatus.SUCCEEDED), {}, [DONE] * 5),
        (ended(RunStatus.PARTIAL), recorded(PERSIST=StepState.RUNNING), [DONE] * 5),
    ],
    ids=[
        "queued",
        "begun a moment ago",
        "between two attempts",
        "failed",
        "its worker was lost",
        "cancelled while its worker was lost",
        "skipped",
        "skipped before it began",
        "older than the record",
        "the last note was lost",
    ],
)
def test_the_steps_agree_with_the_run(
    run: Run, known: dict[StepName, RunStep], shown: list[StepState]
) -> None:
    assert states(run, known) == shown


def test_the_first_and_the_last_step_have_the_times_of_the_run() -> None:
    first, *_, last = steps_of(ended(RunStatus.SUCCEEDED), {})
    assert (first.ended_at, last.ended_at) == (BEGIN, END)


def test_a_step_that_was_under_way_ended_with_the_run() -> None:
    step = steps_of(ended(RunStatus.FAILED), recorded(INGEST=StepState.RUNNING))[2]
    assert (step.started_at, step.ended_at) == (BEGIN, END)
