"""What an answer does not wait for: it is done once the answer is out, or before the request reads on."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from app.cli.embedded_temporal import EmbeddedTemporal
from tests.api.conftest import TOKEN, Muster, running_muster
from tests.api.seed import Seed

TRIGGER = """
mutation ($id: ID!) { run: triggerCollection(collectionId: $id) { workflowId temporalRunId %s } }
"""
EXECUTION = "SELECT workflow_id, temporal_run_id FROM metadata_collection_runs"


@pytest.fixture
def muster(database: str, temporal_server: EmbeddedTemporal) -> Iterator[Muster]:
    """An application with a Temporal where no worker takes up what is started."""
    with running_muster(database, TEMPORAL_ADDRESS=temporal_server.address) as running:
        yield running


@pytest.fixture
def collection_id(seed: Seed) -> UUID:
    return seed.collection(seed.endpoint())


def test_the_workflow_is_recorded_once_the_answer_is_out(muster: Muster, collection_id: UUID) -> None:
    body = {"query": TRIGGER % "", "variables": {"id": str(collection_id)}}
    with muster.client.post("/graphql", json=body, headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert response.json is not None
        run = response.json["data"]["run"]
        assert muster.select(EXECUTION) == [(None, None)]
    assert run["workflowId"].startswith("collection-run::")
    assert muster.select(EXECUTION) == [(run["workflowId"], run["temporalRunId"])]


def test_it_is_found_by_the_rest_of_the_same_request(muster: Muster, collection_id: UUID) -> None:
    nested = "collection { lastRun { workflowId temporalRunId } }"
    run = muster.ask(TRIGGER % nested, id=str(collection_id))
    assert run.pop("collection")["lastRun"] == run
