"""The reconciler makes Temporal's schedules what Postgres says, whatever happens to either."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleOverlapPolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.contracts import schedule_id
from app.core.db import collections
from app.core.temporal.schedules import list_observed, observe
from tests.integration.persisting import Db, rows
from tests.integration.reconciling import (
    add_collection,
    change_collection,
    eventually,
    hours_of,
    is_applied,
    is_listed,
    reconciler_deps,
    reconciling,
)
from worker.reconciler.deps import ReconcilerDeps

# Well within this a change must be there when it was notified; the full comparison comes much later.
AT_ONCE_SECONDS = 5


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database) as connection:
        yield connection


@pytest.fixture
def deps(database: str, temporal_server: EmbeddedTemporal) -> Callable[..., Any]:
    @asynccontextmanager
    async def make(interval_seconds: float = 60) -> AsyncIterator[ReconcilerDeps]:
        client = await Client.connect(temporal_server.address)
        with reconciler_deps(database, client, interval_seconds=interval_seconds) as made:
            yield made

    return make


def test_a_change_is_applied_at_once(conn: Db, deps: Callable[..., Any]) -> None:
    async def scenario() -> None:
        async with deps() as made, reconciling(made):
            await eventually(lambda: leaders(conn) == 1)
            collection_id = add_collection(conn, "0 4 * * *")
            its_schedule = schedule_id(str(collection_id))
            await eventually(lambda: is_applied(conn, collection_id), AT_ONCE_SECONDS)
            assert await hours_of(made.client, its_schedule) == (4,)

            change_collection(conn, collection_id, "0 5 * * *")
            await eventually(lambda: is_applied(conn, collection_id), AT_ONCE_SECONDS)
            assert await hours_of(made.client, its_schedule) == (5,)

            change_collection(conn, collection_id, "0 5 * * *", is_enabled=False)
            await eventually(lambda: is_applied(conn, collection_id), AT_ONCE_SECONDS)
            paused = await observe(made.client, its_schedule)
            assert paused is not None
            assert paused.paused

            collections.soft_delete_collection(conn, collection_id, datetime.now(UTC))
            collections.notify_reconciler(conn, collection_id)
            conn.commit()
            await eventually(lambda: is_applied(conn, collection_id), AT_ONCE_SECONDS)
            assert await observe(made.client, its_schedule) is None

    asyncio.run(scenario())


def test_what_happened_while_nobody_watched_is_made_good(conn: Db, deps: Callable[..., Any]) -> None:
    kept, manual, disabled = (
        add_collection(conn),
        add_collection(conn, None),
        add_collection(conn, is_enabled=False),
    )
    deleted = add_collection(conn)

    async def scenario() -> None:
        async with deps() as made:
            async with reconciling(made):
                await eventually(lambda: all(is_applied(conn, c) for c in (kept, manual, disabled, deleted)))
            conn.execute(
                "UPDATE metadata_endpoints SET deleted_at = now() WHERE id = ("
                "SELECT endpoint_id FROM metadata_collections WHERE id = %s)",
                (deleted,),
            )
            conn.commit()
            client = made.client
            await client.get_schedule_handle(schedule_id(str(kept))).delete()
            await eventually(lambda: not_listed(client, schedule_id(str(kept))))
            async with reconciling(made):
                await eventually(lambda: hours_of(client, schedule_id(str(kept))))
                await eventually(lambda: gone(client, schedule_id(str(deleted))))
            assert await hours_of(client, schedule_id(str(manual))) is None
            assert await hours_of(client, schedule_id(str(disabled))) == (4,)

    asyncio.run(scenario())


async def _pause(client: Client, schedule: str) -> None:
    await client.get_schedule_handle(schedule).pause()


async def _retime(client: Client, schedule: str) -> None:
    def update(present: ScheduleUpdateInput) -> ScheduleUpdate:
        present.description.schedule.spec = ScheduleSpec(cron_expressions=["0 1 * * *"])
        return ScheduleUpdate(present.description.schedule)

    await client.get_schedule_handle(schedule).update(update)


async def _allow_overlap(client: Client, schedule: str) -> None:
    def update(present: ScheduleUpdateInput) -> ScheduleUpdate:
        present.description.schedule.policy.overlap = ScheduleOverlapPolicy.ALLOW_ALL
        return ScheduleUpdate(present.description.schedule)

    await client.get_schedule_handle(schedule).update(update)


async def _delete(client: Client, schedule: str) -> None:
    await client.get_schedule_handle(schedule).delete()


@pytest.mark.parametrize("edit", [_pause, _retime, _allow_overlap, _delete])
def test_a_hand_edit_is_undone(
    conn: Db, deps: Callable[..., Any], edit: Callable[[Client, str], Awaitable[None]]
) -> None:
    collection_id = add_collection(conn)
    its_schedule = schedule_id(str(collection_id))

    async def scenario() -> None:
        async with deps(interval_seconds=0.3) as made, reconciling(made):
            await eventually(lambda: is_applied(conn, collection_id))
            await eventually(lambda: is_listed(made.client, its_schedule))
            before = await observe(made.client, its_schedule)
            await edit(made.client, its_schedule)
            await eventually(lambda: is_as(made.client, its_schedule, before))

    asyncio.run(scenario())


def test_a_new_schedule_is_written_once(conn: Db, deps: Callable[..., Any]) -> None:
    """Although the list that the next ticks compare with may not show it yet."""
    collection_id = add_collection(conn)
    handle_id = schedule_id(str(collection_id))

    async def scenario() -> None:
        async with deps(interval_seconds=0.05) as made, reconciling(made):
            await eventually(lambda: is_applied(conn, collection_id))
            await eventually(lambda: is_listed(made.client, handle_id))
            described = await made.client.get_schedule_handle(handle_id).describe()
            assert described.info.last_updated_at is None

    asyncio.run(scenario())


def test_schedules_of_others_are_left_alone(conn: Db, deps: Callable[..., Any]) -> None:
    collection_id = add_collection(conn)

    async def scenario() -> None:
        async with deps(interval_seconds=0.2) as made:
            client = made.client
            action = ScheduleActionStartWorkflow("Other", id="other", task_queue="other")
            foreign = await client.create_schedule(
                "somebody-elses", Schedule(action, ScheduleSpec(cron_expressions=["0 0 1 1 *"]))
            )
            await eventually(lambda: raw_listed(client, "somebody-elses"))
            async with reconciling(made):
                await eventually(lambda: is_applied(conn, collection_id))
                await eventually(lambda: is_listed(client, schedule_id(str(collection_id))))
            described = await foreign.describe()
            assert described.info.last_updated_at is None
            await foreign.delete()

    asyncio.run(scenario())


def test_one_bad_schedule_does_not_stop_others(conn: Db, deps: Callable[..., Any]) -> None:
    bad, zone, good = add_collection(conn, "61 * * * *"), add_collection(conn), add_collection(conn)
    conn.execute("UPDATE metadata_collections SET schedule_timezone = 'Mars/Olympus' WHERE id = %s", (zone,))
    conn.commit()

    async def scenario() -> None:
        async with deps() as made, reconciling(made):
            await eventually(lambda: is_applied(conn, good))
            await eventually(lambda: len(errors(conn)) == 2)

    asyncio.run(scenario())
    found = errors(conn)
    assert "61" in found[bad]
    assert "Mars/Olympus" in found[zone]


def test_a_schedule_that_became_bad_stays_as_it_was(conn: Db, deps: Callable[..., Any]) -> None:
    collection_id = add_collection(conn, "0 4 * * *")

    async def scenario() -> None:
        async with deps() as made, reconciling(made):
            await eventually(lambda: is_applied(conn, collection_id))
            change_collection(conn, collection_id, "nonsense")
            await eventually(lambda: errors(conn))
            assert await hours_of(made.client, schedule_id(str(collection_id))) == (4,)
            change_collection(conn, collection_id, "0 6 * * *")
            await eventually(lambda: is_applied(conn, collection_id))
            assert await hours_of(made.client, schedule_id(str(collection_id))) == (6,)

    asyncio.run(scenario())


def test_one_leads_and_another_takes_over(conn: Db, deps: Callable[..., Any]) -> None:
    async def scenario() -> None:
        async with deps() as first, deps() as second, reconciling(first), reconciling(second):
            await eventually(lambda: leaders(conn) == 1 and sessions(conn) == 2)
            [before] = leader_pids(conn)
            conn.execute("SELECT pg_terminate_backend(%s)", (before,))
            conn.commit()
            await eventually(lambda: leader_pids(conn) not in ([], [before]))
            collection_id = add_collection(conn)
            await eventually(lambda: is_applied(conn, collection_id), AT_ONCE_SECONDS)
            assert leaders(conn) == 1
        await eventually(lambda: leaders(conn) == 0)

    asyncio.run(scenario())


def leader_pids(conn: Db) -> list[int]:
    found = rows(
        conn,
        "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'muster-reconciler'"
        " AND a.datname = current_database()",
    )
    return [row["pid"] for row in found]


def leaders(conn: Db) -> int:
    return len(leader_pids(conn))


def sessions(conn: Db) -> int:
    return len(
        rows(
            conn,
            "SELECT FROM pg_stat_activity"
            " WHERE application_name = 'muster-reconciler' AND datname = current_database()",
        )
    )


def errors(conn: Db) -> dict[Any, str]:
    found = rows(conn, "SELECT id, schedule_error FROM metadata_collections WHERE schedule_error IS NOT NULL")
    return {row["id"]: row["schedule_error"] for row in found}


async def is_as(client: Client, its_schedule: str, wanted: Any) -> bool:
    return bool(await observe(client, its_schedule) == wanted)


async def gone(client: Client, its_schedule: str) -> bool:
    return await observe(client, its_schedule) is None


async def not_listed(client: Client, its_schedule: str) -> bool:
    return all(schedule.schedule_id != its_schedule for schedule in await list_observed(client))


async def raw_listed(client: Client, its_schedule: str) -> bool:
    return its_schedule in [listed.id async for listed in await client.list_schedules()]
