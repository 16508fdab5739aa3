"""A client of Muster's public GraphQL API, as any program outside would write one."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

TERMINAL = {"SUCCEEDED", "PARTIAL", "FAILED", "SKIPPED", "CANCELED"}

RUN_FIELDS = """id status trigger requestedAt scheduledFor startedAt completedAt durationMs attempt
  error errorCode skipReason workflowId temporalRunId endpointId collectionId
  stats { seen added changed unchanged removed failed filtered columns }"""


class GraphQLError(Exception):
    """The answer had errors; `code` and `extensions` are those of the first."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(json.dumps(errors)[:2000])
        self.errors = errors
        self.extensions: dict[str, Any] = errors[0].get("extensions", {})
        self.code: str = self.extensions.get("code", "")


@dataclass(frozen=True)
class Api:
    """Speaks to one Muster; every call opens a connection of its own, so it may be shared by threads."""

    url: str
    token: str = field(repr=False)

    def raw(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer as it came."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        try:
            connection.request(
                "POST",
                "/graphql",
                json.dumps({"query": query, "variables": variables or {}}),
                {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
            )
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
            assert response.status == 200, answer
            return answer
        finally:
            connection.close()

    def ask(self, query: str, **variables: Any) -> Any:
        """The value of the only field asked for. Raises GraphQLError."""
        answer = self.raw(query, variables)
        if answer.get("errors"):
            raise GraphQLError(answer["errors"])
        (value,) = answer["data"].values()
        return value

    def register(self, name: str, template: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Register an endpoint; answers id and the id of its collection."""
        endpoint: dict[str, Any] = self.ask(
            "mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id collections { id } } }",
            i={"name": name, "config": {"templateId": template, "parameters": parameters}},
        )
        return {"id": endpoint["id"], "collection": endpoint["collections"][0]["id"]}

    def trigger(self, collection_id: str, schemas: list[str] | None = None) -> str:
        run = self.ask(
            """mutation($c: ID!, $s: [String!]) {
              triggerCollection(collectionId: $c, schemaOverride: $s) { id } }""",
            c=collection_id,
            s=schemas,
        )
        return str(run["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        run: dict[str, Any] = self.ask(
            f"query($id: ID!) {{ collectionRun(id: $id) {{ {RUN_FIELDS} }} }}", id=run_id
        )
        return run

    def runs(self, **run_filter: Any) -> list[dict[str, Any]]:
        query = f"""query($f: MetadataCollectionRunFilter) {{
          collectionRuns(filter: $f, first: 200) {{ {RUN_FIELDS} }} }}"""
        runs: list[dict[str, Any]] = self.ask(query, f=run_filter)
        return runs

    def finished(self, run_id: str, within_seconds: float = 60) -> dict[str, Any]:
        """The run once it is terminal."""
        return until(lambda: _if_terminal(self.run(run_id)), within_seconds, f"run {run_id} to end")

    def first_run_finished(self, endpoint_id: str) -> dict[str, Any]:
        """The registration's run once it is terminal."""
        (run,) = self.runs(endpointId=endpoint_id, trigger="REGISTRATION")
        return self.finished(run["id"])


def until(probe: Callable[[], T | None], within_seconds: float, what: str) -> T:
    """Ask until the answer is there. Raises AssertionError naming `what` when the time is over."""
    deadline = time.monotonic() + within_seconds
    pause = 0.05
    while True:
        value = probe()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {within_seconds} s for {what}"
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)


def _if_terminal(run: dict[str, Any]) -> dict[str, Any] | None:
    return run if run["status"] in TERMINAL else None
