"""The connection pool of a process: opened lazily, never before a fork."""

from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

Pool = ConnectionPool[Connection[TupleRow]]

CONNECT_TIMEOUT_SECONDS = 5


def open_pool(
    database_url: str, *, name: str, max_size: int, statement_timeout_seconds: float | None = None
) -> Pool:
    """A pool whose connections speak UTC and carry `name`; waits for nothing, connects on first use.

    `statement_timeout_seconds` bounds every statement unless a transaction sets its own bound.
    """
    # Optional filters are written as "parameter IS NULL OR …": a plan made without the values is a bad one.
    options = "-c timezone=UTC -c plan_cache_mode=force_custom_plan"
    if statement_timeout_seconds is not None:
        options += f" -c statement_timeout={int(statement_timeout_seconds * 1000)}"
    kwargs: dict[str, Any] = {
        "application_name": name,
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "options": options,
    }
    return ConnectionPool(
        database_url,
        name=name,
        min_size=1,
        max_size=max_size,
        timeout=10,
        max_lifetime=3600,
        kwargs=kwargs,
        check=ConnectionPool.check_connection,
        open=True,
    )
