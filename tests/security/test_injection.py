"""A text is a text: wherever it is given, it is taken literally or refused, and nothing else happens."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.security.hostile_texts import FORGED, HOSTILE, PATHS
from tests.security.recording import RecordingApi
from tests.sources import sqlite_file
from tests.stack import RunningStack

UNKNOWN = "00000000-0000-4000-8000-000000000000"
KEPT = ("name", "description", "domain", "labels")
REGISTER = f"mutation($i: EndpointInput!) {{ registerEndpoint(input: $i) {{ id {' '.join(KEPT)} }} }}"
DELETE = "mutation($id: ID!) { deleteEndpoint(id: $id) }"
SEARCH = "query($t: String) { endpoints(search: $t, first: 200) { id name } }"

# Each is asked with every hostile text as $t, and answers with nothing or refuses.
READS = {
    "endpoints, search": "query($t: String) { endpoints(search: $t) { id } }",
    "endpoints, labels": "query($t: String!) { endpoints(labels: [$t]) { id } }",
    "endpoints, capability": "query($t: String) { endpoints(capability: $t) { id } }",
    "endpoints, after": "query($t: ID) { endpoints(after: $t) { id } }",
    "endpoint": "query($t: ID!) { endpoint(id: $t) { id } }",
    "collections, endpoint": "query($t: ID) { collections(endpointId: $t) { id } }",
    "collections, after": "query($t: ID) { collections(after: $t) { id } }",
    "collection": "query($t: ID!) { collection(id: $t) { id } }",
    "runs, endpoint": "query($t: ID) { collectionRuns(filter: {endpointId: $t}) { id } }",
    "runs, from": "query($t: DateTime) { collectionRuns(filter: {from: $t}) { id } }",
    "runs, status": "query($t: MetadataCollectionStatus) { collectionRuns(filter: {status: $t}) { id } }",
    "runs, after": "query($t: ID) { collectionRuns(after: $t) { id } }",
    "run": "query($t: ID!) { collectionRun(id: $t) { id } }",
    "datasets, search": "query($t: String) { catalogDatasetConnection(search: $t) { nodes { id } } }",
    "datasets, schema": "query($t: String) { catalogDatasetConnection(schema: $t) { nodes { id } } }",
    "datasets, labels": "query($t: String!) { catalogDatasetConnection(labels: [$t]) { nodes { id } } }",
    "datasets, after": "query($t: ID) { catalogDatasetConnection(after: $t) { nodes { id } } }",
    "dataset": "query($t: ID!) { metadataDataset(id: $t) { id } }",
    "changes, dataset": "query($t: ID) { catalogChanges(datasetId: $t) { nodes { id } } }",
    "changes, after": "query($t: ID) { catalogChanges(after: $t) { nodes { id } } }",
    "preview, cron": "query($t: String!) { schedulePreview(cron: $t) { description } }",
    "preview, zone": 'query($t: String) { schedulePreview(cron: "@daily", timezone: $t) { description } }',
    "audit, after": "query($t: ID) { auditEvents(after: $t) { nodes { id } } }",
    "operation": "query Q { health { status } }",
}
# The same for what would write, were the text not refused.
WRITES = {
    "update": "mutation($t: ID!) { updateEndpoint(id: $t, patch: {}) { id } }",
    "delete": "mutation($t: ID!) { deleteEndpoint(id: $t) }",
    "trigger": "mutation($t: ID!) { triggerCollection(collectionId: $t) { id } }",
    "cancel": "mutation($t: ID!) { cancelCollectionRun(id: $t) { id } }",
    "revoke": "mutation($t: ID!) { revokeApiToken(id: $t) { id } }",
    "cron": f"""mutation($t: String) {{ createCollection(input: {{endpointId: "{UNKNOWN}", scheduleCron: $t}})
        {{ id }} }}""",
    "zone": f"""mutation($t: String) {{ createCollection(input: {{endpointId: "{UNKNOWN}",
        scheduleTimezone: $t}}) {{ id }} }}""",
    "template": 'mutation($t: JSON) { testEndpoint(input: {templateId: "sqlite", parameters: $t}) { ok } }',
}
REFUSALS = {
    "E_BAD_INPUT",
    "E_ENDPOINT_NOT_FOUND",
    "E_COLLECTION_NOT_FOUND",
    "E_RUN_NOT_FOUND",
    "E_DATASET_NOT_FOUND",
}
EVERY_TEXT = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


@pytest.fixture(scope="module", autouse=True)
def collected(api: RecordingApi, file_root: Path) -> None:
    """A source that has been collected: there is something to be found."""
    path = sqlite_file(file_root / "injection.db", "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    endpoint_id = api.register("Collected", "sqlite", {"path": str(path)})["id"]
    assert api.first_run_finished(endpoint_id)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("query", [*READS.values(), *WRITES.values()], ids=[*READS, *WRITES])
def test_a_hostile_argument_finds_nothing_and_changes_nothing(
    query: str, api: RecordingApi, stack: RunningStack
) -> None:
    before = contents(stack)
    for name, text in HOSTILE.items():
        answer = api.raw(query, {"t": text})
        assert codes(answer) <= REFUSALS, name
        if "errors" not in answer:
            assert "health" in str(answer) or not ids(answer), name
    assert contents(stack) == before


@EVERY_TEXT
def test_a_hostile_text_is_kept_and_found_as_it_is_or_refused(text: str, api: RecordingApi) -> None:
    given = {"name": f"<{text}>", "description": text, "domain": text, "labels": [text]}
    answer = api.raw(REGISTER, {"i": {**given, "url": "https://example.com"}})
    if "errors" in answer:
        assert codes(answer) == {"E_BAD_INPUT"}
        assert answer["errors"][0]["extensions"]["fields"]
    else:
        made = answer["data"]["registerEndpoint"]
        found = api.ask(SEARCH, t=given["name"])
        api.ask(DELETE, id=made["id"])
        assert {key: made[key] for key in KEPT} == given
        assert [each["id"] for each in found] == [made["id"]]


@EVERY_TEXT
def test_a_hostile_text_is_no_name_of_an_operation(text: str, api: RecordingApi) -> None:
    body = {"query": "query Q { health { status } }", "operationName": text, "variables": {text: text}}
    assert codes(api.post(json.dumps(body)).json()) == {"E_BAD_INPUT"}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_no_path_leads_out_of_the_allowed_folders(path: str, api: RecordingApi, file_root: Path) -> None:
    answer = api.raw(WRITES["template"], {"t": {"path": f"{file_root}/{path}"}})
    assert codes(answer) <= {"E_BAD_INPUT"}
    assert "errors" in answer or not answer["data"]["testEndpoint"]["ok"]


def test_nobody_writes_lines_into_the_logs(api: RecordingApi, stack: RunningStack) -> None:
    for text in HOSTILE.values():
        api.raw("query($t: ID!) { endpoint(id: $t) { id } }", {"t": text})
        api.get("/" + text.encode("utf-8", "surrogatepass").hex() + "/%0a" + FORGED)
    lines = [
        line
        for file in (stack.data_dir / "logs").iterdir()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert lines
    assert [line for line in lines if line.lstrip().startswith(FORGED)] == []
    assert not {"\x1b", "\x9b"} & set("".join(lines))


def codes(answer: dict[str, Any]) -> set[str]:
    """The codes of the answer's errors."""
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


def ids(answer: object) -> list[str]:
    """Every id in the answer."""
    if isinstance(answer, dict):
        own = [answer["id"]] if "id" in answer else []
        return own + [found for value in answer.values() for found in ids(value)]
    return [found for item in answer for found in ids(item)] if isinstance(answer, list) else []


def contents(stack: RunningStack) -> dict[str, str]:
    """A digest of every table but the audit log, in which refused requests are written down."""
    with psycopg.connect(stack.database_url) as connection:
        names = connection.execute(
            """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relkind IN ('r', 'p') AND relname NOT LIKE 'audit%'"""
        ).fetchall()
        digest = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
        return {
            str(name): str(connection.execute(sql.SQL(digest).format(sql.Identifier(name))).fetchall())
            for (name,) in names
        }
