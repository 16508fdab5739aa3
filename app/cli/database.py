"""A command's own connection to Muster's database."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.cli.errors import StartError
from app.core.config import Settings
from app.core.environment import SettingError

if TYPE_CHECKING:
    from app.core.db.rows import Conn


def forget_foreign_database(settings: Settings) -> None:
    """Drop PG* variables: libpq reads them beside every address, and would redirect ours."""
    if not settings.database_given:
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]


def check_address(database_url: str) -> None:
    """Raises StartError when PostgreSQL's library cannot read the address."""
    import psycopg

    try:
        psycopg.conninfo.conninfo_to_dict(database_url)
    except psycopg.ProgrammingError:
        # libpq quotes the address, password and all, when it cannot read it
        raise StartError("DATABASE_URL is not an address that PostgreSQL's library can read.") from None


@contextmanager
def connected(database_url: str) -> Iterator["Conn"]:
    """An autocommit connection. Raises StartError when there is none, or the database is not migrated."""
    import psycopg

    check_address(database_url)
    try:
        with psycopg.connect(database_url, autocommit=True, application_name="muster-cli") as connection:
            yield connection
    except psycopg.errors.UndefinedTable:
        raise StartError("The database is not migrated: run muster migrate.") from None
    except psycopg.Error as error:
        raise StartError(f"The database cannot be used: {error}") from None


def refuse_wrong_keys(database_url: str, keys: Iterable[str], *, forget: bool = False) -> None:
    """Raises SettingError when none of `keys` opens what the database holds, StartError as `connected`.

    `forget`: the keys that fit are lost, and what they sealed is given up.
    """
    from app.core.db.secret_keys import WrongKeys, check_keys

    with connected(database_url) as conn:
        try:
            check_keys(conn, keys, forget=forget)
        except WrongKeys as error:
            raise SettingError(str(error)) from None
