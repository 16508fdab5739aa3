"""AC6 (API side): disabling or deleting a collection stops further runs, blocks triggers, keeps history."""

import pytest

from tests.acceptance.api import Api, GraphQLError, until
from tests.acceptance.conftest import Endpoint, Scheduled
from tests.acceptance.test_ac2_schedule import two_fires
from tests.temporal import temporal_schedule_ids, temporal_schedule_paused


@pytest.mark.parametrize("which", ["disabled", "deleted"])
def test_no_run_appears_at_the_next_fire_times(api: Api, scheduled: Scheduled, which: str) -> None:
    endpoint: Endpoint = getattr(scheduled, which)

    # The ticking schedule has the same cron: two of its fires are two moments the stopped one let pass.
    until(lambda: two_fires(api, scheduled.ticking), 150, "two fires of the schedule beside it")

    assert api.runs(endpointId=endpoint.id, trigger="SCHEDULE", **{"from": scheduled.stopped_at}) == []


def test_disabled_schedule_is_paused_and_refuses_a_trigger(api: Api, scheduled: Scheduled) -> None:
    collection_id = scheduled.disabled.collection
    collection = api.ask(
        "query($id: ID!) { collection(id: $id) { isEnabled scheduleState } }", id=collection_id
    )

    assert collection == {"isEnabled": False, "scheduleState": "PAUSED"}
    assert temporal_schedule_paused(scheduled.temporal_address, f"collection::{collection_id}")
    with pytest.raises(GraphQLError) as refusal:
        api.trigger(collection_id)
    assert refusal.value.code == "E_COLLECTION_DISABLED"


def test_deleted_collection_is_gone_but_its_runs_stay(api: Api, scheduled: Scheduled) -> None:
    endpoint = scheduled.deleted
    listed = api.ask("query($e: ID) { collections(endpointId: $e) { id } }", e=endpoint.id)

    assert listed == []
    assert f"collection::{endpoint.collection}" not in temporal_schedule_ids(scheduled.temporal_address)
    for mutation, argument in [
        ("triggerCollection(collectionId: $id)", endpoint.collection),
        ("triggerEndpointCollection(endpointId: $id)", endpoint.id),
    ]:
        with pytest.raises(GraphQLError) as refusal:
            api.ask(f"mutation($id: ID!) {{ {mutation} {{ id }} }}", id=argument)
        assert refusal.value.code == "E_COLLECTION_NOT_FOUND"
    (run,) = api.runs(collectionId=endpoint.collection)
    assert (run["trigger"], run["status"], run["collectionId"]) == (
        "REGISTRATION",
        "SUCCEEDED",
        endpoint.collection,
    )


def test_enabling_again_brings_the_schedule_back(api: Api, scheduled: Scheduled) -> None:
    collection_id = scheduled.disabled.collection
    change = """mutation($id: ID!, $on: Boolean!) {
      updateCollection(id: $id, input: {isEnabled: $on}) { isEnabled } }"""
    try:
        api.ask(change, id=collection_id, on=True)
        until(lambda: schedule_state(api, collection_id) == "ACTIVE", 10, "the schedule to be active")
        assert not temporal_schedule_paused(scheduled.temporal_address, f"collection::{collection_id}")
        assert api.finished(api.trigger(collection_id))["status"] == "SUCCEEDED"
    finally:
        api.ask(change, id=collection_id, on=False)


def schedule_state(api: Api, collection_id: str) -> str:
    collection = api.ask("query($id: ID!) { collection(id: $id) { scheduleState } }", id=collection_id)
    return str(collection["scheduleState"])
