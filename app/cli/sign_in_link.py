"""`muster sign-in-link`."""

import click

from app.cli.server import connect, telling_refusals, url_option


@click.command()
@url_option
@telling_refusals
def sign_in_link(url: str | None) -> None:
    """Print an address that signs a browser in as the administrator: once, within 15 minutes."""
    click.echo(connect(url).create_sign_in_link())
