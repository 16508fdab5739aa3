"""Muster's GraphQL API as a client sees it; the standard library only."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

# registering an endpoint tests it first, which may take 20 s
TIMEOUT_SECONDS = 30.0


class ApiError(Exception):
    """An answer that is an error. `code` is its E_… code, None when there was no GraphQL answer at all."""

    def __init__(self, message: str, code: str | None = None, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.extra = dict(extra or {})


class ApiUnreachable(ApiError):
    """Nobody answered, or not in time."""


class ApiClient:
    """Asks the server at `base_url` with a token."""

    def __init__(self, base_url: str, token: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ApiError(f"{base_url} is not an http(s) address.")
        self._base_url = base_url.rstrip("/")
        self._parts = parts
        self._token = token
        self._timeout_seconds = timeout_seconds

    def execute(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The `data` of the answer. Raises ApiError for its first error, ApiUnreachable when none came."""
        return dict(self._post("/graphql", {"query": query, "variables": variables or {}}, "data"))

    def create_sign_in_link(self) -> str:
        """An address that signs a browser in, once. Raises ApiError, ApiUnreachable when no answer came."""
        return str(self._post("/auth/link", {}, "url"))

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a plain GET. Raises ApiUnreachable."""
        return self._request("GET", path, None, {})

    def _post(self, path: str, body: Mapping[str, Any], wanted: str) -> Any:
        """The value of the answer's key `wanted`."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        status, text = self._request("POST", path, json.dumps(body), headers)
        try:
            answer = json.loads(text)
            errors, value = answer.get("errors"), answer.get(wanted)
        except (ValueError, AttributeError):
            errors = value = None
        if errors:
            extensions = errors[0].get("extensions") or {}
            raise ApiError(errors[0].get("message", "unknown error"), extensions.get("code"), extensions)
        if value is None:
            raise ApiError(f"{self._base_url} answered with HTTP {status} and no {wanted}: is it Muster?")
        return value

    def _request(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, str]:
        # http.client and not urllib.request: a proxy of the environment must not see a local server's token
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=self._timeout_seconds)
        try:
            connection.request(method, f"{self._parts.path.rstrip('/')}{path}", body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise ApiUnreachable(f"{self._base_url} does not answer: {error}") from None
        finally:
            connection.close()
