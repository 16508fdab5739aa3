"""A browser as Muster sees it: it keeps a cookie, and says which page a request comes from."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import TOKEN, Muster

VIEWER = "{ viewer { name role } }"


@dataclass(frozen=True)
class Browser:
    """One browser, with cookies of its own, on the pages of `origin`."""

    client: FlaskClient
    origin: str = "http://localhost"

    def sign_in(self, token: str = TOKEN, **headers: str) -> TestResponse:
        """Sign in by the form."""
        return self.post("/auth/sign-in", {"token": token}, {"Origin": self.origin, **headers})

    def sign_out(self) -> TestResponse:
        """Sign out by the button."""
        return self.post("/auth/sign-out", {}, self.own_headers())

    def session(self) -> dict[str, Any]:
        """What GET /auth/session answers."""
        response = self.client.get("/auth/session", base_url=self.origin)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.get_json()
        return found

    def viewer(self) -> dict[str, str] | None:
        """Whom the API takes this browser for."""
        answer = self.graphql(VIEWER).get_json()
        if "errors" in answer:
            assert [error["extensions"] for error in answer["errors"]] == [{"code": "E_AUTH_REQUIRED"}]
            return None
        found: dict[str, str] = answer["data"]["viewer"]
        return found

    def graphql(self, query: str, headers: dict[str, str] | None = None) -> TestResponse:
        """A request to the API, as the pages of Muster send it unless `headers` are given."""
        return self.post("/graphql", {"query": query}, self.own_headers() if headers is None else headers)

    def own_headers(self) -> dict[str, str]:
        """What the pages of Muster send with the cookie."""
        return {"Origin": self.origin, "X-CSRF-Token": self.session()["csrfToken"] or ""}

    def post(self, path: str, body: Any, headers: dict[str, str]) -> TestResponse:
        """A request with exactly these headers, and the cookie."""
        return self.client.post(path, json=body, headers=headers, base_url=self.origin)

    @property
    def cookie(self) -> str | None:
        """The value of the session cookie."""
        name = "__Host-muster_session" if self.origin.startswith("https:") else "muster_session"
        found = self.client.get_cookie(name, self.origin.partition("//")[2])
        return None if found is None else found.value

    def bring(self, value: str) -> "Browser":
        """This browser, with the cookie `value`."""
        self.client.set_cookie("muster_session", value)
        return self


def browser_of(muster: Muster, origin: str = "http://localhost") -> Browser:
    """A browser that nobody has used yet."""
    return Browser(muster.client.application.test_client(), origin)


def error_code(response: TestResponse) -> str:
    """The code of the only error."""
    (error,) = response.get_json()["errors"]
    return str(error["extensions"]["code"])
