"""The least that a durable run of five steps costs: a workflow whose activities do nothing."""

from datetime import timedelta

from temporalio import activity, workflow

ACTIVITIES = 5


@activity.defn
async def do_nothing() -> None:
    """An activity's cost without its work."""


@workflow.defn
class BareWorkflow:
    """As many activities, one after the other, as a collection run has."""

    @workflow.run
    async def run(self) -> None:
        for _ in range(ACTIVITIES):
            await workflow.execute_activity(do_nothing, start_to_close_timeout=timedelta(seconds=10))
