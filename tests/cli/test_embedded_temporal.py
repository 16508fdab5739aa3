"""The embedded Temporal keeps what it acknowledged, also when it is killed in the next instant."""

import asyncio
from datetime import timedelta

import psutil
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleSpec,
    WorkflowExecutionStatus,
)

from tests.stack import embedded_temporal, running_part, short_folder

COUNT = 20


def test_kill_9_loses_nothing_that_was_acknowledged() -> None:
    with short_folder() as parent:
        folder = parent / "signs of an address #1? 100%20"
        folder.mkdir()
        temporal = embedded_temporal(folder)
        with running_part(temporal, folder) as child:
            asyncio.run(_fill(temporal.address))
            psutil.Process(child.pid).kill()
        with running_part(temporal, folder):
            asyncio.run(_check(temporal.address))
        assert [path.name for path in parent.iterdir()] == [folder.name]


async def _fill(address: str) -> None:
    client = await Client.connect(address)
    action = ScheduleActionStartWorkflow("Nothing", id="scheduled", task_queue="nobody")
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1))])
    await asyncio.gather(
        *(client.create_schedule(f"schedule-{n}", Schedule(action=action, spec=spec)) for n in range(COUNT)),
        *(client.start_workflow("Nothing", n, id=f"workflow-{n}", task_queue="nobody") for n in range(COUNT)),
    )


async def _check(address: str) -> None:
    client = await Client.connect(address)
    for number in range(COUNT):
        schedule = await client.get_schedule_handle(f"schedule-{number}").describe()
        assert schedule.schedule.spec.intervals[0].every == timedelta(days=1)
        workflow = await client.get_workflow_handle(f"workflow-{number}").describe()
        assert workflow.status is WorkflowExecutionStatus.RUNNING
