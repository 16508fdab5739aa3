"""Source URLs, as `muster collect` takes them, turned into a template's parameters."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SCHEMES = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}
_QUERY_PARAMETERS = {"sslmode": "ssl_mode", "ssl_mode": "ssl_mode", "host": "host"}


class BadSourceUrl(Exception):
    """The URL names no source; the message says why and quotes nothing that could be a password."""


def parse_source_url(url: str, password: str | None = None) -> tuple[str, dict[str, Any]]:
    """The template id and the connection parameters of a URL. User name, password and database are
    percent-decoded; `password` is used when the URL has none. Raises BadSourceUrl."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSourceUrl("The URL cannot be understood: check the port and any brackets.") from None
    template_id = SCHEMES.get(parts.scheme)
    if template_id is None:
        raise BadSourceUrl(f"The URL must begin with one of {', '.join(f'{s}://' for s in SCHEMES)}")
    if template_id == "sqlite":
        return template_id, {"path": _sqlite_path(parts)}
    given: dict[str, Any] = {
        "host": unquote(parts.hostname or ""),
        "port": port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password) if parts.password is not None else password,
        "database": unquote(parts.path.removeprefix("/")),
        **_query_parameters(parts.query),
    }
    parameters = {key: value for key, value in given.items() if value not in {None, ""}}
    for key in ("host", "username") if template_id == "mysql" else ("host", "username", "database"):
        if key not in parameters:
            raise BadSourceUrl(f"The URL names no {key}: {parts.scheme}://USER:PASSWORD@HOST:PORT/DATABASE")
    return template_id, parameters


def _sqlite_path(parts: SplitResult) -> str:
    path = Path("/" + unquote(parts.netloc + parts.path).lstrip("/"))
    relative = Path(str(path).removeprefix("/"))
    # Three slashes and a relative path is how others write it; an absolute path that is there comes first.
    return str(path if path.exists() or not relative.exists() else relative.resolve())


def _query_parameters(query: str) -> dict[str, str]:
    found = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in _QUERY_PARAMETERS:
            raise BadSourceUrl(f"The URL has a parameter that is not known: {key}")
        found[_QUERY_PARAMETERS[key]] = value
    return found
