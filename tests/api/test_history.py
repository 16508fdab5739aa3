"""The catalog's memory as the API shows it, made by real merges."""

from typing import Any
from uuid import UUID

import pytest

from app.core.db.catalog_merge import merge_staged
from tests.api.conftest import Muster
from tests.integration.persisting import Staging, Table, insert_endpoint, insert_run, tables

NAMES = [f"t{number:02}" for number in range(30)]
HELD = """{ run { id } endpoint { id } count liveCount decision decidedBy
    datasets(first: 2) { totalCount nodes { entity } pageInfo { hasNextPage } } }"""


def collect(muster: Muster, endpoint_id: UUID, staging: Staging) -> str:
    """One run with this staging merged, ended; its id."""
    conn = muster.connection
    run_id = insert_run(conn, endpoint_id)
    with conn.transaction():
        merge_staged(conn, run_id, staging.records(), limit_seconds=60)
    conn.execute(
        "UPDATE metadata_collection_runs SET status = 'SUCCEEDED', completed_at = clock_timestamp()"
        " WHERE id = %s",
        (run_id,),
    )
    return str(run_id)


@pytest.fixture
def endpoint_id(muster: Muster) -> UUID:
    return insert_endpoint(muster.connection)


def test_held_removals_are_approved_and_restored(muster: Muster, endpoint_id: UUID) -> None:
    collect(muster, endpoint_id, Staging(tables(*NAMES)))
    run = collect(muster, endpoint_id, Staging(tables(*NAMES[:15])))
    waiting = f'{{ heldRemovals(endpointId: "{endpoint_id}") {HELD} }}'
    [held] = muster.ask(waiting)
    assert (held["run"], held["endpoint"]) == ({"id": run}, {"id": str(endpoint_id)})
    assert (held["count"], held["liveCount"], held["decision"]) == (15, 30, None)
    datasets = held["datasets"]
    assert (datasets["totalCount"], len(datasets["nodes"])) == (15, 2)
    assert datasets["pageInfo"] == {"hasNextPage": True}
    approved = muster.ask(f'mutation {{ approveRemovals(runId: "{run}") {HELD} }}')
    assert (approved["count"], approved["liveCount"], approved["decision"]) == (15, 15, "APPROVED")
    assert muster.ask(waiting) == []
    dismissal = f'mutation {{ dismissRemovals(runId: "{run}") {{ count }} }}'
    assert muster.error(dismissal)["code"] == "E_BAD_INPUT"
    restored = muster.ask(f'mutation {{ restoreRemovals(runId: "{run}") {HELD} }}')
    assert (restored["liveCount"], restored["decision"]) == (30, "RESTORED")
    decided = muster.ask("{ heldRemovals(includeDecided: true) { decision } }")
    assert decided == [{"decision": "RESTORED"}]
    again = collect(muster, endpoint_id, Staging(tables(*NAMES[:15])))
    assert muster.ask(f'mutation {{ dismissRemovals(runId: "{again}") {{ decision }} }}') == {
        "decision": "DISMISSED"
    }
    of_run = '{ heldRemovals(runId: "%s", includeDecided: true) { count decision } }'
    assert muster.ask(of_run % again) == [{"count": 15, "decision": "DISMISSED"}]
    collect(muster, endpoint_id, Staging(tables(*NAMES)))
    third = collect(muster, endpoint_id, Staging(tables(*NAMES[:10])))
    assert muster.ask(of_run % third) == [{"count": 20, "decision": None}]
    collect(muster, endpoint_id, Staging(tables(*NAMES)))
    assert muster.ask(of_run % third) == [{"count": 20, "decision": "SEEN"}]
    done = muster.select("SELECT action FROM audit_events WHERE outcome = 'SUCCEEDED' ORDER BY id")
    assert [action for (action,) in done] == ["approveRemovals", "restoreRemovals", "dismissRemovals"]


def test_versions_moments_and_comparisons(muster: Muster, endpoint_id: UUID) -> None:
    first = collect(muster, endpoint_id, Staging([Table("a", columns=("user_name",), rows=5), Table("b")]))
    second = collect(
        muster, endpoint_id, Staging([Table("a", columns=("username",)), Table("c")], failures=tables("b"))
    )
    [a] = muster.ask('{ catalogDatasetConnection(search: "username") { nodes { id } } }')["nodes"]
    found = muster.ask(
        """query($i: ID!) { metadataDataset(id: $i) { observations { rowCountEstimate sizeBytes }
             versions { version validFrom validTo runId fields { name } changes { kind field } } } }""",
        i=a["id"],
    )
    newest, oldest = found["versions"]
    assert (newest["version"], newest["validTo"], newest["runId"]) == (2, None, second)
    assert (oldest["validTo"], oldest["fields"]) == (newest["validFrom"], [{"name": "user_name"}])
    assert [change["kind"] for change in newest["changes"]] == ["COLUMN_REMOVED", "COLUMN_ADDED"]
    assert [each["rowCountEstimate"] for each in found["observations"]] == [None]
    past: dict[str, Any] = {"at": oldest["validFrom"]}
    listed = muster.ask(
        """query($at: DateTime) { catalogDatasetConnection(asOf: $at) {
             totalCount nodes { entity fields { name } } } }""",
        **past,
    )
    assert listed["totalCount"] == 2
    assert {each["entity"] for each in listed["nodes"]} == {"a", "b"}
    then = muster.ask(
        "query($i: ID!, $at: DateTime) { metadataDataset(id: $i, asOf: $at) { version fields { name } } }",
        i=a["id"],
        **past,
    )
    assert then == {"version": 1, "fields": [{"name": "user_name"}]}
    compare = f"""{{ compareCatalog(endpointId: "{endpoint_id}", fromRunId: "{first}", toRunId: "{second}") {{
        added changed removed pageInfo {{ hasNextPage }} renameSuggestions {{ kind before after }}
        nodes {{ kind dataset {{ entity }} changes {{ kind field isBreaking }} }} }} }}"""
    compared = muster.ask(compare)
    assert (compared["added"], compared["changed"], compared["removed"]) == (1, 1, 0)
    assert [(each["kind"], each["dataset"]["entity"]) for each in compared["nodes"]] == [
        ("CHANGED", "a"),
        ("ADDED", "c"),
    ]
    renamed = [{"kind": "COLUMN", "before": "user_name", "after": "username"}]
    assert compared["renameSuggestions"] == renamed
    run = muster.ask(
        f"""{{ collectionRun(id: "{second}") {{ renameSuggestions {{ kind before after dataset {{ id }} }}
            failedObjects {{ totalCount nodes {{ id entity code reason }} }} }} }}"""
    )
    assert run["renameSuggestions"] == [renamed[0] | {"dataset": {"id": a["id"]}}]
    assert run["failedObjects"]["totalCount"] == 1
    assert run["failedObjects"]["nodes"][0]["entity"] == "b"


@pytest.mark.parametrize("given", ["", 'from: "2026-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z"'])
def test_a_comparison_needs_two_moments_in_order(muster: Muster, endpoint_id: UUID, given: str) -> None:
    query = f'{{ compareCatalog(endpointId: "{endpoint_id}" {given}) {{ added }} }}'
    assert muster.error(query)["code"] == "E_BAD_INPUT"


def test_how_gently_a_source_is_read_is_decided_for_each(muster: Muster, endpoint_id: UUID) -> None:
    patch = """mutation($i: ID!, $p: EndpointPolicyInput) { updateEndpoint(id: $i, patch: {policy: $p}) {
        policy { sourcePauseMs statementSeconds fullPassHours } } }"""
    for given, expected in (
        ({}, (None, None, None)),
        ({"sourcePauseMs": 0, "statementSeconds": 60}, (0, 60, None)),
        ({"fullPassHours": 0}, (0, 60, 0)),
        ({"sourcePauseMs": None}, (None, 60, 0)),
        (None, (None, None, None)),
    ):
        policy = muster.ask(patch, i=str(endpoint_id), p=given)["policy"]
        assert (policy["sourcePauseMs"], policy["statementSeconds"], policy["fullPassHours"]) == expected
    for refused in ({"sourcePauseMs": 60_001}, {"statementSeconds": 0}, {"fullPassHours": -1}):
        assert muster.error(patch, i=str(endpoint_id), p=refused)["code"] == "E_BAD_INPUT"


def test_a_policy_is_changed_by_the_key(muster: Muster, endpoint_id: UUID) -> None:
    patch = """mutation($i: ID!, $p: EndpointPolicyInput) { updateEndpoint(id: $i, patch: {policy: $p}) {
        policy { removalSharePercent removalMinimum } } }"""
    for given, expected in (
        ({"removalMinimum": 3}, (10, 3)),
        ({"removalSharePercent": 2.5}, (2.5, 3)),
        ({"removalMinimum": None}, (2.5, 10)),
        (None, (10, 10)),
    ):
        policy = muster.ask(patch, i=str(endpoint_id), p=given)["policy"]
        assert (policy["removalSharePercent"], policy["removalMinimum"]) == expected
    assert muster.error(patch, i=str(endpoint_id), p={"removalSharePercent": 101})["code"] == "E_BAD_INPUT"
