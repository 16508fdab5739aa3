"""A tick of the reconciler that finds nothing to do, beside listing the schedules once."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from temporalio.client import Client
from temporalio.service import RPCError

from app.core.contracts import RunLimits
from app.core.db.migrate import migrate
from app.core.db.pool import open_pool
from app.core.temporal.schedules import RPC_TIMEOUT
from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.results import Kind, Reach
from tests.stack import running_postgres, running_temporal
from worker.reconciler.apply import reconcile_schedules
from worker.reconciler.deps import ReconcilerDeps
from worker.reconciler.loop import DESCRIBED_PER_TICK
from worker.reconciler.observe import Rotation, Wishes
from worker.reconciler.runs import forget_old_connection_tests, reconcile_runs

# Temporal lists what it has been told after a while, and is busy until it does.
SETTLED_SECONDS = 300
ATTEMPTS = 5
MOST = 1.3

COLLECTIONS = """
WITH endpoint AS (
    INSERT INTO metadata_endpoints (source_id, name, url, template_id, capabilities)
    SELECT 'bench-' || n, 'Source ' || n, 'postgresql://db', 'postgres', '{metadata}'
    FROM generate_series(1, %s) AS n
    RETURNING id, substr(source_id, 7)::int AS n
)
INSERT INTO metadata_collections (endpoint_id, schedule_cron, schedule_timezone)
SELECT id, n %% 60 || ' ' || n %% 24 || ' 1 * *', (ARRAY['UTC', 'Europe/Berlin', 'Asia/Kolkata'])[n %% 3 + 1]
FROM endpoint
"""


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """The comparison, on schedules that the reconciler itself has made."""
    count = setting.sizes.schedules
    with running_postgres() as postgres, running_temporal() as temporal, asyncio.Runner() as runner:
        url = postgres.url()
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(COLLECTIONS, [count])
        with open_pool(url, name="bench", max_size=4) as pool:
            client = runner.run(Client.connect(temporal.address))
            deps = ReconcilerDeps(pool, url, client, "bench", RunLimits(), interval_seconds=60)
            memory = Rotation(DESCRIBED_PER_TICK), Wishes(deps.run_settings)
            print(f"Making {count:,} schedules", flush=True)
            runner.run(_made(deps, memory))
            runner.run(_settled(client, count))
            yield [_comparison(runner, deps, memory, count)]


def _comparison(
    runner: asyncio.Runner, deps: ReconcilerDeps, memory: tuple[Rotation, Wishes], count: int
) -> Comparison:
    def timed(work: Callable[[], Coroutine[Any, Any, object]]) -> Sample:
        with stopwatch() as watch:
            runner.run(work())
        return Sample(watch.seconds)

    async def tick() -> None:
        await reconcile_schedules(deps, *memory)
        await reconcile_runs(deps)
        await forget_old_connection_tests(deps)

    return Comparison(
        f"A tick of the reconciler over {count:,} schedules that are as they should be",
        [
            Contender("listing them", lambda: timed(lambda: _listed(deps.client))),
            Contender(
                "the whole tick",
                lambda: timed(tick),
                [Reach(Kind.TIMES_AS_LONG, MOST)],
            ),
        ],
    )


async def _made(deps: ReconcilerDeps, memory: tuple[Rotation, Wishes]) -> None:
    for _ in range(ATTEMPTS):
        try:
            return await reconcile_schedules(deps, *memory)
        except RPCError as error:
            print(f"Again, as the reconciler would: {error.message}", flush=True)
    raise RuntimeError("Temporal does not take the schedules")


async def _settled(client: Client, count: int) -> None:
    async with asyncio.timeout(SETTLED_SECONDS):
        while await _listed(client) < count:
            print("Waiting for Temporal to list them", flush=True)


async def _listed(client: Client) -> int:
    return len([listed.id async for listed in await client.list_schedules(rpc_timeout=RPC_TIMEOUT)])
