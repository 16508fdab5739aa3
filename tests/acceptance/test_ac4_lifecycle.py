"""AC4: a run follows the lifecycle."""

import time
from typing import Any

import pytest

from tests.acceptance.api import Api, GraphQLError, until
from tests.acceptance.conftest import Endpoint, SlowSource
from tests.temporal import activity_names

SUCCESS = [
    "mark_run_started",
    "prepare_collection_job",
    "ingest",
    "persist_catalog_records",
    "mark_run_completed",
]


def test_success_goes_through_the_named_activities_in_order(
    api: Api, pair: tuple[Endpoint, Endpoint], temporal_address: str
) -> None:
    queued = api.ask(
        "mutation($c: ID!) { triggerCollection(collectionId: $c) { id status startedAt } }",
        c=pair[0].collection,
    )
    run = api.finished(queued["id"])

    assert (queued["status"], queued["startedAt"]) == ("QUEUED", None)
    assert run["status"] == "SUCCEEDED"
    assert run["workflowId"] == f"collection-run::{run['id']}"
    assert run["requestedAt"] <= run["startedAt"] <= run["completedAt"]
    assert activity_names(temporal_address, run["workflowId"], run["temporalRunId"]) == SUCCESS


def test_what_cannot_be_collected_is_skipped_with_the_reason(api: Api, temporal_address: str) -> None:
    endpoint = api.ask(
        "mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id } }",
        i={
            "name": "A note without a connector",
            "url": "https://example.com/data",
            "capabilities": ["metadata"],
        },
    )
    run = api.finished(
        api.ask("mutation($e: ID!) { triggerEndpointCollection(endpointId: $e) { id } }", e=endpoint["id"])[
            "id"
        ]
    )

    assert run["status"] == "SKIPPED"
    assert "connector" in run["skipReason"]
    assert activity_names(temporal_address, run["workflowId"], run["temporalRunId"]) == [
        "mark_run_started",
        "prepare_collection_job",
        "mark_run_skipped",
    ]


def test_failure_names_the_cause_and_no_secret(api: Api, slow: SlowSource, temporal_address: str) -> None:
    slow.change_password()
    try:
        run = api.finished(api.trigger(slow.endpoint.collection))
    finally:
        slow.restore_password()

    assert (run["status"], run["errorCode"]) == ("FAILED", "SOURCE_AUTH_FAILED")
    assert "password" in run["error"].lower()
    assert slow.password not in str(run)
    assert activity_names(temporal_address, run["workflowId"], run["temporalRunId"])[-1] == "mark_run_failed"


def test_cancel_leaves_no_collector_and_no_session_on_the_source(
    api: Api, slow: SlowSource, temporal_address: str
) -> None:
    with slow.held_up():
        run_id = api.trigger(slow.endpoint.collection)
        until(lambda: slow.sessions() and slow.collectors(), 30, "the collector to read the source")

        canceled = api.ask("mutation($id: ID!) { cancelCollectionRun(id: $id) { id status } }", id=run_id)
        run = api.finished(run_id, within_seconds=15)

        assert canceled["status"] in {"RUNNING", "CANCELED"}
        assert run["status"] == "CANCELED"
        assert slow.collectors() == []
        until(lambda: slow.sessions() == 0, 5, "the source's session to end")
    assert (
        activity_names(temporal_address, run["workflowId"], run["temporalRunId"])[-1] == "mark_run_canceled"
    )
    with pytest.raises(GraphQLError) as refusal:
        api.ask("mutation($id: ID!) { cancelCollectionRun(id: $id) { id } }", id=run_id)
    assert refusal.value.code == "E_RUN_NOT_ACTIVE"


def test_finished_run_cannot_be_marked_running(
    api: Api, pair: tuple[Endpoint, Endpoint], database_url: str
) -> None:
    from datetime import UTC, datetime
    from uuid import UUID

    import psycopg

    from app.core.db import runs

    run = api.finished(api.trigger(pair[0].collection))
    with psycopg.connect(database_url) as conn:
        answer = runs.mark_started(
            conn, UUID(run["id"]), workflow_id="another", temporal_run_id="another", now=datetime.now(UTC)
        )

    assert answer is None
    assert api.run(run["id"]) == run


def test_trigger_answers_before_the_source_is_read(api: Api, slow: SlowSource) -> None:
    with slow.held_up():
        asked = time.monotonic()
        run_id = api.trigger(slow.endpoint.collection)
        answered_within: float = time.monotonic() - asked
        progress: dict[str, Any] = until(lambda: running(api, run_id), 20, "the run to be running")
        api.ask("mutation($id: ID!) { cancelCollectionRun(id: $id) { id } }", id=run_id)
        api.finished(run_id)

    assert answered_within < 10
    assert progress["status"] == "RUNNING"


def running(api: Api, run_id: str) -> dict[str, Any] | None:
    run = api.run(run_id)
    return run if run["status"] == "RUNNING" else None
