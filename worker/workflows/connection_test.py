"""One connection test: the worker reaches sources, the web process does not."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from app.core.contracts import (
        CONNECTION_TEST_WORKFLOW,
        Activity,
        ConnectionTestInput,
        ConnectionTestResult,
    )
    from app.core.domain.runs import RunErrorCode

# Beyond the test's own limit: stopping the child process and storing what it found.
ALLOWANCE = timedelta(seconds=10)


@workflow.defn(name=CONNECTION_TEST_WORKFLOW)
class ConnectionTestWorkflow:
    """One attempt: whoever asked waits for the answer, and asks again if they want another."""

    @workflow.run
    async def run(self, request: ConnectionTestInput) -> ConnectionTestResult:
        try:
            result: ConnectionTestResult = await workflow.execute_activity(
                Activity.TEST_CONNECTION.value,
                request,
                result_type=ConnectionTestResult,
                schedule_to_close_timeout=timedelta(seconds=request.limit_seconds) + ALLOWANCE,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except ActivityError as error:
            cause = error.cause
            message = cause.message if isinstance(cause, ApplicationError) else "The test did not finish."
            raise ApplicationError(message, type=RunErrorCode.INTERNAL.value, non_retryable=True) from None
        return result
