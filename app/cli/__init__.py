"""The `muster` command. Each subcommand is a module of its own, imported when it is used."""

from importlib import import_module
from typing import Any

import click

COMMANDS = ("up", "web", "worker", "migrate", "collect", "trigger", "token", "sign-in-link", "rotate-keys")


class LazyGroup(click.Group):
    """Finds the command `x-y` as `app.cli.x_y.x_y`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command = getattr(import_module(f"app.cli.{name}"), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        from app.core.environment import SettingError

        try:
            return super().invoke(ctx)
        except SettingError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster")
def main() -> None:
    """Muster: scheduled metadata collection for every data source you have."""
