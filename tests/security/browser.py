"""A browser that has signed in."""

import requests

from tests.security.recording import TIMEOUT_SECONDS


class Browser:
    """Signs in with a token at once; one connection is kept for all its requests."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        self.request("POST", "/auth/sign-in", json={"token": token}).raise_for_status()
        self._session.headers["X-CSRF-Token"] = self.csrf_token

    @property
    def csrf_token(self) -> str:
        """What a page of this session sends along."""
        return str(self.request("GET", "/auth/session").json()["csrfToken"])

    @property
    def cookie(self) -> str:
        """The value of the session's cookie."""
        [value] = self._session.cookies.get_dict().values()
        return value

    def request(self, method: str, path: str, **given: object) -> requests.Response:
        """A request with the session's cookie."""
        return self._session.request(method, self._url + path, timeout=TIMEOUT_SECONDS, **given)  # type: ignore[arg-type]
