"""Bookkeeping and prepare on a real database."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from app.core.contracts import (
    STATE_CONFLICT,
    CancelRunInput,
    CompleteRunInput,
    CreateRunInput,
    FailRunInput,
    RunRef,
    SkipRunInput,
)
from app.core.db import collections, endpoints
from app.core.domain.endpoints import EndpointDetails
from app.core.domain.runs import RunStatus, RunTrigger
from tests.worker.conftest import Rows
from worker.activities.bookkeeping import Bookkeeping
from worker.activities.context import ActivityContext
from worker.activities.prepare import Preparing

FIRE = "2027-03-14T07:30:00+00:00"


def fire(collection_id: UUID, endpoint_id: UUID, execution: str = "execution-1") -> CreateRunInput:
    return CreateRunInput(
        collection_id=str(collection_id),
        endpoint_id=str(endpoint_id),
        workflow_id=f"collection-run::{collection_id}-{FIRE}",
        temporal_run_id=execution,
        scheduled_for=FIRE,
    )


def test_a_fire_gets_one_run(bound: ActivityContext, rows: Rows) -> None:
    endpoint_id = rows.endpoint()
    order = fire(rows.collection(endpoint_id), endpoint_id)
    created = Bookkeeping(bound).create_run(order)
    again = Bookkeeping(bound).create_run(order)
    assert created == again
    run = rows.read(UUID(created.run_id))
    assert (run.status, run.trigger) == (RunStatus.QUEUED, RunTrigger.SCHEDULE)
    assert run.scheduled_for == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert (run.workflow_id, run.temporal_run_id) == (order.workflow_id, "execution-1")


def test_a_fire_during_another_run_is_skipped(bound: ActivityContext, rows: Rows) -> None:
    endpoint_id = rows.endpoint()
    collection_id = rows.collection(endpoint_id)
    active = Bookkeeping(bound).create_run(fire(collection_id, endpoint_id))
    created = Bookkeeping(bound).create_run(fire(collection_id, endpoint_id, "execution-2"))
    assert created.status == RunStatus.SKIPPED
    reason = rows.read(UUID(created.run_id)).skip_reason
    assert reason == f"Run {active.run_id} of this collection had not ended yet."


@pytest.mark.parametrize("what", ["disabled", "collection deleted", "endpoint deleted"])
def test_a_fire_of_what_must_not_run_is_skipped(bound: ActivityContext, rows: Rows, what: str) -> None:
    endpoint_id = rows.endpoint()
    collection_id = rows.collection(endpoint_id)
    with bound.pool.connection() as conn:
        if what == "disabled":
            collections.update_collection(
                conn, collection_id, schedule_cron=None, schedule_timezone="UTC", is_enabled=False
            )
        elif what == "collection deleted":
            collections.soft_delete_collection(conn, collection_id, bound.clock())
        else:
            endpoints.soft_delete_endpoint(conn, endpoint_id, bound.clock())
    created = Bookkeeping(bound).create_run(fire(collection_id, endpoint_id))
    assert created.status == RunStatus.SKIPPED
    reasons = {
        "disabled": "The collection is disabled.",
        "collection deleted": "The collection has been deleted.",
        "endpoint deleted": "The endpoint has been deleted.",
    }
    assert rows.read(UUID(created.run_id)).skip_reason == reasons[what]


def test_a_run_goes_from_queued_to_succeeded(bound: ActivityContext, rows: Rows) -> None:
    run_id = rows.run(rows.endpoint(), started=False)
    bookkeeping = Bookkeeping(bound)
    for _ in range(2):  # each may be tried again
        bookkeeping.mark_run_started(RunRef(str(run_id), "workflow-1", "execution-1"))
    assert rows.read(run_id).status == RunStatus.RUNNING
    for _ in range(2):
        bookkeeping.mark_run_completed(CompleteRunInput(str(run_id), partial=False))
    run = rows.read(run_id)
    assert run.status == RunStatus.SUCCEEDED
    assert run.completed_at is not None


def test_a_run_of_another_execution_is_not_started_again(bound: ActivityContext, rows: Rows) -> None:
    run_id = rows.run(rows.endpoint())
    with pytest.raises(ApplicationError) as caught:
        Bookkeeping(bound).mark_run_started(RunRef(str(run_id), "workflow-2", "execution-2"))
    assert (caught.value.type, caught.value.non_retryable) == (STATE_CONFLICT, True)


@pytest.mark.parametrize("end", ["completed", "skipped", "failed", "canceled"])
def test_a_terminal_state_is_final(bound: ActivityContext, rows: Rows, end: str) -> None:
    run_id = rows.run(rows.endpoint())
    mark(bound, end, run_id)
    before = rows.read(run_id)
    for other in {"completed", "skipped", "failed", "canceled"} - {end}:
        with pytest.raises(ApplicationError, match="already ended"):
            mark(bound, other, run_id)
    with pytest.raises(ApplicationError, match="already ended"):
        Bookkeeping(bound).mark_run_started(RunRef(str(run_id), f"workflow-{run_id}", "execution-1"))
    assert rows.read(run_id) == before


@pytest.mark.parametrize("end", ["completed", "skipped", "failed", "canceled"])
def test_the_end_of_a_run_deletes_what_it_staged(
    bound: ActivityContext, rows: Rows, tmp_path: Path, end: str
) -> None:
    run_id = rows.run(rows.endpoint())
    staged = tmp_path / "staging" / str(run_id) / "1"
    kept = tmp_path / "staging" / str(uuid4())
    for folder in (staged, kept):
        folder.mkdir(parents=True)
        (folder / "index.jsonl").write_text("{}")
    mark(bound, end, run_id)
    assert not staged.parent.exists()
    assert kept.exists()


def test_a_refused_mark_deletes_nothing(bound: ActivityContext, rows: Rows, tmp_path: Path) -> None:
    run_id = rows.run(rows.endpoint(), started=False)
    staged = tmp_path / "staging" / str(run_id) / "1"
    staged.mkdir(parents=True)
    with pytest.raises(ApplicationError):
        mark(bound, "completed", run_id)
    assert staged.exists()


def mark(bound: ActivityContext, end: str, run_id: UUID) -> None:
    bookkeeping = Bookkeeping(bound)
    if end == "completed":
        bookkeeping.mark_run_completed(CompleteRunInput(str(run_id), partial=True))
    elif end == "skipped":
        bookkeeping.mark_run_skipped(SkipRunInput(str(run_id), "No reason."))
    elif end == "failed":
        bookkeeping.mark_run_failed(FailRunInput(str(run_id), "SOURCE_ERROR", "It failed."))
    else:
        bookkeeping.mark_run_canceled(CancelRunInput(str(run_id)))


def prepare(bound: ActivityContext, run_id: UUID) -> str | None:
    reference = RunRef(str(run_id), "workflow-1", "execution-1")
    environment = ActivityEnvironment()
    return environment.run(Preparing(bound).prepare_collection_job, reference).skip_reason


def test_a_run_with_a_connector_may_go_on(bound: ActivityContext, rows: Rows) -> None:
    assert prepare(bound, rows.run(rows.endpoint())) is None


def test_an_endpoint_without_a_template_is_skipped(bound: ActivityContext, rows: Rows) -> None:
    reason = prepare(bound, rows.run(rows.endpoint(template_id=None)))
    assert reason == "There is no connector for the endpoint: it has no template."


def test_an_endpoint_without_the_capability_is_skipped(bound: ActivityContext, rows: Rows) -> None:
    endpoint_id = rows.endpoint()
    run_id = rows.run(endpoint_id)
    with bound.pool.connection() as conn:
        endpoint = endpoints.get_endpoint(conn, endpoint_id)
        assert endpoint is not None
        names = EndpointDetails.__dataclass_fields__
        details = EndpointDetails(**{name: getattr(endpoint, name) for name in names} | {"capabilities": []})
        endpoints.update_endpoint(conn, endpoint_id, details, None)
    assert prepare(bound, run_id) == "The endpoint lacks the capability “metadata”."


def test_an_ended_run_is_not_prepared(bound: ActivityContext, rows: Rows) -> None:
    run_id = rows.run(rows.endpoint())
    mark(bound, "canceled", run_id)
    with pytest.raises(ApplicationError, match="already ended"):
        prepare(bound, run_id)
