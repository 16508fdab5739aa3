"""Activities doubled by name: each call is noted, and answered as the test says."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from app.core.contracts import (
    STATE_CONFLICT,
    Activity,
    CancelRunInput,
    CompleteRunInput,
    ConnectionTestInput,
    ConnectionTestResult,
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
)

RUN_ID = "6a2f7c1e-0000-4000-8000-000000000001"

Behaviour = Callable[[Any], Awaitable[Any]]

INPUTS: dict[Activity, type] = {
    Activity.CREATE_RUN: CreateRunInput,
    Activity.MARK_RUN_STARTED: RunRef,
    Activity.PREPARE: RunRef,
    Activity.INGEST: IngestInput,
    Activity.PERSIST: PersistInput,
    Activity.MARK_RUN_COMPLETED: CompleteRunInput,
    Activity.MARK_RUN_SKIPPED: SkipRunInput,
    Activity.MARK_RUN_FAILED: FailRunInput,
    Activity.MARK_RUN_CANCELED: CancelRunInput,
    Activity.TEST_CONNECTION: ConnectionTestInput,
}

ANSWERS: dict[Activity, Any] = {
    Activity.CREATE_RUN: CreateRunResult(RUN_ID, "QUEUED"),
    Activity.PREPARE: PrepareResult(),
    Activity.INGEST: IngestResult(f"{RUN_ID}/1", datasets=3, failed=0, filtered=0),
    Activity.PERSIST: PersistResult(partial=False),
    Activity.TEST_CONNECTION: ConnectionTestResult(ok=True),
}


@dataclass
class Doubles:
    """`behaviours` replaces what an activity does; the others answer as on a good day."""

    behaviours: Mapping[Activity, Behaviour] = field(default_factory=dict)
    calls: list[tuple[Activity, Any]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names called, in order, tries included."""
        return [name.value for name, _ in self.calls]

    def request(self, name: Activity) -> Any:
        """What the activity was last asked."""
        return next(request for called, request in reversed(self.calls) if called is name)

    def functions(self) -> list[Callable[..., Any]]:
        """All activities, for a worker to register."""
        return [self._double(name) for name in Activity]

    def _double(self, name: Activity) -> Callable[..., Any]:
        async def call(request: Any) -> Any:
            self.calls.append((name, request))
            behave = self.behaviours.get(name)
            return ANSWERS.get(name) if behave is None else await behave(request)

        call.__annotations__ = {"request": INPUTS[name]}
        return activity.defn(name=name.value)(call)


def answers(value: Any) -> Behaviour:
    """Return `value`."""

    async def behave(_: Any) -> Any:
        return value

    return behave


def fails(code: str, message: str, *, retried: bool = True, times: int | None = None) -> Behaviour:
    """Fail with a code, the first `times` calls (None: always); afterwards behave as on a good day."""
    calls = 0

    async def behave(_: Any) -> Any:
        nonlocal calls
        calls += 1
        if times is not None and calls > times:
            return ANSWERS.get(Activity(activity.info().activity_type))
        raise ApplicationError(message, type=code, non_retryable=not retried)

    return behave


def conflicts() -> Behaviour:
    """Refuse because the run has ended already."""
    return fails(STATE_CONFLICT, "Run has already ended.", retried=False)


def breaks(error: Exception) -> Behaviour:
    """Raise an exception that no activity of ours raises on purpose."""

    async def behave(_: Any) -> Any:
        raise error

    return behave


async def never_ends(_: Any) -> None:
    """Heartbeat until Temporal says to stop."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(0.1)


async def falls_silent(_: Any) -> None:
    """Work on without a heartbeat, as a lost worker seems to."""
    await asyncio.Event().wait()


async def is_cancelled_at_work(request: Any) -> None:
    """Have the workflow cancelled, then work until that arrives."""
    await _cancel_own_workflow()
    await never_ends(request)


async def is_cancelled_but_finishes(request: Any) -> Any:
    """Have the workflow cancelled, learn of it, and return as if nothing had happened."""
    with contextlib.suppress(asyncio.CancelledError):
        await is_cancelled_at_work(request)
    return ANSWERS.get(Activity(activity.info().activity_type))


async def is_cancelled_unnoticed(_: Any) -> Any:
    """Have the workflow cancelled, and return at once."""
    await _cancel_own_workflow()
    return ANSWERS.get(Activity(activity.info().activity_type))


async def _cancel_own_workflow() -> None:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    await activity.client().get_workflow_handle(workflow_id).cancel()
