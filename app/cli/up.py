"""`muster up`."""

import os

import click

from app.cli.database import forget_foreign_database
from app.cli.errors import StartError
from app.cli.signals import StopSignals
from app.cli.stack import Stack, sole_user_of
from app.cli.terminal import Terminal
from app.core.config import read_settings


@click.command()
@click.option("--forget-secrets", is_flag=True, help="The secret keys are lost: give up what they sealed.")
def up(forget_secrets: bool) -> None:
    """Run everything on this machine: database, Temporal, web and worker.

    What DATABASE_URL and TEMPORAL_ADDRESS (or a Temporal profile) name is used instead of the embedded parts.
    """
    settings = read_settings()
    forget_foreign_database(settings)
    os.umask(0o077)
    terminal = Terminal()
    try:
        with sole_user_of(settings.data_dir), StopSignals() as signals:
            Stack(settings, signals, terminal, forget_secrets=forget_secrets).run()
    except StartError as error:
        terminal.fail(str(error))
        raise SystemExit(1) from None
