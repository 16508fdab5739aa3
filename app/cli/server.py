"""The running server that a command is for."""

from app.cli.api_client import ApiClient
from app.cli.ports import browser_url
from app.cli.stack import address_file
from app.core.config import Settings, read_settings
from app.core.environment import SettingError


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
