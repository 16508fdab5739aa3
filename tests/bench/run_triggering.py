"""A run from its trigger to SUCCEEDED, beside a workflow with as many activities that do nothing."""

import asyncio
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from app.core.contracts import manual_workflow_id
from tests.acceptance.api import Api
from tests.bench.bare_workflow import ACTIVITIES, BareWorkflow, do_nothing
from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.source_tables import create_tables
from tests.stack import RunningStack

TABLES = 10


@contextmanager
def comparison(stack: RunningStack, setting: Setting) -> Iterator[Comparison]:
    """Both end when Temporal says so, which it does without being asked again and again."""
    api, times = Api(stack.url, stack.token), setting.sizes.triggers
    endpoint = api.register("Small", "postgres", create_tables(setting.source, "small", TABLES))
    api.first_run_finished(endpoint["id"])
    with asyncio.Runner() as runner:
        client = runner.run(Client.connect(stack.temporal_address))

        def trigger() -> Sample:
            return _median([_triggered(runner, client, api, endpoint["collection"]) for _ in range(times)])

        yield Comparison(
            f"A run from trigger to SUCCEEDED, {TABLES} unchanged tables, Muster idle (median of {times})",
            [
                Contender(
                    f"empty workflow with {ACTIVITIES} empty activities, same Temporal",
                    lambda: runner.run(_bare_workflows(client, times)),
                ),
                Contender("Muster, triggered over GraphQL", trigger),
            ],
        )


def _triggered(runner: asyncio.Runner, client: Client, api: Api, collection_id: str) -> float:
    with stopwatch() as watch:
        run_id = api.trigger(collection_id)
        ended = runner.run(client.get_workflow_handle(manual_workflow_id(run_id)).result())
    assert ended["status"] == "SUCCEEDED", ended
    return watch.seconds


async def _bare_workflows(client: Client, times: int) -> Sample:
    queue, seconds = f"bench-{uuid4()}", []
    async with Worker(client, task_queue=queue, workflows=[BareWorkflow], activities=[do_nothing]):
        for _ in range(times):
            with stopwatch() as watch:
                await client.execute_workflow(BareWorkflow.run, id=str(uuid4()), task_queue=queue)
            seconds.append(watch.seconds)
    return _median(seconds)


def _median(seconds: list[float]) -> Sample:
    return Sample(statistics.median(seconds))
