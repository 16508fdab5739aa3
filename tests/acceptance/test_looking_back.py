"""A source that changes five times: the catalog as it was after each run, and any two of them compared."""

from itertools import pairwise
from typing import Any

import pytest

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.sources import PostgresServer

CHANGES = (
    "ALTER TABLE orders ADD COLUMN total numeric(10, 2)",
    "ALTER TABLE orders ALTER COLUMN total TYPE bigint; DROP TABLE customers",
    "CREATE TABLE clients (id int PRIMARY KEY, name text, city text)",
    "ALTER TABLE clients RENAME TO client; COMMENT ON TABLE orders IS 'What was bought'",
    "CREATE TABLE customers (id int PRIMARY KEY); ALTER TABLE orders DROP COLUMN placed",
)
STATES: tuple[dict[str, list[str]], ...] = (
    {"orders": ["id integer", "placed date"], "customers": ["id integer"]},
    {"orders": ["id integer", "placed date", "total numeric(10,2)"], "customers": ["id integer"]},
    {"orders": ["id integer", "placed date", "total bigint"]},
    {
        "orders": ["id integer", "placed date", "total bigint"],
        "clients": ["id integer", "name text", "city text"],
    },
    {
        "orders": ["id integer", "placed date", "total bigint"],
        "client": ["id integer", "name text", "city text"],
    },
    {
        "orders": ["id integer", "total bigint"],
        "client": ["id integer", "name text", "city text"],
        "customers": ["id integer"],
    },
)
COMPARISON = """query($e: ID!, $from: ID!, $to: ID!) {
  compareCatalog(endpointId: $e, fromRunId: $from, toRunId: $to) {
    added changed removed renameSuggestions { before after }
    nodes { kind dataset { entity } changes { kind field isBreaking } } } }"""


@pytest.fixture(scope="module")
def shop(api: Api, source: PostgresServer) -> tuple[Endpoint, list[dict[str, Any]]]:
    """The endpoint of a source that was changed five times, and its six runs."""
    script = "CREATE TABLE orders (id int, placed date); CREATE TABLE customers (id int PRIMARY KEY)"
    endpoint = register(api, "Changing", "postgres", source.create_database("changing", script))
    runs = [api.first_run_finished(endpoint.id)]
    for change in CHANGES:
        with source.connect("changing") as connection:
            connection.execute(change.encode())
        runs.append(api.finished(api.trigger(endpoint.collection)))
    assert [run["status"] for run in runs] == ["SUCCEEDED"] * 6
    return endpoint, runs


def test_the_whole_catalog_as_it_stood_after_each_run(
    api: Api, shop: tuple[Endpoint, list[dict[str, Any]]]
) -> None:
    endpoint, runs = shop
    query = """query($e: ID!, $at: DateTime) { catalogDatasetConnection(endpointId: $e, asOf: $at) {
      totalCount nodes { id entity fields { name type } } } }"""
    ids: dict[str, set[str]] = {}
    for run, state in zip(runs, STATES, strict=True):
        found = api.ask(query, e=endpoint.id, at=run["completedAt"])
        assert found["totalCount"] == len(state)
        fields = {
            node["entity"]: [f"{f['name']} {f['type']}" for f in node["fields"]] for node in found["nodes"]
        }
        assert fields == state
        for node in found["nodes"]:
            ids.setdefault(node["entity"], set()).add(node["id"])
    assert {entity: len(known) for entity, known in ids.items()} == dict.fromkeys(ids, 1)
    assert api.ask(query, e=endpoint.id, at=runs[0]["requestedAt"])["totalCount"] == 0


def test_the_versions_of_one_dataset_meet_end_to_end(
    api: Api, shop: tuple[Endpoint, list[dict[str, Any]]]
) -> None:
    endpoint, runs = shop
    query = """query($e: ID!) { catalogDatasetConnection(endpointId: $e, search: "orders") { nodes {
      id versions { version validFrom validTo runId changes { kind field isBreaking } } } } }"""
    [orders] = api.ask(query, e=endpoint.id)["nodes"]
    newest_first = orders["versions"]
    assert [each["version"] for each in newest_first] == [5, 4, 3, 2, 1]
    assert [each["runId"] for each in newest_first] == [runs[n]["id"] for n in (5, 4, 2, 1, 0)]
    assert newest_first[0]["validTo"] is None
    for later, earlier in pairwise(newest_first):
        assert earlier["validTo"] == later["validFrom"]
    told = [[(c["kind"], c["field"], c["isBreaking"]) for c in each["changes"]] for each in newest_first]
    assert told == [
        [("COLUMN_REMOVED", "placed", True)],
        [("DATASET_CHANGED", "comment", False)],
        [("COLUMN_TYPE_CHANGED", "total", True)],
        [("COLUMN_ADDED", "total", False)],
        [("DATASET_ADDED", None, False)],
    ]
    at = """query($i: ID!, $at: DateTime) { metadataDataset(id: $i, asOf: $at) { fields { name } } }"""
    past = api.ask(at, i=orders["id"], at=runs[1]["completedAt"])
    assert [field["name"] for field in past["fields"]] == ["id", "placed", "total"]


def test_any_two_runs_are_compared(api: Api, shop: tuple[Endpoint, list[dict[str, Any]]]) -> None:
    endpoint, runs = shop
    whole = api.ask(COMPARISON, e=endpoint.id, **{"from": runs[0]["id"], "to": runs[5]["id"]})
    assert (whole["added"], whole["changed"], whole["removed"]) == (1, 1, 0)
    assert [(node["dataset"]["entity"], node["kind"]) for node in whole["nodes"]] == [
        ("client", "ADDED"),
        ("orders", "CHANGED"),
    ]
    differences = {(c["kind"], c["field"]) for c in whole["nodes"][1]["changes"]}
    assert differences == {
        ("COLUMN_REMOVED", "placed"),
        ("COLUMN_ADDED", "total"),
        ("DATASET_CHANGED", "comment"),
    }
    renamed = api.ask(COMPARISON, e=endpoint.id, **{"from": runs[3]["id"], "to": runs[4]["id"]})
    assert (renamed["added"], renamed["changed"], renamed["removed"]) == (1, 1, 1)
    assert renamed["renameSuggestions"] == [{"before": "public.clients", "after": "public.client"}]
    same = api.ask(COMPARISON, e=endpoint.id, **{"from": runs[2]["id"], "to": runs[2]["id"]})
    assert (same["added"], same["changed"], same["removed"], same["nodes"]) == (0, 0, 0, [])
