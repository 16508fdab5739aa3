"""Records the histories that test_replay replays: `python -m tests.workflow.record`.

Run it when a workflow gains a path of its own, and add what it writes: histories already in tests/histories
stay as they are, since workflows that began under older code must go on under the new one. (A path is
recorded anew only when its file has been removed first.)
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleSpec,
    ScheduleState,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.worker import Worker

from app.core.contracts import (
    COLLECTION_RUN_WORKFLOW,
    CONNECTION_TEST_WORKFLOW,
    WORKER_STOPPED,
    Activity,
    CollectionRunInput,
    ConnectionTestInput,
    CreateRunResult,
    PersistResult,
    PrepareResult,
    RunLimits,
    ingest_task_queue,
)
from tests.stack import running_temporal
from tests.workflow.conftest import QUICK, WORKFLOWS
from tests.workflow.doubles import (
    RUN_ID,
    Doubles,
    answers,
    conflicts,
    fails,
    is_cancelled_at_work,
    is_cancelled_but_finishes,
    is_cancelled_unnoticed,
)

HISTORIES = Path(__file__).resolve().parents[1] / "histories"
QUEUE = "recording"
HASTE = RunLimits(retry_initial_seconds=0.1, retry_maximum_seconds=0.2)

Start = Callable[[Client, str], Coroutine[Any, Any, WorkflowHandle[Any, Any]]]


async def manual(client: Client, name: str) -> WorkflowHandle[Any, Any]:
    """A run that somebody asked for."""
    return await client.start_workflow(
        COLLECTION_RUN_WORKFLOW,
        _order(RUN_ID),
        id=f"collection-run::{name}",
        task_queue=QUEUE,
        execution_timeout=timedelta(hours=3),
    )


async def scheduled(client: Client, name: str) -> WorkflowHandle[Any, Any]:
    """A run that a schedule started."""
    action = ScheduleActionStartWorkflow(
        COLLECTION_RUN_WORKFLOW, _order(None), id=f"collection-run::{name}", task_queue=QUEUE
    )
    schedule = Schedule(action=action, spec=ScheduleSpec(), state=ScheduleState(paused=True))
    handle = await client.create_schedule(f"collection::{name}", schedule, trigger_immediately=True)
    while not (fires := (await handle.describe()).info.recent_actions):  # noqa: ASYNC110 - nobody is told
        await asyncio.sleep(0.1)
    started = fires[0].action
    assert isinstance(started, ScheduleActionExecutionStartWorkflow)
    return client.get_workflow_handle(started.workflow_id)


async def connection_test(client: Client, name: str) -> WorkflowHandle[Any, Any]:
    """A connection test."""
    order = ConnectionTestInput("test-1", limit_seconds=15)
    return await client.start_workflow(CONNECTION_TEST_WORKFLOW, order, id=name, task_queue=QUEUE)


SCENARIOS: dict[str, tuple[Start, Doubles]] = {
    "succeeded": (manual, Doubles()),
    "partial": (manual, Doubles({Activity.PERSIST: answers(PersistResult(partial=True))})),
    "skipped": (manual, Doubles({Activity.PREPARE: answers(PrepareResult("The collection is disabled."))})),
    "failed-after-retries": (manual, Doubles({Activity.INGEST: fails("SOURCE_TIMEOUT", "No answer.")})),
    "failed-at-once": (
        manual,
        Doubles({Activity.INGEST: fails("SOURCE_AUTH_FAILED", "Wrong password.", retried=False)}),
    ),
    "worker-stopped": (
        manual,
        Doubles({Activity.INGEST: fails(WORKER_STOPPED, "Shut down.", retried=False, times=2)}),
    ),
    "ended-elsewhere": (manual, Doubles({Activity.MARK_RUN_STARTED: conflicts()})),
    "canceled-while-starting": (manual, Doubles({Activity.MARK_RUN_STARTED: is_cancelled_but_finishes})),
    "canceled-while-reading": (manual, Doubles({Activity.INGEST: is_cancelled_at_work})),
    "canceled-while-storing": (manual, Doubles({Activity.PERSIST: is_cancelled_at_work})),
    "canceled-too-late": (manual, Doubles({Activity.MARK_RUN_COMPLETED: is_cancelled_unnoticed})),
    "scheduled": (scheduled, Doubles()),
    "scheduled-skipped": (
        scheduled,
        Doubles({Activity.CREATE_RUN: answers(CreateRunResult(RUN_ID, "SKIPPED"))}),
    ),
    "begun-locally": (manual, Doubles()),
    "begun-locally-by-schedule": (scheduled, Doubles()),
    "begun-locally-in-vain": (
        manual,
        Doubles({Activity.MARK_RUN_STARTED: fails("INTERNAL", "No database.", times=1)}),
    ),
    "begun-as-asked": (manual, Doubles()),
    "begun-as-asked-by-schedule": (scheduled, Doubles()),
    "refused-locally": (manual, Doubles({Activity.PREPARE: conflicts()})),
    "connection-tested": (connection_test, Doubles()),
    "connection-test-broken": (
        connection_test,
        Doubles({Activity.TEST_CONNECTION: fails("INTERNAL", "No database.")}),
    ),
}


async def record(address: str) -> None:
    """Run every scenario that has no history yet, on a dev server, and store its history."""
    client = await Client.connect(address, identity="recorder")
    for name, (start, doubles) in SCENARIOS.items():
        target = HISTORIES / f"{name}.json"
        if target.exists():
            continue
        functions = doubles.functions()
        async with (
            Worker(client, task_queue=QUEUE, workflows=WORKFLOWS, activities=functions, **QUICK),
            Worker(client, task_queue=ingest_task_queue(QUEUE), activities=functions, **QUICK),
        ):
            handle = await start(client, name)
            outcome = "completed"
            try:
                await handle.result()
            except WorkflowFailureError as error:
                outcome = f"ended: {error.cause}"
            history = await handle.fetch_history()
        target.write_text(json.dumps(_portable(history.to_json_dict()), indent=1) + "\n", encoding="utf-8")
        print(f"{name}: {outcome}; {', '.join(doubles.names)}")


def _portable(value: Any) -> Any:
    """A history without the folders of the machine it was recorded on."""
    if isinstance(value, dict):
        return {key: _portable(entry) for key, entry in value.items() if key != "stackTrace"}
    return [_portable(item) for item in value] if isinstance(value, list) else value


def _order(run_id: str | None) -> CollectionRunInput:
    return CollectionRunInput("collection-1", "endpoint-1", run_id, ingest_task_queue(QUEUE), HASTE, True)


if __name__ == "__main__":
    with running_temporal() as temporal:
        asyncio.run(record(temporal.address))
