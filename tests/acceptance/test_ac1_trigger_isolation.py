"""AC1: a manual trigger affects the target endpoint only."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.acceptance.api import Api, GraphQLError
from tests.acceptance.conftest import Endpoint, SlowSource


def run_ids(api: Api, endpoint: Endpoint) -> set[str]:
    return {run["id"] for run in api.runs(endpointId=endpoint.id)}


def test_trigger_collection_adds_one_run_for_its_endpoint(api: Api, pair: tuple[Endpoint, Endpoint]) -> None:
    a, b = pair
    before_a, before_b = run_ids(api, a), run_ids(api, b)

    run_id = api.trigger(a.collection)

    assert api.finished(run_id)["status"] == "SUCCEEDED"
    assert run_ids(api, a) - before_a == {run_id}
    assert run_ids(api, b) == before_b


def test_trigger_endpoint_collection_adds_one_run_for_its_endpoint(
    api: Api, pair: tuple[Endpoint, Endpoint]
) -> None:
    a, b = pair
    before_a, before_b = run_ids(api, a), run_ids(api, b)

    run = api.ask(
        "mutation($e: ID!) { triggerEndpointCollection(endpointId: $e) { id endpointId collectionId } }",
        e=a.id,
    )

    assert (run["endpointId"], run["collectionId"]) == (a.id, a.collection)
    assert api.finished(run["id"])["status"] == "SUCCEEDED"
    assert run_ids(api, a) - before_a == {run["id"]}
    assert run_ids(api, b) == before_b


def test_twenty_triggers_at_once_give_one_run(
    api: Api, pair: tuple[Endpoint, Endpoint], slow: SlowSource
) -> None:
    _, b = pair
    before, before_b = run_ids(api, slow.endpoint), run_ids(api, b)

    def attempt(_: int) -> tuple[str, str]:
        try:
            return "started", api.trigger(slow.endpoint.collection)
        except GraphQLError as refusal:
            return refusal.code, refusal.extensions["runId"]

    # held up, or the first run could be over before the last trigger arrives
    with slow.held_up(), ThreadPoolExecutor(20) as clients:
        outcomes = list(clients.map(attempt, range(20)))

    assert Counter(outcome for outcome, _ in outcomes) == {"started": 1, "E_COLLECTION_IN_PROGRESS": 19}
    (run_id,) = {named for _, named in outcomes}
    assert api.finished(run_id)["status"] == "SUCCEEDED"
    assert run_ids(api, slow.endpoint) - before == {run_id}
    assert run_ids(api, b) == before_b
