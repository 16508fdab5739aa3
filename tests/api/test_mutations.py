"""Mutations while Temporal is away: what needs its answer is refused and stores nothing, the rest is done."""

from typing import Any

import pytest

from tests.api.conftest import Muster
from tests.api.seed import BEGIN, Seed

UNKNOWN = "00000000-0000-4000-8000-000000000000"
REGISTER = """mutation($i: EndpointInput!) { registerEndpoint(input: $i) {
    id sourceId name url labels capabilities config lastTest { ok } collections { id } runs { id } } }"""
UPDATE = """mutation($id: ID!, $p: EndpointPatch!) { updateEndpoint(id: $id, patch: $p) {
    name description domain labels url config } }"""
CREATE = """mutation($i: CollectionCreateInput!) { createCollection(input: $i) {
    id scheduleCron scheduleTimezone isEnabled scheduleState temporalScheduleId endpoint { id } } }"""
CHANGE = """mutation($id: ID!, $i: CollectionUpdateInput!) { updateCollection(id: $id, input: $i) {
    scheduleCron scheduleTimezone isEnabled scheduleState } }"""
TRIGGER = """mutation($id: ID!, $f: JSON, $s: [String!]) {
    triggerCollection(collectionId: $id, filters: $f, schemaOverride: $s) {
        id status trigger requestedBy filters attempt collection { activeRun { id } } } }"""
TRIGGER_ENDPOINT = """mutation($id: ID!) { triggerEndpointCollection(endpointId: $id) {
    id collectionId status } }"""
CANCEL = "mutation($id: ID!) { cancelCollectionRun(id: $id) { status completedAt } }"
TEST = "mutation($i: TestEndpointInput!) { testEndpoint(input: $i) { ok diagnostics { code } } }"
SQLITE = {"templateId": "sqlite", "parameters": {"path": "/data/x.db"}}


def test_an_endpoint_without_a_template_is_stored_untested(muster: Muster) -> None:
    found = muster.ask(
        REGISTER, i={"name": "Files", "url": "https://user:pw@host/?token=t&a=1", "labels": ["x"]}
    )
    assert "pw" not in found["url"]
    assert "token=t" not in found["url"]
    assert found["sourceId"]
    assert (found["labels"], found["capabilities"]) == (["x"], [])
    assert (found["config"], found["lastTest"], found["runs"]) == (None, None, [])


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (REGISTER, {"i": {"name": "Shop", "config": SQLITE}}),
        (TEST, {"i": {"templateId": "sqlite", "parameters": {"path": "/data/x.db"}}}),
    ],
    ids=["register", "test"],
)
def test_a_test_that_cannot_be_made_refuses_and_stores_nothing(
    query: str, variables: dict[str, Any], idle_muster: Muster
) -> None:
    assert idle_muster.error(query, **variables)["code"] == "E_TEMPORAL_UNAVAILABLE"
    assert idle_muster.select("SELECT count(*) FROM metadata_endpoints") == [(0,)]
    assert idle_muster.select("SELECT count(*) FROM metadata_connection_tests") == [(0,)]


def test_a_stored_endpoint_is_tested_with_its_own_template(muster: Muster, seed: Seed) -> None:
    endpoint = str(seed.endpoint(template_id="mysql"))
    bad_port = {"host": "db", "username": "u", "port": 0}
    error = muster.error(TEST, i={"endpointId": endpoint, "parameters": bad_port})
    assert set(error["fields"]) == {"parameters.port"}
    unknown = muster.error(TEST, i={"endpointId": UNKNOWN, "parameters": bad_port})
    assert unknown["code"] == "E_ENDPOINT_NOT_FOUND"


def test_a_patch_changes_what_it_names_and_clears_what_is_null(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint(description="old", domain="sales", labels=["a"])
    found = muster.ask(UPDATE, id=str(endpoint), p={"name": "New", "description": None, "labels": ["b"]})
    assert (found["name"], found["description"], found["labels"]) == ("New", None, ["b"])
    assert found["domain"] == "sales"
    assert found["config"]["parameters"]["password"] == "********"


def test_new_parameters_that_cannot_be_tested_change_nothing(muster: Muster, seed: Seed) -> None:
    endpoint = str(seed.endpoint(secrets="{}"))
    assert muster.error(UPDATE, id=endpoint, p={"name": "New", "config": SQLITE})["code"] == (
        "E_TEMPORAL_UNAVAILABLE"
    )
    assert muster.ask(f'{{ endpoint(id: "{endpoint}") {{ name templateId }} }}') == {
        "name": "Shop",
        "templateId": "postgres",
    }


def test_deleting_an_endpoint_hides_it_and_keeps_its_runs(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    collection = seed.collection(endpoint)
    old = seed.run(endpoint, collection)
    queued = seed.run(endpoint, collection, 1, status="QUEUED")
    delete = f'mutation {{ deleteEndpoint(id: "{endpoint}") }}'
    assert muster.ask(delete) is True
    assert muster.error(delete)["code"] == "E_ENDPOINT_DELETED"
    assert muster.error(UPDATE, id=str(endpoint), p={"name": "x"})["code"] == "E_ENDPOINT_DELETED"
    assert muster.error(TRIGGER_ENDPOINT, id=str(endpoint))["code"] == "E_ENDPOINT_DELETED"
    assert muster.ask("{ endpoints { id } }") == []
    assert muster.ask("{ collections { id } }") == []
    assert muster.ask("{ collectionRuns { id status } }") == [
        {"id": str(queued), "status": "CANCELED"},
        {"id": str(old), "status": "SUCCEEDED"},
    ]


def test_a_schedule_waits_for_temporal(muster: Muster, seed: Seed) -> None:
    endpoint = str(seed.endpoint())
    created = muster.ask(CREATE, i={"endpointId": endpoint, "scheduleCron": "0 * * * *"})
    assert created["scheduleState"] == "PENDING"
    assert (created["scheduleTimezone"], created["isEnabled"]) == ("UTC", True)
    assert (created["temporalScheduleId"], created["endpoint"]) == (None, {"id": endpoint})
    again = muster.error(CREATE, i={"endpointId": endpoint})
    assert again == {"code": "E_COLLECTION_EXISTS", "collectionId": created["id"]}


def test_a_collection_changes_only_what_is_named(muster: Muster, seed: Seed) -> None:
    collection = str(seed.collection(seed.endpoint(), schedule_cron="@daily"))
    kept = muster.ask(CHANGE, id=collection, i={"scheduleTimezone": "Europe/Berlin", "isEnabled": None})
    assert (kept["scheduleCron"], kept["scheduleTimezone"]) == ("@daily", "Europe/Berlin")
    assert kept["isEnabled"]
    off = muster.ask(CHANGE, id=collection, i={"isEnabled": False})
    assert (off["isEnabled"], off["scheduleTimezone"]) == (False, "Europe/Berlin")
    manual = muster.ask(CHANGE, id=collection, i={"scheduleCron": None})
    assert (manual["scheduleCron"], manual["scheduleState"]) == (None, "NONE")


def test_a_run_waits_for_temporal_and_nobody_gets_a_second_one(muster: Muster, seed: Seed) -> None:
    collection = str(seed.collection(seed.endpoint()))
    run = muster.ask(TRIGGER, id=collection, f={"schemas": ["a", "b"]})
    assert (run["status"], run["trigger"], run["requestedBy"]) == ("QUEUED", "MANUAL", "admin")
    assert run["filters"] == {"schemas": ["a", "b"]}
    assert run["collection"]["activeRun"] == {"id": run["id"]}
    assert muster.error(TRIGGER, id=collection) == {"code": "E_COLLECTION_IN_PROGRESS", "runId": run["id"]}
    assert muster.ask(CANCEL, id=run["id"])["status"] == "CANCELED"
    assert muster.error(CANCEL, id=run["id"])["code"] == "E_RUN_NOT_ACTIVE"
    override = muster.ask(TRIGGER, id=collection, f={"schemas": ["a"]}, s=["c"])
    assert override["filters"] == {"schemas": ["c"]}


def test_a_running_run_is_not_cancelled_without_temporals_word(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    run = seed.run(endpoint, seed.collection(endpoint), status="RUNNING", workflow_id="w")
    assert muster.error(CANCEL, id=str(run))["code"] == "E_TEMPORAL_UNAVAILABLE"
    assert muster.ask(f'{{ collectionRun(id: "{run}") {{ status }} }}') == {"status": "RUNNING"}


def test_an_endpoint_that_never_had_a_collection_gets_one(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    run = muster.ask(TRIGGER_ENDPOINT, id=str(endpoint))
    assert muster.ask("{ collections { id scheduleCron } }") == [
        {"id": run["collectionId"], "scheduleCron": None}
    ]


def test_the_checks_come_in_their_order(muster: Muster, seed: Seed) -> None:
    without_capability = seed.endpoint("A", capabilities=[])
    disabled = seed.collection(without_capability, is_enabled=False)
    seed.run(without_capability, disabled, status="QUEUED")
    missing = muster.error(TRIGGER, id=str(disabled))
    assert missing == {"code": "E_CAPABILITY_MISSING", "capability": "metadata"}
    off = seed.collection(endpoint := seed.endpoint("B"), is_enabled=False)
    seed.run(endpoint, off, status="QUEUED")
    assert muster.error(TRIGGER, id=str(off))["code"] == "E_COLLECTION_DISABLED"
    gone = seed.collection(seed.endpoint("C"), deleted_at=BEGIN)
    assert muster.error(TRIGGER, id=str(gone))["code"] == "E_COLLECTION_NOT_FOUND"
    assert muster.error(TRIGGER_ENDPOINT, id=UNKNOWN)["code"] == "E_ENDPOINT_NOT_FOUND"
    assert muster.error(CREATE, i={"endpointId": UNKNOWN})["code"] == "E_ENDPOINT_NOT_FOUND"
    assert muster.error(CHANGE, id=str(gone), i={})["code"] == "E_COLLECTION_NOT_FOUND"
    assert muster.error(CANCEL, id=UNKNOWN)["code"] == "E_RUN_NOT_FOUND"


def test_what_one_mutation_wrote_the_next_one_in_the_request_sees(muster: Muster, seed: Seed) -> None:
    collection = seed.collection(seed.endpoint())
    query = """mutation($id: ID!) {
        a: updateCollection(id: $id, input: {}) { activeRun { id } }
        b: triggerCollection(collectionId: $id) { id collection { activeRun { id } } } }"""
    answer = muster.post({"query": query, "variables": {"id": str(collection)}})
    assert answer["data"]["a"]["activeRun"] is None
    assert answer["data"]["b"]["collection"]["activeRun"]["id"] == answer["data"]["b"]["id"]
