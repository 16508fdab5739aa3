"""`muster up`."""

import os

import click

from app.cli.errors import StartError
from app.cli.signals import StopSignals
from app.cli.stack import Stack, sole_user_of
from app.cli.terminal import Terminal
from app.core.config import read_settings


@click.command()
def up() -> None:
    """Run everything on this machine: database, Temporal, web and worker.

    What DATABASE_URL and TEMPORAL_ADDRESS (or a Temporal profile) name is used instead of the embedded parts.
    """
    settings = read_settings()
    if not settings.database_given:
        # libpq reads these beside every address; meant for another database, they would redirect ours
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]
    os.umask(0o077)
    terminal = Terminal()
    try:
        with sole_user_of(settings.data_dir), StopSignals() as signals:
            Stack(settings, signals, terminal).run()
    except StartError as error:
        terminal.fail(str(error))
        raise SystemExit(1) from None
