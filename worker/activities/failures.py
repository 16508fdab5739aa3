"""How an activity fails: with a code and a sentence, and nothing else in Temporal's history."""

import logging
import uuid
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, CancelledError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from app.core.contracts import STATE_CONFLICT, WORKER_STOPPED
from app.core.domain.runs import NOT_RETRIED, RunErrorCode

log = logging.getLogger(__name__)

# What losing the database looks like: a matter of waiting, not a fault to search for.
_DATABASE_LOST = (psycopg.OperationalError, PoolTimeout)


def run_failure(code: RunErrorCode, message: str) -> ApplicationError:
    """The error of a step whose cause is known. `message` is a sanitised sentence for a person.

    Retried by the workflow's policy unless domain.runs.NOT_RETRIED says that it cannot help.
    """
    return ApplicationError(
        message,
        type=code.value,
        non_retryable=code in NOT_RETRIED,
        category=ApplicationErrorCategory.BENIGN,
    )


def state_conflict(run_id: object) -> ApplicationError:
    """The error of a step that the run's state forbids; the run itself stays as it is."""
    return ApplicationError(
        f"Run {run_id} has already ended.",
        type=STATE_CONFLICT,
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )


def worker_stopped() -> ApplicationError:
    """The error of a step given up because the worker shuts down.

    Not retried as such, since that would use up one of the run's attempts: the workflow begins it afresh.
    """
    return ApplicationError(
        "The worker was shut down during this step.",
        type=WORKER_STOPPED,
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )


class SanitiseFailures(Interceptor):
    """Keeps the text of unforeseen exceptions out of Temporal's history: it goes to the worker's log."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - Temporal's name
        return _SanitiseActivity(next)


class _SanitiseActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - Temporal's name
        try:
            return await self.next.execute_activity(input)
        except (FailureError, CancelledError):
            raise
        except _DATABASE_LOST as error:
            log.warning(
                "database_unavailable",
                extra={"activity": activity.info().activity_type, "error": type(error).__name__},
            )
            raise run_failure(
                RunErrorCode.INTERNAL, "Muster's database could not be reached for some time."
            ) from None
        except Exception:
            log_id = uuid.uuid4().hex[:12]
            log.exception(
                "activity_failed", extra={"activity": activity.info().activity_type, "log_id": log_id}
            )
            raise run_failure(
                RunErrorCode.INTERNAL,
                f"Something unforeseen went wrong (log id {log_id} in the worker's log).",
            ) from None
