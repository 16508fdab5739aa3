"""The parts of the web process, assembled for tests of the use cases."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from psycopg import sql

from app.cli.ports import any_free_port
from app.core.db import collections as stored_collections
from app.core.db import runs as stored_runs
from app.core.db.rows import Conn
from app.core.domain.collections import Collection
from app.core.domain.endpoints import Endpoint
from app.core.domain.runs import Run, RunFilter
from app.core.temporal.gateway import TemporalGateway
from app.services.context import Context

METADATA = ("metadata",)


@dataclass(frozen=True)
class Stand:
    """A context, and what the tests need to look behind it."""

    ctx: Context
    queue: str
    temporal_address: str

    def without_temporal(self) -> Context:
        return replace(self.ctx, temporal=TemporalGateway(f"127.0.0.1:{any_free_port()}", "default", "q"))

    def runs(self, **wanted: Any) -> list[Run]:
        with self.ctx.pool.connection() as conn:
            return stored_runs.list_runs(conn, RunFilter(**wanted), 200)

    def collection_of(self, endpoint: Endpoint) -> Collection:
        with self.ctx.pool.connection() as conn:
            [[collection]] = stored_collections.collections_for_endpoint_ids(conn, [endpoint.id]).values()
        return collection

    def count(self, table: str) -> int:
        with self.ctx.pool.connection() as conn:
            row = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        assert row is not None
        return int(row[0])

    def mark_started(self, run: Run) -> Run:
        """The run as a worker marks it; without a workflow of its own it is one that Temporal has lost."""
        with self.ctx.pool.connection() as conn:
            started = stored_runs.mark_started(
                conn, run.id, run.workflow_id or "lost", run.temporal_run_id or str(uuid4()), self.ctx.clock()
            )
        assert started is not None
        return started


def is_waiting(conn: Conn) -> bool:
    """Whether some connection to this database waits for another."""
    row = conn.execute(
        b"SELECT count(*) FROM pg_stat_activity "
        b"WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    assert row is not None
    return bool(row[0])
