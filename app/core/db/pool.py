"""The connection pool of a process: opened lazily, never before a fork."""

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecoder
from select import POLLIN, poll
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool

from app.core.domain.catalog_search import LEAST_LIKENESS

Pool = ConnectionPool[Connection[TupleRow]]

CONNECT_TIMEOUT_SECONDS = 5

_decode = JSONDecoder().raw_decode


def open_pool(
    database_url: str,
    *,
    name: str,
    max_size: int,
    timeout_seconds: float = 10,
    statement_timeout_seconds: float | None = None,
    keeps_plans: bool = False,
) -> Pool:
    """A pool whose connections speak UTC and carry `name`; waits for nothing, connects on first use.

    Who asks for a connection gets PoolTimeout when there is none within `timeout_seconds`.
    `statement_timeout_seconds` bounds every statement unless a transaction sets its own bound. With
    `keeps_plans` no statement is planned anew each time: for who looks things up and asks for no lists.
    """
    options = "-c timezone=UTC"
    if not keeps_plans:
        # Optional filters are written as "parameter IS NULL OR …": a plan without the values is a bad one.
        options += " -c plan_cache_mode=force_custom_plan"
    # Statements are short: compiling them takes longer than running them.
    options += f" -c jit=off -c pg_trgm.word_similarity_threshold={LEAST_LIKENESS}"
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
        timeout=timeout_seconds,
        max_lifetime=3600,
        kwargs=kwargs,
        configure=_configure,
        check=_check,
        open=True,
    )


@contextmanager
def autocommit(pool: Pool, timeout_seconds: float | None = None) -> Iterator[Connection[TupleRow]]:
    """A connection for statements that stand alone: no transaction is begun and ended around them.

    Raises PoolTimeout when there is none within `timeout_seconds`, those of the pool by default.
    """
    # not pool.connection(), which would take its time to end a transaction that there is none of
    conn = pool.getconn(timeout_seconds)
    try:
        conn.autocommit = True
        try:
            yield conn
        finally:
            if not conn.closed:
                conn.autocommit = False
    finally:
        pool.putconn(conn)


def _check(conn: Connection[TupleRow]) -> None:
    """Raises psycopg.OperationalError when the connection is lost.

    A server that has gone, or ended the session, makes the socket readable: only then is it asked, which
    would else cost every request a round trip.
    """
    socket = poll()
    socket.register(conn.fileno(), POLLIN)
    if socket.poll(0):
        ConnectionPool.check_connection(conn)


def _configure(conn: Connection[TupleRow]) -> None:
    # json.loads would find out first in which encoding PostgreSQL speaks, for each value anew
    set_json_loads(_loads, conn)


def _loads(data: str | bytes) -> Any:
    # PostgreSQL writes no white space around a value
    return _decode(data if isinstance(data, str) else data.decode())[0]
