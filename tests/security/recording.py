"""A client that keeps every answer, head and body, as it came."""

import json
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.acceptance.api import Api

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class RecordingApi(Api):
    """As Api; `answers` holds all that Muster said to it."""

    answers: list[bytes] = field(default_factory=list, repr=False)

    def raw(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer as it came."""
        response = self.post(json.dumps({"query": query, "variables": variables or {}}))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def post(self, body: str | bytes, content_type: str = "application/json") -> requests.Response:
        """Any body at all, to /graphql; whatever comes back."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        data = body.encode() if isinstance(body, str) else body
        url = f"{self.url}/graphql"
        return self.keep(requests.post(url, data, headers=headers, timeout=TIMEOUT_SECONDS))

    def get(self, path: str) -> requests.Response:
        """A page; no redirect is followed."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.url + path
        return self.keep(requests.get(url, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False))

    def keep(self, response: requests.Response) -> requests.Response:
        """The response, which will be searched."""
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        self.answers.append(head.encode() + b"\n\n" + response.content)
        return response
