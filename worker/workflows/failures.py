"""What a failed activity means to a person: a run error code and a sentence. Pure."""

from temporalio import exceptions, workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutType

with workflow.unsafe.imports_passed_through():
    from app.core.contracts import STATE_CONFLICT, WORKER_STOPPED, Activity, RunLimits
    from app.core.domain.runs import RunErrorCode
    from worker.words import duration_in_words


def is_state_conflict(error: ActivityError) -> bool:
    """Whether the run's state forbade the step: somebody else has ended the run."""
    return _application_type(error) == STATE_CONFLICT


def is_worker_stop(error: ActivityError) -> bool:
    """Whether the step was given up because its worker shut down."""
    return _application_type(error) == WORKER_STOPPED


def is_final(error: FailureError) -> bool:
    """Whether a step said that trying again is of no use."""
    return isinstance(error, ApplicationError) and error.non_retryable


def of_step(name: Activity) -> ActivityError:
    """Temporal's report of a failed step, to be raised from its own error."""
    return ActivityError(
        "Activity task failed",
        scheduled_event_id=0,
        started_event_id=0,
        identity="",
        activity_type=name.value,
        activity_id="",
        retry_state=None,
    )


def describe(error: ActivityError, limits: RunLimits) -> tuple[RunErrorCode, str]:
    """Code and sentence of a failed step.

    Activities state both themselves; what only Temporal noticed (a time limit, a silent worker) is put
    into words here. A text that no activity of ours has written is never passed on.
    """
    cause = error.cause
    stated = _application_type(error)
    if isinstance(cause, ApplicationError) and stated in set(RunErrorCode):
        return RunErrorCode(stated), cause.message
    if stated == WORKER_STOPPED:
        return (
            RunErrorCode.COLLECTOR_CRASHED,
            "The collection was interrupted again and again by worker shutdowns.",
        )
    if isinstance(cause, exceptions.TimeoutError):
        return _describe_timeout(error.activity_type, cause.type, limits)
    return _UNFORESEEN.get(error.activity_type, RunErrorCode.INTERNAL), "The run could not be completed."


_UNFORESEEN = {Activity.PERSIST.value: RunErrorCode.PERSIST_FAILED}


def _describe_timeout(
    activity_type: str, kind: TimeoutType | None, limits: RunLimits
) -> tuple[RunErrorCode, str]:
    silent = kind is TimeoutType.HEARTBEAT
    if activity_type == Activity.INGEST:
        if silent:
            return RunErrorCode.COLLECTOR_CRASHED, "The worker stopped responding during the collection."
        if kind is TimeoutType.START_TO_CLOSE:
            limit = duration_in_words(limits.ingest_seconds)
            return RunErrorCode.TIME_LIMIT, f"The collection took longer than its limit of {limit}."
        return RunErrorCode.TIME_LIMIT, "The collection did not end within the time that a run may take."
    if activity_type == Activity.PERSIST:
        if silent:
            return RunErrorCode.PERSIST_FAILED, "The worker stopped responding while it stored the records."
        limit = duration_in_words(limits.persist_seconds)
        return RunErrorCode.PERSIST_FAILED, f"Storing the records took longer than its limit of {limit}."
    if activity_type == Activity.PREPARE:
        limit = duration_in_words(limits.prepare_seconds)
        return RunErrorCode.INTERNAL, f"Preparing the collection took longer than its limit of {limit}."
    total = duration_in_words(limits.bookkeeping_total_seconds)
    return RunErrorCode.INTERNAL, f"The run's state could not be recorded within {total}."


def _application_type(error: ActivityError) -> str | None:
    return error.cause.type if isinstance(error.cause, ApplicationError) else None
