"""Sources are read no more than need be: scheduled runs by the fingerprint, and as gently as asked for."""

from typing import Any

from tests.acceptance.api import Api, until
from tests.acceptance.conftest import SlowSource, register, set_cron
from tests.sources import PostgresServer
from tests.temporal import fire_schedule

YEARLY = "0 0 1 1 *"
COST = "id status trigger readMode stats { seen unchanged } sourceCost { statements seconds rows bytes }"


def ended(api: Api, run_id: str) -> dict[str, Any]:
    api.finished(run_id)
    run: dict[str, Any] = api.ask(f"query($id: ID!) {{ collectionRun(id: $id) {{ {COST} }} }}", id=run_id)
    return run


def fired(api: Api, temporal_address: str, endpoint_id: str, collection_id: str) -> dict[str, Any]:
    """The run that the schedule starts when it fires now."""
    before = {run["id"] for run in api.runs(endpointId=endpoint_id)}
    fire_schedule(temporal_address, f"collection::{collection_id}")
    begun = until(
        lambda: [run for run in api.runs(endpointId=endpoint_id) if run["id"] not in before], 30, "the fire"
    )
    return ended(api, begun[0]["id"])


def test_a_schedule_asks_an_unchanged_source_for_its_fingerprint_alone(
    api: Api, source: PostgresServer, temporal_address: str
) -> None:
    parameters = source.create_database("unchanged", "CREATE TABLE a (id int); CREATE TABLE b (id int)")
    endpoint = register(api, "Unchanged", "postgres", parameters)
    set_cron(api, endpoint, YEARLY)
    run = fired(api, temporal_address, endpoint.id, endpoint.collection)
    assert (run["status"], run["trigger"], run["readMode"]) == ("SUCCEEDED", "SCHEDULE", "FINGERPRINT")
    assert run["stats"] == {"seen": 2, "unchanged": 2}
    cost = run["sourceCost"]
    assert cost["statements"] <= 2
    assert (cost["rows"], cost["bytes"] > 0, cost["seconds"] > 0) == (1, True, True)
    with source.connect("unchanged") as connection:
        connection.execute("ALTER TABLE a ADD COLUMN more int")
    changed = fired(api, temporal_address, endpoint.id, endpoint.collection)
    assert (changed["readMode"], changed["stats"]) == ("FULL", {"seen": 2, "unchanged": 1})
    by_hand = ended(api, api.trigger(endpoint.collection))
    assert (by_hand["trigger"], by_hand["readMode"]) == ("MANUAL", "FULL")


def test_a_policy_bounds_how_long_a_statement_may_take(api: Api, slow: SlowSource) -> None:
    change = """mutation($id: ID!, $seconds: Int) {
        updateEndpoint(id: $id, patch: {policy: {statementSeconds: $seconds}}) {
            policy { statementSeconds } } }"""
    endpoint = slow.endpoint
    assert api.ask(change, id=endpoint.id, seconds=1) == {"policy": {"statementSeconds": 1}}
    with slow.held_up():
        run = api.finished(api.trigger(endpoint.collection))
        until(lambda: slow.sessions() == 0, 20, "the session to end")
    assert (run["status"], run["errorCode"]) == ("FAILED", "SOURCE_TIMEOUT")
