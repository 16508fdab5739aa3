"""A text is a text: wherever it is given, it is taken literally or refused, and nothing else happens."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from app.cli.embedded_postgres import EmbeddedPostgres
from tests.api.conftest import Muster, running_muster
from tests.api.seed import Seed
from tests.conftest import fresh_database
from tests.security.hostile_texts import HOSTILE

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
    "parameters": 'mutation($t: JSON) { testEndpoint(input: {templateId: "sqlite", parameters: $t}) { ok } }',
}
REFUSALS = {
    "E_BAD_INPUT",
    "E_ENDPOINT_NOT_FOUND",
    "E_COLLECTION_NOT_FOUND",
    "E_RUN_NOT_FOUND",
    "E_DATASET_NOT_FOUND",
}
EVERY_TEXT = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


@pytest.fixture(scope="module")
def filled(postgres_cluster: EmbeddedPostgres, template_database: str) -> Iterator[Muster]:
    """An application that has one thing of each kind: there is something to be found."""
    with fresh_database(postgres_cluster, template_database) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            seed = Seed(connection)
            endpoint = seed.endpoint()
            run = seed.run(endpoint, seed.collection(endpoint))
            # no word of the texts begins a word of its comment: the search would be right to find it
            seed.change(endpoint, seed.dataset(endpoint, "journal", run), run)
        with running_muster(url) as running:
            running.ask("{ health { status } }")  # what a first request leaves in the database is there
            yield running


@pytest.mark.parametrize("query", [*READS.values(), *WRITES.values()], ids=[*READS, *WRITES])
def test_a_hostile_argument_finds_nothing_and_changes_nothing(query: str, filled: Muster) -> None:
    before = contents(filled)
    for name, text in HOSTILE.items():
        answer = filled.post({"query": query, "variables": {"t": text}})
        assert codes(answer) <= REFUSALS, name
        if "errors" not in answer:
            assert "health" in str(answer) or not ids(answer), name
    assert contents(filled) == before


@EVERY_TEXT
def test_a_hostile_text_is_kept_and_found_as_it_is_or_refused(text: str, filled: Muster) -> None:
    given = {"name": f"<{text}>", "description": text, "domain": text, "labels": [text]}
    variables = {"i": {**given, "url": "https://example.com"}}
    answer = filled.post({"query": REGISTER, "variables": variables})
    if "errors" in answer:
        assert codes(answer) == {"E_BAD_INPUT"}
        assert answer["errors"][0]["extensions"]["fields"]
    else:
        made = answer["data"]["registerEndpoint"]
        found = filled.ask(SEARCH, t=given["name"])
        filled.ask(DELETE, id=made["id"])
        assert {key: made[key] for key in KEPT} == given
        assert [each["id"] for each in found] == [made["id"]]


@EVERY_TEXT
def test_a_hostile_text_is_no_name_of_an_operation(text: str, filled: Muster) -> None:
    body = {"query": "query Q { health { status } }", "operationName": text, "variables": {text: text}}
    assert codes(filled.post(body)) == {"E_BAD_INPUT"}


def codes(answer: dict[str, Any]) -> set[str]:
    """The codes of the answer's errors."""
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


def ids(answer: object) -> list[str]:
    """Every id in the answer."""
    if isinstance(answer, dict):
        own = [answer["id"]] if "id" in answer else []
        return own + [found for value in answer.values() for found in ids(value)]
    return [found for item in answer for found in ids(item)] if isinstance(answer, list) else []


def contents(muster: Muster) -> dict[str, Any]:
    """A digest of every table but the audit log, in which refused requests are written down."""
    names = muster.select(
        """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
           AND relkind IN ('r', 'p') AND relname NOT LIKE 'audit%'"""
    )
    digest = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    return {
        name: muster.connection.execute(sql.SQL(digest).format(sql.Identifier(name))).fetchall()
        for (name,) in names
    }
