"""What is shown of everything at a glance: counts, runs on a timeline, fires to come. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.domain.runs import RunStatus, RunTrigger


@dataclass(frozen=True)
class Overview:
    """Counts of what is live, and of the changes found at `since` or later."""

    since: datetime
    endpoints_total: int
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
class TimelineSpan:
    """From when to when, and how many runs of it a lane shows at most."""

    from_: datetime
    to: datetime
    lane_runs: int


@dataclass(frozen=True)
class TimelineLane:
    """An endpoint that ran in a span. The newest runs are shown; `omitted` counts the older ones."""

    endpoint_id: UUID
    endpoint_name: str
    is_failing: bool
    omitted: int
    span: TimelineSpan


@dataclass(frozen=True)
class UpcomingRun:
    """When (UTC) an enabled collection's schedule fires next."""

    at: datetime
    collection_id: UUID
    endpoint_id: UUID
    endpoint_name: str
    schedule_cron: str
    schedule_timezone: str
