"""The running server that a command is for."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from app.cli.api_client import ApiClient, ApiError
from app.cli.ports import browser_url
from app.cli.stack import address_file
from app.core.config import Settings, read_settings
from app.core.environment import SettingError

P = ParamSpec("P")

url_option = click.option(
    "--url", envvar="MUSTER_URL", help="The server's address. [default: the one of MUSTER_BIND]"
)


def telling_refusals(command: Callable[P, None]) -> Callable[P, None]:
    """`command`, which says what the API refuses and why, and then ends with exit code 1."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ApiError as error:
            raise click.ClickException(f"{error.code}: {error}" if error.code else str(error)) from None

    return told


def connect(url: str | None) -> ApiClient:
    """A client of the server at `url`, else of the one the settings tell of, with the admin token.

    Raises SettingError without a token, ApiError when `url` is no address.
    """
    settings = read_settings()
    if settings.admin_token is None:
        raise SettingError("MUSTER_ADMIN_TOKEN is required: there is no admin-token file in MUSTER_DATA_DIR.")
    return ApiClient(url or _server_url(settings), settings.admin_token)


def _server_url(settings: Settings) -> str:
    if not settings.bind_given:
        try:
            return address_file(settings.data_dir).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            pass  # no `muster up` runs on this data directory: the default address is the best guess
    return browser_url(settings.bind)
