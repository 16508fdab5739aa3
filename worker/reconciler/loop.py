"""The reconciler's loop: one leader among any number of workers, on its own connection to Postgres.

The leader holds an advisory lock for as long as its session lives, and listens on the same session: when the
session is gone, so is the leadership, and what was under way is given up at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from app.core.contracts import RECONCILE_CHANNEL
from app.core.db.queries import query
from worker.reconciler.apply import reconcile_collection, reconcile_schedules
from worker.reconciler.deps import ReconcilerDeps
from worker.reconciler.each import for_each
from worker.reconciler.observe import Rotation, Wishes
from worker.reconciler.runs import forget_old_connection_tests, reconcile_runs
from worker.reconciler.trouble import Trouble

# How often a follower tries to lead, and the leader asks its session whether it still does.
LEADERSHIP_SECONDS = 2.0
# What changes within this time is taken together.
COALESCE_SECONDS = 0.1
RETRY_SECONDS = 2.0
DESCRIBED_PER_TICK = 20
_ANSWER_SECONDS = 10.0

log = logging.getLogger(__name__)

Session = AsyncConnection[TupleRow]


class LeadershipLost(ConnectionError):
    """The session does not hold the leader's lock any more."""


async def run(deps: ReconcilerDeps, stop: asyncio.Event) -> None:
    """Keep Temporal as Postgres says until `stop` is set; any trouble is logged once and tried again."""
    taking_part = asyncio.create_task(_take_part_for_ever(deps), name="reconciler")
    stopping = asyncio.create_task(stop.wait(), name="reconciler-stop")
    try:
        await asyncio.wait({taking_part, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (taking_part, stopping):
            task.cancel()
        await asyncio.gather(taking_part, stopping, return_exceptions=True)


async def _take_part_for_ever(deps: ReconcilerDeps) -> None:
    trouble = Trouble(log, "reconciler_session")
    while True:
        async with trouble.watched():
            await _take_part(deps, trouble)
        await asyncio.sleep(RETRY_SECONDS)


async def _take_part(deps: ReconcilerDeps, trouble: Trouble) -> None:
    """Wait to lead, then lead. Ends only by an error: the session's, or LeadershipLost."""
    session = await AsyncConnection.connect(
        deps.database_url,
        autocommit=True,
        application_name="muster-reconciler",
        connect_timeout=5,
        # a server that vanishes without a word is noticed within about ten seconds
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=2,
        tcp_user_timeout=10_000,
    )
    async with session:
        while not await _ask(session, "try_lead"):
            trouble.over()
            await asyncio.sleep(LEADERSHIP_SECONDS)
        log.info("reconciler_leads")
        trouble.over()
        wake = Wake()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_listen(session, wake), name="reconciler-listen")
                group.create_task(_work(deps, wake), name="reconciler-work")
        except* (psycopg.Error, OSError) as lost:
            raise lost.exceptions[0] from None


async def _ask(session: Session, name: str) -> bool:
    async with asyncio.timeout(_ANSWER_SECONDS):
        cursor = await session.execute(query("reconcile", name))
        row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def _listen(session: Session, wake: "Wake") -> None:
    """Hand on what is notified, and raise as soon as the session no longer leads."""
    await session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(RECONCILE_CHANNEL)))
    while True:
        async for notification in session.notifies(timeout=LEADERSHIP_SECONDS):
            wake.add(notification.payload)
        if not await _ask(session, "is_leading"):
            raise LeadershipLost


class Wake:
    """What has been notified and not yet been looked at."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._ids: set[UUID] = set()
        self._everything = False

    def add(self, payload: str) -> None:
        """Note a notification: the id of a collection or a run, or else everything is to be looked at."""
        try:
            self._ids.add(UUID(payload))
        except ValueError:
            self._everything = True
        self._event.set()

    async def wait(self, seconds: float) -> Sequence[UUID] | None:
        """The ids notified since, once there are some; None when everything is to be looked at, as it is
        after this many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return None
        await asyncio.sleep(COALESCE_SECONDS)
        ids, everything = sorted(self._ids), self._everything
        self._event.clear()
        self._ids.clear()
        self._everything = False
        return None if everything else ids


async def _work(deps: ReconcilerDeps, wake: Wake) -> None:
    """Look at everything at once and every interval, and between at what is notified."""
    clock = asyncio.get_running_loop().time
    rotation, wishes = Rotation(DESCRIBED_PER_TICK), Wishes(deps.run_settings)
    troubles = {name: Trouble(log, name) for name in ("schedules", "runs", "connection_tests", "changes")}
    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "schedules": lambda: reconcile_schedules(deps, rotation, wishes),
        "runs": lambda: reconcile_runs(deps),
        "connection_tests": lambda: forget_old_connection_tests(deps),
    }
    while True:
        for name, step in steps.items():
            async with troubles[name].watched():
                await step()
        next_tick = clock() + deps.interval_seconds
        while clock() < next_tick and (ids := await wake.wait(next_tick - clock())) is not None:
            async with troubles["changes"].watched():
                await for_each(ids, lambda changed_id: _reconcile_one(deps, changed_id))


async def _reconcile_one(deps: ReconcilerDeps, changed_id: UUID) -> None:
    """The id is a collection's or a run's: the other finds nothing."""
    await reconcile_collection(deps, changed_id)
    await reconcile_runs(deps, changed_id)
