"""`muster migrate`."""

import click

from app.cli.terminal import Terminal
from app.core.config import SettingError, read_settings


@click.command()
def migrate() -> None:
    """Bring the database to the schema this version needs. Safe to run twice, and from several machines."""
    settings = read_settings()
    if settings.database_url is None:
        raise SettingError("DATABASE_URL is required: the PostgreSQL database of this deployment.")
    import psycopg

    from app.core.db.migrate import migrate as apply_migrations

    terminal = Terminal()
    try:
        applied = apply_migrations(settings.database_url)
    except psycopg.OperationalError as error:
        terminal.fail(f"DATABASE_URL: {error}")
        raise SystemExit(1) from None
    for migration in applied:
        terminal.say(f"applied {migration}")
    terminal.say("The database is up to date.")
