"""What the reconciler tests share: collections to reconcile, and a reconciler at work."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from temporalio.client import Client

from app.core.contracts import RunLimits
from app.core.db import collections
from app.core.db.pool import open_pool
from app.core.temporal.schedules import list_observed, observe
from tests.integration.persisting import insert_endpoint
from worker.reconciler import loop
from worker.reconciler.deps import ReconcilerDeps

Db = Connection[Any]


@contextmanager
def reconciler_deps(
    database: str, client: Client, *, interval_seconds: float = 60, task_queue: str | None = None
) -> Iterator[ReconcilerDeps]:
    with open_pool(database, name="reconciler-test", max_size=4) as pool:
        yield ReconcilerDeps(
            pool, database, client, task_queue or f"queue-{uuid4()}", RunLimits(), interval_seconds
        )


@asynccontextmanager
async def reconciling(deps: ReconcilerDeps) -> AsyncIterator[None]:
    """The reconciler at work while the block runs."""
    stop = asyncio.Event()
    running = asyncio.create_task(loop.run(deps, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, 20)


async def eventually(check: Callable[[], Any], seconds: float = 15) -> Any:
    """The first truthy answer of `check`, which may be a coroutine function."""
    async with asyncio.timeout(seconds):
        while True:
            found = check()
            found = await found if asyncio.iscoroutine(found) else found
            if found:
                return found
            await asyncio.sleep(0.05)


def add_collection(
    conn: Db, cron: str | None = "0 4 * * *", *, is_enabled: bool = True, endpoint_id: UUID | None = None
) -> UUID:
    """A live collection, committed; the reconciler is told."""
    endpoint_id = endpoint_id or insert_endpoint(conn)
    made = collections.insert_collection(conn, endpoint_id, schedule_cron=cron, is_enabled=is_enabled)
    collections.notify_reconciler(conn, made.id)
    conn.commit()
    return made.id


def change_collection(conn: Db, collection_id: UUID, cron: str | None, *, is_enabled: bool = True) -> None:
    collections.update_collection(
        conn, collection_id, schedule_cron=cron, schedule_timezone="UTC", is_enabled=is_enabled
    )
    collections.notify_reconciler(conn, collection_id)
    conn.commit()


def is_applied(conn: Db, collection_id: UUID) -> bool:
    """Whether the reconciler has recorded the newest revision as applied."""
    found = collections.get_collection(conn, collection_id, include_deleted=True)
    conn.commit()
    assert found is not None
    return found.applied_revision == found.revision and found.schedule_error is None


async def is_listed(client: Client, schedule_id: str) -> bool:
    return any(schedule.schedule_id == schedule_id for schedule in await list_observed(client))


async def hours_of(client: Client, schedule_id: str) -> tuple[int, ...] | None:
    """The hours at which a schedule fires; None when there is no schedule."""
    found = await observe(client, schedule_id)
    if found is None or found.timing is None:
        return None
    return found.timing.calendars[0].hours
