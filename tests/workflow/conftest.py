"""The time-skipping test server, and workflows run on it with doubled activities."""

import asyncio
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from app.core.contracts import COLLECTION_RUN_WORKFLOW, CollectionRunInput, CollectionRunResult, RunLimits
from tests.workflow.doubles import RUN_ID, Doubles
from worker.workflows.collection_run import CollectionRunWorkflow
from worker.workflows.connection_test import ConnectionTestWorkflow

WORKFLOWS = (CollectionRunWorkflow, ConnectionTestWorkflow)
TEST_SERVER = Path(sys.executable).with_name("temporal-test-server")


@dataclass(frozen=True)
class WorkflowLab:
    """Runs one workflow at a time to its end, on one event loop."""

    runner: asyncio.Runner
    environment: WorkflowEnvironment

    def collect(
        self,
        doubles: Doubles,
        *,
        run_id: str | None = RUN_ID,
        limits: RunLimits | None = None,
        workflow_id: str | None = None,
        execution_timeout: timedelta = timedelta(hours=3),
    ) -> CollectionRunResult:
        """The result of a collection run. Raises WorkflowFailureError as the workflow ends."""
        queue = f"queue-{uuid.uuid4()}"
        order = CollectionRunInput(
            collection_id="collection-1",
            endpoint_id="endpoint-1",
            run_id=run_id,
            ingest_queue=f"{queue}-ingest",
            limits=limits or RunLimits(),
            begins_locally=True,
        )
        result: CollectionRunResult = self.execute(
            COLLECTION_RUN_WORKFLOW,
            order,
            doubles,
            queue,
            workflow_id or f"collection-run::{uuid.uuid4()}",
            CollectionRunResult,
            execution_timeout,
        )
        return result

    def failure_of(self, doubles: Doubles, **options: Any) -> BaseException:
        """What the workflow of a collection run ends with, when it must not succeed."""
        with pytest.raises(WorkflowFailureError) as caught:
            self.collect(doubles, **options)
        assert caught.value.cause is not None
        return caught.value.cause

    def execute(
        self,
        name: str,
        order: object,
        doubles: Doubles,
        queue: str,
        workflow_id: str,
        result_type: type,
        execution_timeout: timedelta = timedelta(hours=3),
    ) -> Any:
        """Run a workflow by name with workers on `queue` and its ingest queue."""

        async def run() -> Any:
            client = self.environment.client
            functions = doubles.functions()
            async with (
                Worker(client, task_queue=queue, workflows=WORKFLOWS, activities=functions, **QUICK),
                Worker(client, task_queue=f"{queue}-ingest", activities=functions, **QUICK),
            ):
                return await client.execute_workflow(
                    name,
                    order,
                    id=workflow_id,
                    task_queue=queue,
                    result_type=result_type,
                    execution_timeout=execution_timeout,
                )

        return self.runner.run(run())


# A cancellation reaches an activity with the answer to a heartbeat.
QUICK: dict[str, Any] = {"max_heartbeat_throttle_interval": timedelta(milliseconds=200)}


@pytest.fixture(scope="session")
def lab() -> Iterator[WorkflowLab]:
    """One test server for the session."""
    with asyncio.Runner() as runner:
        environment = runner.run(
            WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(TEST_SERVER))
        )
        yield WorkflowLab(runner, environment)
        runner.run(environment.shutdown())
