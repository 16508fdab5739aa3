"""The least that a durable run of five steps costs: a workflow whose activities do nothing."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

ACTIVITIES = 5
LOCAL_ACTIVITIES = 2
# those of Muster's worker: see worker.main and the settings' defaults
WORKFLOW_TASKS_AT_ONCE = 16
SLOTS = 24
TIMEOUT = timedelta(seconds=60)


@activity.defn
def do_nothing() -> None:
    """An activity's cost without its work; on a thread, as Muster's are."""


@workflow.defn
class BareWorkflow:
    """As many activities, one after the other, as a collection run has; the first `local` within the workflow
    task, as Muster does it."""

    @workflow.run
    async def run(self, local: int) -> None:
        for number in range(ACTIVITIES):
            if number < local:
                await workflow.execute_local_activity(do_nothing, start_to_close_timeout=TIMEOUT)
            else:
                await workflow.execute_activity(do_nothing, start_to_close_timeout=TIMEOUT)


class BareWorkflows:
    """Starts them on a queue of their own, which a worker with Muster's settings serves."""

    def __init__(self, client: Client, queue: str) -> None:
        self._client = client
        self._queue = queue

    async def run_one(self, local: int = 0) -> None:
        """One, to its end."""
        await self._client.execute_workflow(BareWorkflow.run, local, id=str(uuid4()), task_queue=self._queue)

    async def run_at_once(self, count: int) -> None:
        """As many, to the end of the last."""
        await asyncio.gather(*(self.run_one() for _ in range(count)))


@asynccontextmanager
async def bare_workflows(client: Client) -> AsyncIterator[BareWorkflows]:
    """With their worker, which is gone afterwards."""
    queue = f"bench-{uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BareWorkflow],
        activities=[do_nothing],
        activity_executor=ThreadPoolExecutor(SLOTS),
        max_concurrent_activities=SLOTS,
        max_concurrent_local_activities=SLOTS,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS_AT_ONCE,
    ):
        yield BareWorkflows(client, queue)
