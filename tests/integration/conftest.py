"""The use cases with a real PostgreSQL, a real Temporal and, where a source is tried, a real worker."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict
from temporalio.worker import Worker

from app.cli.embedded_postgres import EmbeddedPostgres
from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.contracts import RunLimits
from app.core.db.pool import open_pool
from app.core.domain.auth import Caller, Role, TokenHasher, Viewer
from app.core.domain.endpoints import Endpoint
from app.core.domain.networks import NetworkRules
from app.core.domain.secrets import SecretBox
from app.core.temporal.bridge import Bridge
from app.core.temporal.client import connect
from app.core.temporal.gateway import TemporalGateway
from app.services import endpoints
from app.services.context import Context
from app.services.inputs import (
    EndpointConfig,
    NewEndpoint,
)
from app.services.refusals import Refusals
from tests.integration.stand import METADATA, Stand
from tests.stack import wait_until
from worker import registry
from worker.activities.context import ActivityContext


@pytest.fixture
def stand(database: str, temporal_server: EmbeddedTemporal) -> Iterator[Stand]:
    queue = f"queue-{uuid4()}"
    gateway = TemporalGateway(temporal_server.address, "default", queue)
    pool = open_pool(database, name="test", max_size=24)
    key = Fernet.generate_key().decode()
    ctx = Context(
        pool=pool,
        temporal=gateway,
        secrets=SecretBox([key]),
        tokens=TokenHasher([key]),
        limits=RunLimits(),
        min_schedule_interval_seconds=60,
        clock=lambda: datetime.now(UTC),
        caller=Caller(Viewer("ann", Role.EDITOR, "token:ann")),
        refusals=Refusals(lambda: pool),
    )
    yield Stand(ctx, queue, temporal_server.address)
    gateway.close()
    pool.close()


@pytest.fixture
def worker(stand: Stand, tmp_path: Path, postgres_cluster: EmbeddedPostgres) -> Iterator[None]:
    """A worker on the stand's queue. It has no ingest slot, so that a run that is started goes on running.

    Sources may be files of the test and the cluster's own databases.
    """
    socket_folder = str(conninfo_to_dict(postgres_cluster.url())["host"])
    bridge = Bridge("test-worker")
    context = ActivityContext(
        pool=stand.ctx.pool,
        secrets=stand.ctx.secrets,
        staging_url=f"file://{tmp_path / 'staging'}",
        file_roots=(str(tmp_path), socket_folder),
        networks=NetworkRules(),
        connect_timeout_seconds=5,
        collector_memory_mb=512,
    )
    with ThreadPoolExecutor(8) as threads:

        async def start() -> tuple[Worker, asyncio.Task[None]]:
            offered = Worker(
                await connect(stand.temporal_address, "default"),
                task_queue=stand.queue,
                workflows=registry.WORKFLOWS,
                activities=registry.activities(context),
                activity_executor=threads,
            )
            return offered, asyncio.create_task(offered.run())

        async def stop(offered: Worker, running: asyncio.Task[None]) -> None:
            await offered.shutdown()
            await running

        started = bridge.run(start(), 30)
        wait_until(stand.ctx.temporal.poller_alive, 30)
        yield
        bridge.run(stop(*started), 30)
    bridge.close()


@pytest.fixture
def source(tmp_path: Path) -> EndpointConfig:
    """A SQLite file with one table."""
    path = tmp_path / "source.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE item (id integer PRIMARY KEY, name text)")
    return EndpointConfig("sqlite", {"path": str(path)})


@pytest.fixture
def untested(stand: Stand) -> Endpoint:
    """An endpoint without a template that claims the capability: it needs no source and no worker."""
    return endpoints.register(stand.ctx, NewEndpoint("Plain", url="http://x.org", capabilities=METADATA))
