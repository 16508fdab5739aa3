"""The test_connection activity: one collector process tries a source, within seconds."""

import logging
import os
import time
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import CancelledError

from app.core.contracts import Activity, ConnectionTestInput, ConnectionTestResult
from app.core.db import connection_tests
from app.core.domain.endpoints import ConnectionTest, Diagnostic, TestResult
from app.core.domain.runs import RunErrorCode
from app.core.domain.secrets import UnreadableSecret
from worker.activities.context import ActivityContext
from worker.activities.failures import run_failure, worker_stopped
from worker.collector_events import Failure, Result
from worker.collector_process import CollectorProcess, CollectorRequest
from worker.references import resolve
from worker.sources import SourceError
from worker.words import duration_in_words

TICK_SECONDS = 0.1
_STOP_GRACE_SECONDS = 1.0

log = logging.getLogger(__name__)


class ConnectionTesting:
    """Bound to a worker's context; holds nothing of a test."""

    def __init__(self, context: ActivityContext) -> None:
        self._context = context

    @activity.defn(name=Activity.TEST_CONNECTION, no_thread_cancel_exception=True)
    def test_connection(self, request: ConnectionTestInput) -> ConnectionTestResult:
        """Try the source of a stored test within `limit_seconds` and store what was found.

        Storing it wipes the test's secrets. Raises ApplicationError when there is no such test.
        """
        ends_at = time.monotonic() + request.limit_seconds
        with self._context.pool.connection() as conn:
            test = connection_tests.get_test(conn, UUID(request.test_id))
        if test is None:
            raise run_failure(RunErrorCode.BAD_CONFIG, "There is no such connection test.")
        if test.result is not None:
            return ConnectionTestResult(test.result.ok)
        result = self._try(test, request.limit_seconds, ends_at)
        with self._context.pool.connection() as conn:
            connection_tests.finish_test(conn, test.id, result)
        return ConnectionTestResult(result.ok)

    def _try(self, test: ConnectionTest, limit_seconds: float, ends_at: float) -> TestResult:
        context = self._context
        try:
            opened = resolve(context.secrets.open(test.sealed), context.references, os.environ)
        except UnreadableSecret as error:
            return _refused([], RunErrorCode.BAD_CONFIG, f"The test cannot be made: {error}.")
        except SourceError as error:
            return _refused([], error.code, error.message, error.hint, error.field)
        order = CollectorRequest(
            mode="test",
            template_id=test.template_id,
            parameters={**test.parameters, **opened},
            file_roots=context.file_roots,
            networks=context.networks.as_texts(),
            connect_timeout_seconds=context.connect_timeout_seconds,
            memory_mb=context.collector_memory_mb,
        )
        with CollectorProcess(order, list(opened.values()), context.start_collector) as child:
            result = _follow(child, limit_seconds, ends_at)
            child.stop(_STOP_GRACE_SECONDS)
        return result


def _follow(child: CollectorProcess, limit_seconds: float, ends_at: float) -> TestResult:
    """Listen to the child until it has ended or its time is up."""
    steps: list[Diagnostic] = []
    for event in child.events(TICK_SECONDS):
        if isinstance(event, Diagnostic):
            steps.append(event)
        elif isinstance(event, Result):
            return TestResult(event.ok, tuple(steps), event.version)
        elif isinstance(event, Failure):
            return _refused(steps, event.code, event.message, event.hint)
        if time.monotonic() >= ends_at:
            return _refused(steps, RunErrorCode.SOURCE_TIMEOUT, _silence(steps, limit_seconds))
        if activity.is_worker_shutdown():
            raise worker_stopped()
        if activity.is_cancelled():
            raise CancelledError("The test was cancelled.")
    for line in child.error_output():
        log.error("connection_test_output", extra={"line": line})
    sentence = child.exit_sentence() or "The collector process ended without a result."
    return _refused(steps, RunErrorCode.COLLECTOR_CRASHED, sentence)


def _silence(steps: list[Diagnostic], limit_seconds: float) -> str:
    limit = duration_in_words(limit_seconds)
    if any(step.code == "CONNECT" for step in steps):
        return f"The source accepted the connection but did not answer within {limit}."
    return f"The source did not answer within {limit}."


def _refused(
    steps: list[Diagnostic],
    code: RunErrorCode,
    message: str,
    hint: str | None = None,
    field: str | None = None,
) -> TestResult:
    return TestResult(False, (*steps, Diagnostic("ERROR", code.value, message, hint, field)))
