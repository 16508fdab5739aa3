"""Runs from their trigger to SUCCEEDED, beside workflows with as many activities that do nothing."""

import asyncio
import statistics
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client

from app.core.contracts import (
    COLLECTION_RUN_WORKFLOW,
    DEFAULT_TASK_QUEUE,
    CollectionRunInput,
    manual_workflow_id,
    scheduled_workflow_id,
)
from tests.acceptance.api import Api
from tests.bench.bare_workflow import ACTIVITIES, LOCAL_ACTIVITIES, BareWorkflows, bare_workflows
from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.results import Kind, Reach
from tests.bench.source_tables import create_tables
from tests.stack import RunningStack

TABLES = 10
ENDPOINTS_PER_TRIGGER = 20
CALLERS = 16

BareJob = Callable[[BareWorkflows], Coroutine[Any, Any, None]]


@contextmanager
def comparisons(stack: RunningStack, setting: Setting) -> Iterator[Sequence[Comparison]]:
    """All end when Temporal says so, which it does without being asked again and again."""
    with asyncio.Runner() as runner:
        runs = Runs(runner, Api(stack.url, stack.token), stack.temporal_address)
        small = create_tables(setting.source, "small", TABLES)
        yield [
            _one_at_a_time(runs, small, setting.sizes.triggers),
            _at_once(runs, small, setting.sizes.triggers * ENDPOINTS_PER_TRIGGER),
            _unchanged(runs, setting),
        ]


class Runs:
    """Begins runs and bare workflows on one Temporal, and waits for their end."""

    def __init__(self, runner: asyncio.Runner, api: Api, temporal_address: str) -> None:
        self._runner = runner
        self.api = api
        self._client = runner.run(Client.connect(temporal_address))

    def endpoint(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """A new endpoint that has been read once."""
        endpoint = self.api.register(name, "postgres", parameters)
        first = self.api.first_run_finished(endpoint["id"])
        assert first["status"] == "SUCCEEDED", first
        return endpoint

    def triggered(self, collections: Sequence[str]) -> None:
        """A run of each, triggered by several callers over GraphQL, to the end of the last."""
        with ThreadPoolExecutor(CALLERS) as callers:
            ids = list(callers.map(self.api.trigger, collections))
        self._runner.run(self._ended([manual_workflow_id(run_id) for run_id in ids]))

    def fired(self, endpoint: dict[str, Any]) -> None:
        """A run as a schedule's fire begins it, to its end."""
        fire = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        workflow_id = f"{scheduled_workflow_id(endpoint['collection'])}-{fire}"
        order = CollectionRunInput(endpoint["collection"], endpoint["id"])
        starting = self._client.start_workflow(
            COLLECTION_RUN_WORKFLOW, order, id=workflow_id, task_queue=DEFAULT_TASK_QUEUE
        )
        self._runner.run(starting)
        self._runner.run(self._ended([workflow_id]))

    def bare(self, job: BareJob, times: int = 1) -> Sample:
        """What `job` takes; the median of `times`."""

        async def measure() -> list[float]:
            async with bare_workflows(self._client) as workflows:
                return [await _seconds(job(workflows)) for _ in range(times)]

        return Sample(statistics.median(self._runner.run(measure())))

    async def _ended(self, workflow_ids: Sequence[str]) -> None:
        handles = [self._client.get_workflow_handle(workflow_id) for workflow_id in workflow_ids]
        for ended in await asyncio.gather(*(handle.result() for handle in handles)):
            assert ended["status"] == "SUCCEEDED", ended


def _one_at_a_time(runs: Runs, source: dict[str, Any], times: int) -> Comparison:
    endpoint = runs.endpoint("Small", source)

    def trigger() -> Sample:
        return _median_of(times, lambda: runs.triggered([endpoint["collection"]]))

    return Comparison(
        f"A run from trigger to SUCCEEDED, {TABLES} unchanged tables, Muster idle (median of {times})",
        [
            Contender(
                f"empty workflow with {ACTIVITIES} empty activities, same Temporal",
                lambda: runs.bare(lambda workflows: workflows.run_one(), times),
            ),
            Contender(
                f"the same, the first {LOCAL_ACTIVITIES} of them local, as Muster's are",
                lambda: runs.bare(lambda workflows: workflows.run_one(LOCAL_ACTIVITIES), times),
            ),
            Contender("Muster, triggered over GraphQL", trigger, [Reach(Kind.TIMES_AS_LONG, 2)]),
        ],
    )


def _at_once(runs: Runs, source: dict[str, Any], count: int) -> Comparison:
    collections = [runs.endpoint(f"Small {number}", source)["collection"] for number in range(count)]

    def trigger() -> Sample:
        with stopwatch() as watch:
            runs.triggered(collections)
        return Sample(watch.seconds)

    return Comparison(
        f"{count} endpoints of {TABLES} unchanged tables triggered at once, to the end of the last run",
        [
            Contender(
                f"as many empty workflows with {ACTIVITIES} empty activities, same Temporal",
                lambda: runs.bare(lambda workflows: workflows.run_at_once(count)),
            ),
            Contender(
                f"Muster, triggered over GraphQL by {CALLERS} callers",
                trigger,
                # at least 0.6 times the throughput
                [Reach(Kind.TIMES_AS_LONG, round(1 / 0.6, 2))],
            ),
        ],
    )


def _unchanged(runs: Runs, setting: Setting) -> Comparison:
    tables = setting.sizes.most_tables
    endpoint = runs.endpoint("Large", setting.databases[tables])

    def measure(run: Callable[[], None], read_mode: str) -> Sample:
        with stopwatch() as watch:
            run()
        newest = runs.api.ask(
            "query($id: ID!) { endpoint(id: $id) { runs(limit: 1) { readMode sourceCost { statements } } } }",
            id=endpoint["id"],
        )["runs"][0]
        assert newest["readMode"] == read_mode, newest
        return Sample(watch.seconds, statements=newest["sourceCost"]["statements"])

    return Comparison(
        f"A run from its start to SUCCEEDED, {tables:,} unchanged tables",
        [
            Contender(
                "triggered: everything is read and compared",
                lambda: measure(lambda: runs.triggered([endpoint["collection"]]), "FULL"),
            ),
            Contender(
                "scheduled: the fingerprint is compared",
                lambda: measure(lambda: runs.fired(endpoint), "FINGERPRINT"),
                [Reach(Kind.SECONDS, 1)],
            ),
        ],
    )


def _median_of(times: int, run: Callable[[], None]) -> Sample:
    seconds = []
    for _ in range(times):
        with stopwatch() as watch:
            run()
        seconds.append(watch.seconds)
    return Sample(statistics.median(seconds))


async def _seconds(job: Coroutine[Any, Any, None]) -> float:
    with stopwatch() as watch:
        await job
    return watch.seconds
