"""`muster web`."""

import click

from app.cli.errors import StartError
from app.cli.ports import bound_address, open_listener
from app.cli.services import become, service_environment, web_command
from app.cli.terminal import Terminal
from app.core.config import read_service_settings


@click.command()
def web() -> None:
    """Run the web process alone, in the foreground; any number may share one database and one Temporal."""
    settings = read_service_settings()
    terminal = Terminal()
    try:
        listener = open_listener(settings, terminal.say)
    except StartError as error:
        terminal.fail(str(error))
        raise SystemExit(1) from None
    listener.set_inheritable(True)
    environment = service_environment(settings, MUSTER_BIND=bound_address(listener))
    become(web_command(settings, listener.fileno()), environment)
