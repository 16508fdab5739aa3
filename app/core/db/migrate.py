"""Bringing a database to the schema this code needs."""

from pathlib import Path

import yoyo

MIGRATIONS_DIR = Path(__file__).resolve().parents[3] / "sql" / "migrations"


def migrate(database_url: str) -> list[str]:
    """Apply what is not applied yet and return the ids, oldest first.

    Safe to call from several processes at once: yoyo's lock lets one of them work.
    """
    backend = yoyo.get_backend(_yoyo_url(database_url))
    try:
        with backend.lock(timeout=60):
            pending = backend.to_apply(_migrations())
            backend.apply_migrations(pending)
            return [migration.id for migration in pending]
    finally:
        backend.connection.close()


def pending_migrations(database_url: str) -> list[str]:
    """The ids of the migrations that the database still lacks."""
    backend = yoyo.get_backend(_yoyo_url(database_url))
    try:
        return [migration.id for migration in backend.to_apply(_migrations())]
    finally:
        backend.connection.close()


def _migrations() -> "yoyo.migrations.MigrationList":
    return yoyo.read_migrations(str(MIGRATIONS_DIR))


def _yoyo_url(database_url: str) -> str:
    # yoyo picks psycopg 3 by this scheme; "postgresql:" alone means psycopg2 to it
    _, _, rest = database_url.partition("://")
    return f"postgresql+psycopg://{rest}"
