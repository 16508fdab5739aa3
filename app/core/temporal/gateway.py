"""The verbs of Temporal that Muster needs: for async callers as functions, for sync ones as TemporalGateway.

Errors of the SDK end here. What does not answer in time, or answers that it cannot, is TemporalUnavailable;
only Temporal's own word that an execution does not exist counts as its absence.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import TimeoutError as WorkflowTimeoutError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from app.core.contracts import (
    COLLECTION_RUN_WORKFLOW,
    CONNECTION_TEST_WORKFLOW,
    WORKFLOW_EXECUTION_TIMEOUT_SECONDS,
    CollectionRunInput,
    ConnectionTestInput,
    ConnectionTestResult,
    RunLimits,
    connection_test_workflow_id,
    ingest_task_queue,
    manual_workflow_id,
)
from app.core.domain.runs import Run
from app.core.errors import TemporalUnavailable
from app.core.temporal.bridge import Bridge
from app.core.temporal.client import NotConnected, connect_once

T = TypeVar("T")

CALL_SECONDS = 3.0
_CALL = timedelta(seconds=CALL_SECONDS)
# A worker's poll lasts a minute, and Temporal notes when it began: older than this, nobody polls any more.
_POLLER_SEEN_WITHIN = timedelta(seconds=75)

log = logging.getLogger(__name__)


class CancelOutcome(StrEnum):
    """What became of a cancellation. ABSENT: Temporal says that no such execution is open."""

    ENDED = "ENDED"
    REQUESTED = "REQUESTED"
    ABSENT = "ABSENT"


async def start_run(client: Client, run: Run, *, task_queue: str, limits: RunLimits) -> str:
    """Start the workflow of `run` under its deterministic id and return Temporal's id of the execution.

    A workflow that has been started before, by whomever, is success. Raises RPCError.
    """
    try:
        handle = await client.start_workflow(
            COLLECTION_RUN_WORKFLOW,
            CollectionRunInput(
                collection_id=str(run.collection_id),
                endpoint_id=str(run.endpoint_id),
                run_id=str(run.id),
                ingest_queue=ingest_task_queue(task_queue),
                limits=limits,
                begins_locally=True,
            ),
            id=manual_workflow_id(str(run.id)),
            task_queue=task_queue,
            execution_timeout=timedelta(seconds=WORKFLOW_EXECUTION_TIMEOUT_SECONDS),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            rpc_timeout=_CALL,
        )
        temporal_run_id = handle.result_run_id
    except WorkflowAlreadyStartedError as error:
        temporal_run_id = error.run_id
    if temporal_run_id is None:
        raise RuntimeError(f"Temporal did not name the execution of run {run.id}")
    return temporal_run_id


async def cancel_run(client: Client, run: Run, *, wait_seconds: float) -> CancelOutcome:
    """Ask the workflow of `run` to cancel itself and wait at most `wait_seconds` for its end.

    Raises RPCError, save for the answer that there is no such open execution.
    """
    handle = client.get_workflow_handle(
        run.workflow_id or manual_workflow_id(str(run.id)), run_id=run.temporal_run_id
    )
    try:
        await handle.cancel(rpc_timeout=_CALL)
    except RPCError as error:
        if is_execution_absent(error):
            return CancelOutcome.ABSENT
        raise
    if wait_seconds <= 0:
        return CancelOutcome.REQUESTED
    try:
        async with asyncio.timeout(wait_seconds):
            await handle.result()
    except TimeoutError:
        return CancelOutcome.REQUESTED
    except WorkflowFailureError:
        pass  # canceled, failed or timed out: it has ended, and the run's row says how
    return CancelOutcome.ENDED


def is_execution_absent(error: RPCError) -> bool:
    """Whether Temporal says that there is no such open execution (an unknown namespace says nothing)."""
    return error.status is RPCStatusCode.NOT_FOUND and not any(
        detail.Is(NamespaceNotFoundFailure.DESCRIPTOR) for detail in error.grpc_status.details
    )


class TemporalGateway:
    """The same for threads. Connects lazily, anew in a forked process; every call is bounded in time.

    Each verb raises TemporalUnavailable when Temporal gives no answer.
    """

    def __init__(self, address: str | None, namespace: str | None, task_queue: str) -> None:
        """`address` and `namespace` None: as TEMPORAL_* or Temporal's own profile say."""
        self._address = address
        self._namespace = namespace
        self._task_queue = task_queue
        self._bridge = Bridge("temporal-bridge")
        # A client belongs to the loop it was made on; the bridge makes a new loop after a fork.
        self._client: tuple[asyncio.AbstractEventLoop, Client] | None = None

    def start_run(self, run: Run, limits: RunLimits) -> str:
        """Start the workflow of `run`; return Temporal's run id. Started already is success."""
        return self._call(
            lambda client: start_run(client, run, task_queue=self._task_queue, limits=limits), CALL_SECONDS
        )

    def cancel_run(self, run: Run, wait_seconds: float) -> CancelOutcome:
        """Ask the workflow of `run` to cancel itself; wait at most `wait_seconds` for its end."""
        return self._call(
            lambda client: cancel_run(client, run, wait_seconds=wait_seconds), CALL_SECONDS + wait_seconds
        )

    def run_connection_test(
        self, test_id: UUID, limit_seconds: float, wait_seconds: float
    ) -> ConnectionTestResult:
        """Have a worker run the stored test `test_id` within `limit_seconds`; wait at most `wait_seconds`.

        Raises TemporalUnavailable too when no worker polls or none ended the test in time, and
        WorkflowFailureError when the test itself broke (a source that refuses is a result, not that).
        """
        ends_at = time.monotonic() + wait_seconds
        if not self.poller_alive():
            raise TemporalUnavailable("No worker is running that could test the connection.")

        async def run_test(client: Client) -> ConnectionTestResult:
            result: ConnectionTestResult = await client.execute_workflow(
                CONNECTION_TEST_WORKFLOW,
                ConnectionTestInput(test_id=str(test_id), limit_seconds=limit_seconds),
                id=connection_test_workflow_id(str(test_id)),
                task_queue=self._task_queue,
                execution_timeout=timedelta(seconds=wait_seconds),
                result_type=ConnectionTestResult,
                rpc_timeout=_CALL,
            )
            return result

        try:
            return self._call(run_test, ends_at - time.monotonic())
        except WorkflowFailureError as error:
            if isinstance(error.cause, WorkflowTimeoutError):
                raise TemporalUnavailable("No worker tested the connection in time. Try again.") from error
            raise

    def poller_alive(self) -> bool:
        """Whether a worker polls the task queue."""

        async def describe(client: Client) -> bool:
            answer = await client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=client.namespace,
                    task_queue=TaskQueue(name=self._task_queue),
                    task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
                ),
                timeout=_CALL,
            )
            oldest = datetime.now(UTC) - _POLLER_SEEN_WITHIN
            return any(poller.last_access_time.ToDatetime(tzinfo=UTC) >= oldest for poller in answer.pollers)

        return self._call(describe, CALL_SECONDS)

    def ping(self) -> None:
        """Return when Temporal's frontend is healthy."""

        async def check(client: Client) -> bool:
            return await client.service_client.check_health(timeout=_CALL)

        if not self._call(check, CALL_SECONDS):
            raise TemporalUnavailable

    def close(self) -> None:
        """End the loop's thread. A later verb starts anew."""
        self._bridge.close()

    def _call(self, verb: Callable[[Client], Awaitable[T]], timeout_seconds: float) -> T:
        async def connected() -> T:
            return await verb(await self._connected())

        try:
            return self._bridge.run(connected(), timeout_seconds)
        except TimeoutError as error:
            log.warning("temporal_no_answer", extra={"timeout_seconds": timeout_seconds})
            raise TemporalUnavailable from error
        except NotConnected as error:
            log.warning("temporal_not_connected", extra={"error": str(error)})
            raise TemporalUnavailable from error
        except RPCError as error:
            log.warning("temporal_refused", extra={"status": error.status.name, "error": error.message})
            raise TemporalUnavailable from error

    async def _connected(self) -> Client:
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            self._client = (loop, await connect_once(self._address, self._namespace))
        return self._client[1]
