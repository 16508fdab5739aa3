"""The reconciler outlives Temporal and Postgres: it says so once, waits, and goes on."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from temporalio.client import Client

from app.core.contracts import schedule_id
from tests.integration.persisting import Db, rows
from tests.integration.reconciling import (
    add_collection,
    eventually,
    hours_of,
    is_applied,
    reconciler_deps,
    reconciling,
)
from tests.stack import embedded_temporal, running_part, short_folder


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database) as connection:
        yield connection


def told(caplog: pytest.LogCaptureFixture) -> Counter[tuple[str, str]]:
    """How often each trouble was told of, and that it was over, by part."""
    return Counter(
        (record.getMessage(), record.__dict__["part"])
        for record in caplog.records
        if record.getMessage().startswith("reconciler_trouble")
    )


def test_what_is_asked_while_temporal_is_away_is_done_when_it_is_back(
    database: str, conn: Db, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scenario() -> None:
        with short_folder() as folder, ExitStack() as up:
            temporal = embedded_temporal(folder)
            await asyncio.to_thread(up.enter_context, running_part(temporal, folder))
            client = await Client.connect(temporal.address)
            with reconciler_deps(database, client, interval_seconds=0.2) as deps:
                async with reconciling(deps):
                    before = add_collection(conn, "0 3 * * *")
                    await eventually(lambda: is_applied(conn, before))
                    await asyncio.to_thread(up.close)
                    asked = add_collection(conn, "0 5 * * *")
                    await eventually(lambda: told(caplog)["reconciler_trouble", "schedules"])
                    assert not is_applied(conn, asked)
                    assert not rows(conn, "SELECT FROM metadata_collections WHERE schedule_error IS NOT NULL")
                    await asyncio.to_thread(up.enter_context, running_part(temporal, folder))
                    await eventually(lambda: is_applied(conn, asked), 30)
                    await eventually(lambda: told(caplog)["reconciler_trouble_over", "schedules"])
                    assert await hours_of(client, schedule_id(str(asked))) == (5,)
                    assert await hours_of(client, schedule_id(str(before))) == (3,)

    asyncio.run(scenario())
    assert told(caplog)["reconciler_trouble", "schedules"] <= 3, "each tick told of the same trouble again"


def test_a_lost_database_session_is_told_once_and_made_anew(
    database: str, conn: Db, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sessions = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE application_name = 'muster-reconciler' AND datname = current_database()"
    )

    async def scenario() -> None:
        client = await Client.connect("127.0.0.1:1", lazy=True)
        with reconciler_deps(database, client) as deps:
            async with reconciling(deps):
                await eventually(lambda: rows(conn, sessions))
                [lost] = rows(conn, sessions)
                conn.execute("SELECT pg_terminate_backend(%s)", (lost["pid"],))
                conn.commit()
                await eventually(lambda: rows(conn, sessions) not in ([], [lost]))
                await eventually(lambda: told(caplog)["reconciler_trouble_over", "reconciler_session"])

    asyncio.run(scenario())
    assert told(caplog)["reconciler_trouble", "reconciler_session"] == 1
