"""The steps of a run: what was recorded of them, read in the light of where the run stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.core.domain.runs import Run, RunStatus


class StepName(StrEnum):
    """In the order in which they are taken."""

    START = "START"
    PREPARE = "PREPARE"
    INGEST = "INGEST"
    PERSIST = "PERSIST"
    COMPLETE = "COMPLETE"


class StepState(StrEnum):
    """PENDING and SKIPPED are never recorded: they follow from the run."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    CANCELED = "CANCELED"


@dataclass(frozen=True)
class RunStep:
    """A step: its first attempt began at `started_at`, its last one ended at `ended_at`."""

    name: StepName
    state: StepState
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    error: str | None = None


@dataclass(frozen=True)
class StepAttempt:
    """How an attempt at a step stands: RUNNING, or how it ended at `ended_at`. `number` counts from 1."""

    name: StepName
    state: StepState
    number: int
    began_at: datetime
    ended_at: datetime | None = None
    error: str | None = None


_COMPLETED = frozenset({RunStatus.SUCCEEDED, RunStatus.PARTIAL})


def steps_of(run: Run, recorded: Mapping[StepName, RunStep]) -> list[RunStep]:
    """All steps of `run`, in order.

    What was recorded can lag behind the run: a worker may be lost during a step, and runs older than the
    record have none.
    """
    return [_step(run, name, recorded.get(name)) for name in StepName]


def _step(run: Run, name: StepName, step: RunStep | None) -> RunStep:
    if step is None:
        return _unrecorded(run, name)
    if run.is_active:
        # an attempt that failed is followed by the next one, or by the run's end
        return replace(step, state=StepState.RUNNING) if step.state is StepState.FAILED else step
    if step.state is StepState.RUNNING:
        return replace(step, state=_ended_with(run.status), ended_at=run.completed_at)
    return step


def _unrecorded(run: Run, name: StepName) -> RunStep:
    if name is StepName.START and run.started_at is not None:
        return RunStep(name, StepState.DONE, ended_at=run.started_at)
    if run.is_active:
        return RunStep(name, StepState.PENDING)
    if run.status not in _COMPLETED:
        return RunStep(name, StepState.SKIPPED)
    return RunStep(name, StepState.DONE, ended_at=run.completed_at if name is StepName.COMPLETE else None)


def _ended_with(status: RunStatus) -> StepState:
    """How a step ended that was under way when the run did."""
    if status in _COMPLETED:
        return StepState.DONE
    return StepState.FAILED if status is RunStatus.FAILED else StepState.CANCELED
