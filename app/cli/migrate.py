"""`muster migrate`."""

import click

from app.cli.errors import StartError
from app.cli.terminal import Terminal
from app.core.config import read_settings
from app.core.environment import SettingError


@click.command()
def migrate() -> None:
    """Bring the database to the schema this version needs. Safe to run twice, and from several machines."""
    settings = read_settings()
    if settings.database_url is None:
        raise SettingError("DATABASE_URL is required: the PostgreSQL database of this deployment.")
    terminal = Terminal()
    try:
        migrate_database(settings.database_url, terminal)
    except StartError as error:
        terminal.fail(str(error))
        raise SystemExit(1) from None
    terminal.say("The database is up to date.")


def migrate_database(database_url: str, terminal: Terminal) -> None:
    """Apply what is missing, and say what that was. Raises StartError when the database cannot be used."""
    import psycopg
    from yoyo.exceptions import LockTimeout

    from app.core.db.migrate import migrate as apply_migrations

    try:
        psycopg.conninfo.conninfo_to_dict(database_url)
    except psycopg.ProgrammingError:
        # libpq quotes the address, password and all, when it cannot read it
        raise StartError("DATABASE_URL is not an address that PostgreSQL's library can read.") from None
    try:
        applied = apply_migrations(database_url)
    except LockTimeout:
        raise StartError("Another process has been migrating this database for a minute.") from None
    except psycopg.Error as error:
        raise StartError(f"The database cannot be migrated: {error}") from None
    for migration in applied:
        terminal.say(f"Migrated the database: {migration}.")
