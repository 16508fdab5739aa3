"""However many rows a list has, its nested fields take the same number of SQL statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.api.conftest import Muster
from tests.api.seed import Seed

LISTS = {
    "collections": """{ collections(first: 60) {
        id endpoint { name } lastRun { status } activeRun { status } runs(first: 2) { id } nextRunsAt } }""",
    "endpoints": """{ endpoints(first: 60) {
        id datasetCount runs(limit: 3) { id endpoint { id } }
        collections { lastRun { status } activeRun { status } endpoint { name } } } }""",
    "endpointsConnection": """{ endpointsConnection(first: 60) {
        totalCount pageInfo { hasNextPage } edges { cursor node { collections { id } } } } }""",
    "runs": "{ collectionRuns(first: 60) { id endpoint { name } collection { isEnabled lastRun { id } } } }",
    "collectionsConnection": """{ collectionsConnection(first: 60, search: "e") {
        totalCount nodes { scheduleDescription endpoint { name } lastRun { status } } } }""",
    "runsWithSteps": "{ collectionRuns(first: 60) { id steps { name state attempts } } }",
    "runsWithChangesAndLogs": """{ collectionRuns(first: 60) {
        id changes(first: 2) { totalCount nodes { kind dataset { id } } }
        all: changes { nodes { id } pageInfo { hasNextPage } }
        logs(first: 2) { message } errors: logs(level: "ERROR") { id } } }""",
    "overview": """{ overview {
        since endpointsTotal endpointsFailing last24h { status count }
        failing(first: 60) { id endpoint { name } lastRun { error steps { state } } } } }""",
    "runTimeline": """{ runTimeline(from: "2026-11-01T00:00:00Z", to: "2026-11-03T00:00:00Z") {
        endpointName omitted runs { id status } runColumns } }""",
    "upcomingRuns": "{ upcomingRuns(first: 60) { at endpointName } }",
    "datasets": """{ catalogDatasetConnection(first: 60) { totalCount nodes {
        id sourceEndpoint { name } lastCollectionRun { status } foreignKeys { toDatasetId } } } }""",
    "lineage": """{ catalogDatasetConnection(first: 60) { nodes { lineageNote
        upstream(depth: 3) { nodes { depth dataset { displayName } } edges { fromId columns { fromColumn } } }
        downstream(depth: 3) { nodes { dataset { sourceEndpoint { name } } } edges { toId } }
        referencedBy(first: 5) { name dataset { displayName } } } } }""",
    "datasetsWithVersions": """{ catalogDatasetConnection(first: 60) { nodes {
        versions(first: 3) { version fields { name } changes { kind } } observations { at } } } }""",
    "runsWithFailedObjects": """{ collectionRuns(first: 60) {
        id failedObjects(first: 1) { totalCount nodes { entity reason } pageInfo { hasNextPage } } } }""",
    "heldRemovals": """{ heldRemovals(first: 60) {
        count liveCount run { id } endpoint { name }
        datasets(first: 1) { totalCount nodes { entity sourceEndpoint { name } } } } }""",
    "searchedDatasets": """{ catalogDatasetConnection(first: 60, search: "line") {
        totalCount facets { kinds { count } endpoints { label } schemas { value } labels { value } }
        nodes { id match { field text } sourceEndpoint { name } lastCollectionRun { status } } } }""",
    "changes": """{ catalogChanges(first: 60) { totalCount nodes {
        kind dataset { displayName sourceEndpoint { name } lastCollectionRun { id } } } } }""",
}


@pytest.fixture
def statements(muster: Muster, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that psycopg's cursors execute in this process, from now on."""
    muster.ask("{ viewer { name } }")  # a process compares its secret keys with the database once
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(cursor: psycopg.Cursor[Any], query: bytes | str, *args: Any, **kwargs: Any) -> object:
        seen.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    return seen


@pytest.mark.parametrize("query", LISTS.values(), ids=LISTS.keys())
def test_a_list_takes_as_many_statements_for_50_rows_as_for_3(
    query: str, muster: Muster, seed: Seed, statements: list[str]
) -> None:
    fill(seed, range(3))
    few = measure(muster, query, statements)
    fill(seed, range(3, 50))
    many = measure(muster, query, statements)
    assert few == many, "a nested field is read row by row: give app.api.reads a batch for it"


def test_the_total_is_counted_only_when_asked_for(muster: Muster, seed: Seed, statements: list[str]) -> None:
    fill(seed, range(3))
    without = measure(muster, "{ endpointsConnection { nodes { id } } }", statements)
    with_total = measure(muster, "{ endpointsConnection { nodes { id } totalCount } }", statements)
    assert with_total == without + 1


def measure(muster: Muster, query: str, statements: list[str]) -> int:
    with only_new(statements) as new:
        muster.ask(query)
    return len(new)


@contextmanager
def only_new(statements: list[str]) -> Iterator[list[str]]:
    new: list[str] = []
    before = len(statements)
    yield new
    new.extend(text for text in statements[before:] if text.strip())


def fill(seed: Seed, numbers: range) -> None:
    """For each number an endpoint with a collection that fails, an active run, two datasets, a change."""
    for number in numbers:
        endpoint = seed.endpoint(f"E{number}", number)
        collection = seed.collection(endpoint, number, schedule_cron="0 3 * * *")
        finished = seed.run(endpoint, collection, number)
        seed.run(endpoint, collection, number + 1, status="FAILED")
        seed.run(endpoint, collection, number + 2, status="QUEUED")
        parent = seed.dataset(endpoint, "orders", finished, number)
        key = {
            "name": "fk",
            "columns": ["id"],
            "to_schema": "public",
            "to_name": "orders",
            "to_columns": ["id"],
        }
        lines = seed.dataset(endpoint, "lines", finished, number, foreign_keys=[key])
        view = seed.dataset(endpoint, "view", finished, number)
        seed.lineage(seed.dataset(endpoint, "above", finished, number), "view")
        seed.lineage(view, "orders", "lines")
        for place, dataset in enumerate((parent, lines), start=1):
            seed.version(dataset, finished, number)
            seed.failed_object(finished, place, f"broken_{place}")
            seed.held_removal(endpoint, dataset, finished, number)
        seed.change(endpoint, parent, finished, number)
        seed.log_line(finished, "Begun")
