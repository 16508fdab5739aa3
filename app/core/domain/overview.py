"""What is shown of everything at a glance: counts, runs on a timeline, fires to come. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.domain.runs import RunStatus, RunTrigger


@dataclass(frozen=True)
class Overview:
    """Counts of what is live, and of the changes found at `since` or later."""

    since: datetime
    endpoints_total: int
    endpoints_failing: int
    runs_queued: int
    runs_running: int
    datasets_total: int
    changes_total: int
    changes_breaking: int


@dataclass(frozen=True)
class RunStatusCount:
    """How many runs have a status."""

    status: RunStatus
    count: int


@dataclass(frozen=True)
class TimelineRun:
    """A run as a timeline shows it."""

    id: UUID
    status: RunStatus
    trigger: RunTrigger
    requested_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True)
class TimelineLane:
    """The newest runs of an endpoint in a span, oldest first; `omitted` counts the older ones."""

    endpoint_id: UUID
    endpoint_name: str
    is_failing: bool
    runs: Sequence[TimelineRun]
    omitted: int


@dataclass(frozen=True)
class ScheduledCollection:
    """An enabled collection with a schedule."""

    collection_id: UUID
    endpoint_id: UUID
    endpoint_name: str
    schedule_cron: str
    schedule_timezone: str


@dataclass(frozen=True)
class UpcomingRun(ScheduledCollection):
    """The same, at a time when it will fire (UTC)."""

    at: datetime
