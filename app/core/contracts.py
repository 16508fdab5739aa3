"""Names, ids and messages that the web process, the worker and Temporal share (SPEC.md, "Names shared").

Workflow and activity inputs carry ids and limits only: no connection parameter and no secret ever enters
Temporal's history. Values that may change with a setting travel in the input, so that a replay of an old
history sees the values of its own time.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

COLLECTION_RUN_WORKFLOW = "CollectionRunWorkflow"
CONNECTION_TEST_WORKFLOW = "ConnectionTestWorkflow"

DEFAULT_TASK_QUEUE = "metadata-collection"
DEFAULT_NAMESPACE = "default"
SCHEDULE_ID_PREFIX = "collection::"
RUN_WORKFLOW_ID_PREFIX = "collection-run::"
TEST_WORKFLOW_ID_PREFIX = "connection-test::"

# What the reconciler listens to: the payload is a collection id, a run id, or empty.
RECONCILE_CHANNEL = "muster_reconcile"


class Activity(StrEnum):
    """Activity names, as they stand in Temporal's history."""

    CREATE_RUN = "create_run"
    MARK_RUN_STARTED = "mark_run_started"
    PREPARE = "prepare_collection_job"
    INGEST = "ingest"
    PERSIST = "persist_catalog_records"
    MARK_RUN_COMPLETED = "mark_run_completed"
    MARK_RUN_SKIPPED = "mark_run_skipped"
    MARK_RUN_FAILED = "mark_run_failed"
    MARK_RUN_CANCELED = "mark_run_canceled"
    TEST_CONNECTION = "test_connection"


def schedule_id(collection_id: str) -> str:
    """The Temporal schedule id of a collection."""
    return f"{SCHEDULE_ID_PREFIX}{collection_id}"


def manual_workflow_id(run_id: str) -> str:
    """The workflow id of a run that somebody asked for; deterministic, so that starting twice is harmless."""
    return f"{RUN_WORKFLOW_ID_PREFIX}{run_id}"


def scheduled_workflow_id(collection_id: str) -> str:
    """The base of a scheduled run's workflow id; Temporal appends the fire time to it."""
    return f"{RUN_WORKFLOW_ID_PREFIX}{collection_id}"


_FIRE_TIME_SUFFIX = re.compile(r"-(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)$")


def fire_time(workflow_id: str) -> str | None:
    """The fire time that Temporal appended to a scheduled run's workflow id, ISO 8601 in UTC."""
    found = _FIRE_TIME_SUFFIX.search(workflow_id)
    return found.group(1) if found else None


def connection_test_workflow_id(test_id: str) -> str:
    """The workflow id of one connection test."""
    return f"{TEST_WORKFLOW_ID_PREFIX}{test_id}"


def ingest_task_queue(task_queue: str) -> str:
    """The queue of the ingest activity alone: long reads never take the slots that bookkeeping needs."""
    return f"{task_queue}-ingest"


@dataclass(frozen=True)
class RunLimits:
    """Time limits of one run, in seconds (SPEC.md, table of activities)."""

    bookkeeping_seconds: float = 10
    bookkeeping_total_seconds: float = 600
    prepare_seconds: float = 30
    prepare_attempts: int = 5
    ingest_seconds: float = 3600
    ingest_attempts: int = 3
    persist_seconds: float = 900
    persist_attempts: int = 5
    heartbeat_seconds: float = 30
    retry_initial_seconds: float = 1
    retry_maximum_seconds: float = 30


WORKFLOW_EXECUTION_TIMEOUT_SECONDS = 3 * 3600

# Types of ApplicationError beside the run error codes (core.domain.runs.RunErrorCode).
STATE_CONFLICT = "STATE_CONFLICT"  # the run's state forbids the step: somebody else has ended it
WORKER_STOPPED = "WORKER_STOPPED"  # the worker is shutting down; another one may begin the step afresh


@dataclass(frozen=True)
class CollectionRunInput:
    """Input of CollectionRunWorkflow. `run_id` is absent when a schedule started it. `begins_locally` is True
    in all that is asked for now: the first steps need no round trip to Temporal."""

    collection_id: str
    endpoint_id: str
    run_id: str | None = None
    ingest_queue: str = ingest_task_queue(DEFAULT_TASK_QUEUE)
    limits: RunLimits = field(default_factory=RunLimits)
    begins_locally: bool = False


@dataclass(frozen=True)
class CollectionRunResult:
    """How a run ended that did not fail: SUCCEEDED, PARTIAL or SKIPPED (a failed run fails its workflow)."""

    run_id: str
    status: str


@dataclass(frozen=True)
class CreateRunInput:
    """`scheduled_for` is the fire time this run answers, ISO 8601 in UTC."""

    collection_id: str
    endpoint_id: str
    workflow_id: str
    temporal_run_id: str
    scheduled_for: str | None


@dataclass(frozen=True)
class CreateRunResult:
    """`status` is QUEUED when the run may go on, SKIPPED (or whatever it already is) when it may not."""

    run_id: str
    status: str


@dataclass(frozen=True)
class RunRef:
    """A run, and the Temporal execution that works on it."""

    run_id: str
    workflow_id: str
    temporal_run_id: str


@dataclass(frozen=True)
class PrepareResult:
    """`skip_reason` set: the run ends SKIPPED with it."""

    skip_reason: str | None = None


@dataclass(frozen=True)
class IngestInput:
    run_id: str
    limit_seconds: float


@dataclass(frozen=True)
class IngestResult:
    """Where the staged records lie (a key under the staging URL) and what the collector counted."""

    staging_key: str
    datasets: int
    failed: int
    filtered: int


@dataclass(frozen=True)
class PersistInput:
    run_id: str
    staging_key: str


@dataclass(frozen=True)
class PersistResult:
    """`partial` when some listed objects could not be read."""

    partial: bool


@dataclass(frozen=True)
class CompleteRunInput:
    run_id: str
    partial: bool


@dataclass(frozen=True)
class SkipRunInput:
    run_id: str
    reason: str


@dataclass(frozen=True)
class FailRunInput:
    """`code` is one of the run error codes (core.domain.runs.RunError); `message` is already sanitised."""

    run_id: str
    code: str
    message: str


@dataclass(frozen=True)
class CancelRunInput:
    run_id: str


@dataclass(frozen=True)
class ConnectionTestInput:
    """A connection test; its parameters wait, encrypted, in the row `test_id` names."""

    test_id: str
    limit_seconds: float


@dataclass(frozen=True)
class ConnectionTestResult:
    """The steps and their results stand in the row; this only says that they are there."""

    ok: bool
