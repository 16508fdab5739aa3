"""Where people reach Muster, and whether a request comes from a page of there."""

from urllib.parse import urlsplit

from flask import Request

from app.core.errors import AuthRequired

DEFAULT_PORTS = {"http": 80, "https": 443}


class PublicAddress:
    """The address of the settings; without one, the address that each request asks for."""

    def __init__(self, url: str | None) -> None:
        """`url` is an http(s) address without a slash at its end."""
        self._url = url

    def base(self, request: Request) -> str:
        """The address of the start page, without the slash at its end."""
        return self._url or f"{request.scheme}://{request.host}"

    @property
    def start_page(self) -> str:
        """The path of the start page, with the slash at its end."""
        return f"{urlsplit(self._url or '').path}/"

    def is_secure(self, request: Request) -> bool:
        """Whether the browser speaks HTTPS to Muster, or to what stands before it."""
        return request.is_secure or self.base(request).startswith("https:")

    def check_same_origin(self, request: Request) -> None:
        """Raises AuthRequired when the request comes from a page of another origin.

        Browsers say which page a POST comes from; what says nothing is no browser.
        """
        source = request.headers.get("Origin", request.headers.get("Referer"))
        if source is not None and _origin(source) != _origin(self.base(request)):
            raise AuthRequired(
                "This request comes from another site than Muster's own: it is not carried out."
            )


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what has none, like the Origin “null”."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None
