"""Bringing a database to the schema this code needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import yoyo
from psycopg.conninfo import conninfo_to_dict

MIGRATIONS_DIR = Path(__file__).resolve().parents[3] / "sql" / "migrations"
_LOCK_KEY = 0x6D757374  # any number of our own: "must"


def migrate(database_url: str) -> list[str]:
    """Apply what is not applied yet and return the ids, oldest first.

    Safe to call from several processes at once: one works, the others wait and find nothing to do. Raises
    psycopg.Error; a migration that fails leaves no trace of itself.
    """
    with _backend(database_url) as backend:
        pending = backend.to_apply(_migrations())
        backend.apply_migrations(pending)
        return [migration.id for migration in pending]


def pending_migrations(database_url: str) -> list[str]:
    """The ids of the migrations that the database still lacks, oldest first."""
    with _backend(database_url) as backend:
        return [migration.id for migration in backend.to_apply(_migrations())]


def _migrations() -> "yoyo.migrations.MigrationList":
    return yoyo.read_migrations(str(MIGRATIONS_DIR))


@contextmanager
def _backend(database_url: str) -> Iterator["yoyo.backends.DatabaseBackend"]:
    # yoyo's own lock is a row that a killed process leaves behind, and it makes its tables before it locks;
    # a lock of the session goes with the session.
    with psycopg.connect(database_url, autocommit=True) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])
        backend = yoyo.get_backend(_yoyo_url(database_url))
        try:
            yield backend
        finally:
            backend.connection.close()


def _yoyo_url(database_url: str) -> str:
    # yoyo takes psycopg 3 by this scheme, and reads URLs less well than libpq does: hand it the parts
    return f"postgresql+psycopg:///?{urlencode(conninfo_to_dict(database_url))}"
