"""The reconciler starts runs without a workflow, closes those whose workflow is over, leaves the doubtful."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.contracts import CollectionRunInput, manual_workflow_id
from app.core.db import collections, connection_tests, runs
from app.core.domain.runs import Run, RunStatus
from tests.integration.persisting import Db, insert_endpoint, insert_run, rows
from tests.integration.reconciling import (
    add_collection,
    eventually,
    reconciler_deps,
    reconciling,
)
from tests.integration.tiny_workflow import TinyRun
from worker.reconciler.deps import ReconcilerDeps
from worker.reconciler.runs import GRACE_SECONDS, forget_old_connection_tests, reconcile_runs

Handle = WorkflowHandle[Any, Any]
LONG_AGO = datetime.now(UTC) - timedelta(seconds=2 * GRACE_SECONDS)


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database) as connection:
        yield connection


def add_run(conn: Db, status: str = "RUNNING", **columns: Any) -> UUID:
    """An open run of a manual collection, not touched for a while, committed."""
    endpoint_id = insert_endpoint(conn)
    collection_id = add_collection(conn, None, endpoint_id=endpoint_id)
    columns = {"collection_id": collection_id, "updated_at": LONG_AGO} | columns
    run_id = insert_run(conn, endpoint_id, status, **columns)
    conn.commit()
    return run_id


def get_run(conn: Db, run_id: UUID) -> Run:
    run = runs.get_run(conn, run_id)
    conn.commit()
    assert run is not None
    return run


def has_ended(conn: Db, run_id: UUID) -> bool:
    return not get_run(conn, run_id).is_active


@pytest.fixture
def scene(
    database: str, temporal_server: EmbeddedTemporal
) -> Callable[[Callable[[ReconcilerDeps], Awaitable[None]]], None]:
    """Runs a scenario with a worker on the queue that knows the tiny workflow."""

    def play(scenario: Callable[[ReconcilerDeps], Awaitable[None]]) -> None:
        async def body() -> None:
            client = await Client.connect(temporal_server.address)
            with reconciler_deps(database, client) as deps:
                async with Worker(client, task_queue=deps.task_queue, workflows=[TinyRun]):
                    await scenario(deps)

        asyncio.run(body())

    return play


async def start_workflow(conn: Db, deps: ReconcilerDeps, **columns: Any) -> tuple[UUID, Handle]:
    """A RUNNING run and the open workflow that works on it."""
    workflow_id = f"collection-run::{uuid4()}"
    handle = await deps.client.start_workflow(
        TinyRun.run,
        CollectionRunInput(collection_id="c", endpoint_id="e"),
        id=workflow_id,
        task_queue=deps.task_queue,
    )
    run_id = add_run(conn, workflow_id=workflow_id, temporal_run_id=handle.result_run_id, **columns)
    return run_id, handle


async def closed(handle: Handle) -> bool:
    return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING


def test_a_queued_run_without_workflow_is_started_at_once(conn: Db, scene: Any) -> None:
    async def scenario(deps: ReconcilerDeps) -> None:
        async with reconciling(deps):
            run_id = add_run(conn, "QUEUED", updated_at=datetime.now(UTC))
            collections.notify_reconciler(conn, run_id)
            conn.commit()
            await eventually(lambda: get_run(conn, run_id).workflow_id is not None, 5)
        handle = deps.client.get_workflow_handle(manual_workflow_id(str(run_id)))
        described = await handle.describe()
        assert described.status is WorkflowExecutionStatus.RUNNING
        assert get_run(conn, run_id).temporal_run_id == described.run_id
        await reconcile_runs(deps)
        assert get_run(conn, run_id).status is RunStatus.QUEUED
        assert (await handle.describe()).run_id == described.run_id

    scene(scenario)


async def _complete(handle: Handle) -> None:
    await handle.signal(TinyRun.end, "complete")


async def _fail(handle: Handle) -> None:
    await handle.signal(TinyRun.end, "fail")


async def _cancel(handle: Handle) -> None:
    await handle.cancel()


async def _terminate(handle: Handle) -> None:
    await handle.terminate()


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (_complete, RunStatus.FAILED, "WORKFLOW_LOST"),
        (_fail, RunStatus.FAILED, "SOURCE_AUTH_FAILED"),
        (_cancel, RunStatus.CANCELED, None),
        (_terminate, RunStatus.FAILED, "WORKFLOW_LOST"),
    ],
)
def test_a_run_ends_as_its_workflow_did(
    conn: Db, scene: Any, end: Callable[[Handle], Awaitable[None]], status: RunStatus, code: str | None
) -> None:
    async def scenario(deps: ReconcilerDeps) -> None:
        run_id, handle = await start_workflow(conn, deps)
        await reconcile_runs(deps)
        assert get_run(conn, run_id).status is RunStatus.RUNNING
        await end(handle)
        await eventually(lambda: closed(handle))
        await reconcile_runs(deps)
        run = get_run(conn, run_id)
        assert (run.status, run.error_code) == (status, code)
        assert (run.error is None) == (code is None)

    scene(scenario)


def test_a_workflow_that_ran_out_of_time_fails_its_run(conn: Db, scene: Any) -> None:
    async def scenario(deps: ReconcilerDeps) -> None:
        handle = await deps.client.start_workflow(
            TinyRun.run,
            CollectionRunInput(collection_id="c", endpoint_id="e"),
            id=f"collection-run::{uuid4()}",
            task_queue=deps.task_queue,
            execution_timeout=timedelta(seconds=1),
        )
        run_id = add_run(conn, workflow_id=handle.id, temporal_run_id=handle.result_run_id)
        await eventually(lambda: closed(handle))
        await reconcile_runs(deps)
        assert get_run(conn, run_id).error_code == "TIME_LIMIT"

    scene(scenario)


@pytest.mark.parametrize(
    ("quiet", "status"),
    [(timedelta(seconds=2 * GRACE_SECONDS), RunStatus.FAILED), (timedelta(), RunStatus.RUNNING)],
    ids=["for long", "just now"],
)
def test_a_run_whose_workflow_is_absent_is_closed_after_a_while(
    conn: Db, scene: Any, quiet: timedelta, status: RunStatus
) -> None:
    async def scenario(deps: ReconcilerDeps) -> None:
        run_id = add_run(
            conn,
            workflow_id=f"collection-run::{uuid4()}",
            temporal_run_id=str(uuid4()),
            updated_at=datetime.now(UTC) - quiet,
        )
        await reconcile_runs(deps)
        assert get_run(conn, run_id).status is status

    scene(scenario)


@pytest.mark.parametrize(
    ("address", "namespace"),
    [("127.0.0.1:1", "default"), (None, "no-such-namespace")],
    ids=["away", "namespace"],
)
def test_doubt_leaves_a_run_alone(
    database: str, conn: Db, temporal_server: EmbeddedTemporal, address: str | None, namespace: str
) -> None:
    run_id = add_run(conn, workflow_id=f"collection-run::{uuid4()}", temporal_run_id=str(uuid4()))
    orphan = add_run(conn, "QUEUED")

    async def scenario() -> None:
        client = await Client.connect(address or temporal_server.address, namespace=namespace, lazy=True)
        with reconciler_deps(database, client) as deps:
            try:
                await reconcile_runs(deps)
            except (RPCError, RuntimeError):
                assert address is not None

    asyncio.run(scenario())
    assert get_run(conn, run_id).status is RunStatus.RUNNING
    assert get_run(conn, orphan).status is RunStatus.QUEUED


@pytest.mark.parametrize("table", ["metadata_collections", "metadata_endpoints"])
def test_a_run_of_something_deleted_is_cancelled(conn: Db, scene: Any, table: str) -> None:
    async def scenario(deps: ReconcilerDeps) -> None:
        run_id, _ = await start_workflow(conn, deps)
        never_started = add_run(conn, "QUEUED")
        conn.execute(f"UPDATE {table} SET deleted_at = now()")
        conn.commit()
        async with reconciling(deps):
            await eventually(lambda: has_ended(conn, never_started))
            # the tiny workflow does not record its end: the next look does
            collections.notify_reconciler(conn)
            conn.commit()
            await eventually(lambda: has_ended(conn, run_id))
        assert get_run(conn, run_id).status is get_run(conn, never_started).status is RunStatus.CANCELED

    scene(scenario)


def test_ended_runs_are_not_looked_at(conn: Db, scene: Any) -> None:
    async def scenario(deps: ReconcilerDeps) -> None:
        run_id = add_run(conn, "SUCCEEDED", completed_at=LONG_AGO, workflow_id="gone", temporal_run_id="gone")
        await reconcile_runs(deps)
        assert get_run(conn, run_id).status is RunStatus.SUCCEEDED

    scene(scenario)


def test_old_connection_tests_are_forgotten(conn: Db, scene: Any) -> None:
    old = connection_tests.insert_test(conn, "postgres", {}, {})
    new = connection_tests.insert_test(conn, "postgres", {}, {})
    conn.execute(
        "UPDATE metadata_connection_tests SET requested_at = now() - interval '2 hours' WHERE id = %s", (old,)
    )
    conn.commit()
    scene(forget_old_connection_tests)
    assert [row["id"] for row in rows(conn, "SELECT id FROM metadata_connection_tests")] == [new]
