"""`muster worker`."""

import click

from app.cli.services import become, service_environment, worker_command
from app.core.config import read_service_settings


@click.command()
def worker() -> None:
    """Run a worker alone, in the foreground; any number may share one database and one Temporal."""
    become(worker_command(), service_environment(read_service_settings()))
