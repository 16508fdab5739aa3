"""`muster token`: the API tokens of a running server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from app.cli.server import connect, telling_refusals, url_option
from app.core.domain.auth import Role

FIELDS = "id name role createdAt lastUsedAt expiresAt revokedAt"
CREATE = f"""
mutation ($name: String!, $role: Role!, $expiresAt: DateTime) {{
  createApiToken(name: $name, role: $role, expiresAt: $expiresAt) {{ token apiToken {{ {FIELDS} }} }}
}}
"""
LIST = f"{{ apiTokens {{ {FIELDS} }} }}"
REVOKE = f"mutation ($id: ID!) {{ revokeApiToken(id: $id) {{ {FIELDS} }} }}"
COLUMNS = ("ID", "ROLE", "STATE", "LAST USED", "EXPIRES", "NAME")


@click.group()
def token() -> None:
    """Make, list and revoke API tokens, through the API of a running server."""


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter("write it like 2027-01-31T00:00:00Z, with an offset or Z.")
    return moment.isoformat()


@token.command()
@click.argument("name")
@click.option("--role", type=click.Choice([*Role], case_sensitive=False), required=True)
@click.option("--expires", metavar="ISO", callback=_moment, help="When it ends. [default: never]")
@url_option
@telling_refusals
def create(name: str, role: Role, expires: str | None, url: str | None) -> None:
    """Make a token called NAME and print it, this once, on standard output."""
    variables = {"name": name, "role": role, "expiresAt": expires}
    made = connect(url).execute(CREATE, variables)["createApiToken"]
    click.echo(made["token"])
    stored = made["apiToken"]
    click.echo(f"Token “{stored['name']}” ({stored['role']}) has the id {stored['id']}.", err=True)
    click.echo("Keep its value: it is not shown again.", err=True)


@token.command(name="list")
@url_option
@telling_refusals
def list_tokens(url: str | None) -> None:
    """List all tokens, newest first."""
    now = datetime.now(UTC)
    rows = [_row(each, now) for each in connect(url).execute(LIST)["apiTokens"]]
    for line in _aligned([COLUMNS, *rows]):
        click.echo(line)


@token.command()
@click.argument("token_id", metavar="ID")
@url_option
@telling_refusals
def revoke(token_id: str, url: str | None) -> None:
    """Revoke the token ID: no process takes it any more."""
    revoked = connect(url).execute(REVOKE, {"id": token_id})["revokeApiToken"]
    click.echo(f"Token “{revoked['name']}” is revoked.", err=True)


def _row(found: Mapping[str, Any], now: datetime) -> Sequence[str]:
    expires = found["expiresAt"]
    state = "valid"
    if found["revokedAt"] is not None:
        state = "revoked"
    elif expires is not None and datetime.fromisoformat(expires) <= now:
        state = "expired"
    used, ends = _to_minutes(found["lastUsedAt"]), _to_minutes(expires)
    return found["id"], found["role"], state, used or "never", ends or "never", found["name"]


def _to_minutes(moment: str | None) -> str | None:
    return None if moment is None else f"{moment[:16]}Z"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
