"""Runs: their states, what may follow what, and why one may have failed. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class RunStatus(StrEnum):
    """Where a run stands. The allowed transitions are in ALLOWED_SOURCES; a terminal state is final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    CANCELED = "CANCELED"


_MILLISECOND = timedelta(milliseconds=1)

ACTIVE = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})
TERMINAL = frozenset(RunStatus) - ACTIVE

# target -> states it may be reached from; the UPDATE statements guard with the same lists.
ALLOWED_SOURCES: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.RUNNING: frozenset({RunStatus.QUEUED}),
    RunStatus.SUCCEEDED: frozenset({RunStatus.RUNNING}),
    RunStatus.PARTIAL: frozenset({RunStatus.RUNNING}),
    RunStatus.FAILED: ACTIVE,
    RunStatus.SKIPPED: ACTIVE,
    RunStatus.CANCELED: ACTIVE,
}


class RunTrigger(StrEnum):
    MANUAL = "MANUAL"
    SCHEDULE = "SCHEDULE"
    REGISTRATION = "REGISTRATION"


class RunErrorCode(StrEnum):
    """Why a run failed; the codes of `MetadataCollectionRun.errorCode` and of a failed test step."""

    SOURCE_AUTH_FAILED = "SOURCE_AUTH_FAILED"
    SOURCE_HOST_UNKNOWN = "SOURCE_HOST_UNKNOWN"
    SOURCE_REFUSED = "SOURCE_REFUSED"
    SOURCE_TIMEOUT = "SOURCE_TIMEOUT"
    SOURCE_NOT_FOUND = "SOURCE_NOT_FOUND"
    SOURCE_PERMISSION_DENIED = "SOURCE_PERMISSION_DENIED"
    SOURCE_TLS_FAILED = "SOURCE_TLS_FAILED"
    SOURCE_CONNECTION_LOST = "SOURCE_CONNECTION_LOST"
    SOURCE_ERROR = "SOURCE_ERROR"
    SOURCE_NOT_ALLOWED = "SOURCE_NOT_ALLOWED"
    BAD_CONFIG = "BAD_CONFIG"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    TIME_LIMIT = "TIME_LIMIT"
    COLLECTOR_CRASHED = "COLLECTOR_CRASHED"
    STAGING_FAILED = "STAGING_FAILED"
    STAGING_INCOMPLETE = "STAGING_INCOMPLETE"
    PERSIST_FAILED = "PERSIST_FAILED"
    WORKFLOW_LOST = "WORKFLOW_LOST"
    INTERNAL = "INTERNAL"


# Trying again cannot help with these (SPEC.md, table of activities, "not retried").
NOT_RETRIED = frozenset(
    {
        RunErrorCode.SOURCE_AUTH_FAILED,
        RunErrorCode.SOURCE_HOST_UNKNOWN,
        RunErrorCode.SOURCE_NOT_FOUND,
        RunErrorCode.SOURCE_NOT_ALLOWED,
        RunErrorCode.BAD_CONFIG,
        RunErrorCode.MEMORY_LIMIT,
    }
)


@dataclass(frozen=True)
class RunProgress:
    """Where a running collection stands: `phase` in words, `done` of `total` objects (None: unknown)."""

    phase: str
    done: int
    total: int | None
    current: str | None
    updated_at: datetime


@dataclass(frozen=True)
class RunStats:
    """What a run found, in datasets; `columns` counts columns of the datasets seen."""

    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    filtered: int = 0
    columns: int = 0
    held_removals: int = 0


class ReadMode(StrEnum):
    """How a run read its source. FINGERPRINT: nothing had changed, and nothing but that was asked."""

    FULL = "FULL"
    FINGERPRINT = "FINGERPRINT"


@dataclass(frozen=True)
class SourceCost:
    """What reading cost the source. `bytes` are those of the answers, None for a file."""

    statements: int
    seconds: float
    rows: int
    bytes: int | None


@dataclass(frozen=True)
class Run:
    """A row of metadata_collection_runs. `redactions` counts the secret values masked in what it stored."""

    id: UUID
    collection_id: UUID | None
    endpoint_id: UUID
    status: RunStatus
    trigger: RunTrigger
    requested_by: str | None
    requested_at: datetime
    scheduled_for: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    workflow_id: str | None
    temporal_run_id: str | None
    attempt: int
    error: str | None
    error_code: str | None
    skip_reason: str | None
    filters: dict[str, Any] | None
    progress: RunProgress | None
    stats: RunStats | None
    redactions: int
    read_mode: ReadMode | None
    source_cost: SourceCost | None
    created_at: datetime
    updated_at: datetime

    @property
    def duration_ms(self) -> int | None:
        return duration_ms(self.started_at, self.completed_at)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE


def duration_ms(start: datetime | None, end: datetime | None) -> int | None:
    """Milliseconds from `start` to `end`; None until both are known."""
    return None if start is None or end is None else (end - start) // _MILLISECOND


@dataclass(frozen=True)
class RunRow:
    """What lists show of a run; `endpoint_name` and `schedule_cron` are those of what it belongs to."""

    id: UUID
    collection_id: UUID | None
    endpoint_id: UUID
    status: str
    trigger: str
    requested_by: str | None
    requested_at: datetime
    scheduled_for: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    duration_ms: int | None
    attempt: int
    error: str | None
    error_code: str | None
    skip_reason: str | None
    endpoint_name: str
    schedule_cron: str | None


@dataclass(frozen=True)
class RunFilter:
    """Which runs to list; None does not restrict. `from_` and `to` bound `requested_at`, inclusive.

    `changed_only`: only runs that found a difference in the catalog.
    """

    endpoint_id: UUID | None = None
    collection_id: UUID | None = None
    statuses: Collection[RunStatus] | None = None
    trigger: RunTrigger | None = None
    from_: datetime | None = None
    to: datetime | None = None
    changed_only: bool = False


@dataclass(frozen=True)
class FailedObject:
    """What a run listed and could not read; `name` None: the schema itself. `id` counts within the run."""

    id: int
    database: str | None
    schema: str | None
    name: str | None
    code: str
    reason: str


@dataclass(frozen=True)
class RunLogLine:
    """A line of a run's log; `id` grows with time."""

    id: int
    at: datetime
    level: str
    message: str
    fields: dict[str, Any] | None
