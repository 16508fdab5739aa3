"""`muster migrate`."""

import click

from app.cli.database import check_address, refuse_wrong_keys
from app.cli.errors import StartError
from app.cli.terminal import Terminal
from app.core.config import read_settings, require_secret_keys
from app.core.environment import SettingError


@click.command()
@click.option("--forget-secrets", is_flag=True, help="The secret keys are lost: give up what they sealed.")
def migrate(forget_secrets: bool) -> None:
    """Bring the database to the schema this version needs. Safe to run twice, and from several machines.

    When MUSTER_SECRET_KEYS is given too, keys that do not fit the database are refused.
    """
    settings = read_settings()
    if settings.database_url is None:
        raise SettingError("DATABASE_URL is required: the PostgreSQL database of this deployment.")
    terminal = Terminal()
    try:
        migrate_database(settings.database_url, terminal)
        if settings.secret_keys or forget_secrets:
            require_secret_keys(settings)
            refuse_wrong_keys(settings.database_url, settings.secret_keys, forget=forget_secrets)
    except StartError as error:
        terminal.fail(str(error))
        raise SystemExit(1) from None
    terminal.say("The database is up to date.")


def migrate_database(database_url: str, terminal: Terminal) -> None:
    """Apply what is missing, and say what that was. Raises StartError when the database cannot be used."""
    import psycopg
    from yoyo.exceptions import LockTimeout

    from app.core.db.migrate import migrate as apply_migrations

    check_address(database_url)
    try:
        applied = apply_migrations(database_url)
    except LockTimeout:
        raise StartError("Another process has been migrating this database for a minute.") from None
    except psycopg.Error as error:
        raise StartError(f"The database cannot be migrated: {error}") from None
    for migration in applied:
        terminal.say(f"Migrated the database: {migration}.")
