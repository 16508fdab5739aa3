"""Collections: one per endpoint, with a schedule of its own. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.domain.schedules import describe, parse_cron


class ScheduleState(StrEnum):
    """NONE: manual only, or deleted; PENDING: Temporal not yet told; ERROR: see `schedule_error`."""

    NONE = "NONE"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ERROR = "ERROR"


@dataclass(frozen=True)
class CollectionLabel:
    """What a list of runs shows of a collection."""

    id: UUID
    schedule_cron: str | None


@dataclass(frozen=True)
class Collection:
    """A row of metadata_collections."""

    id: UUID
    endpoint_id: UUID
    schedule_cron: str | None
    schedule_timezone: str
    is_enabled: bool
    revision: int
    applied_revision: int
    schedule_error: str | None
    temporal_schedule_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @property
    def schedule_description(self) -> str | None:
        """The schedule in words, with its time zone; None when there is none."""
        if self.schedule_cron is None:
            return None
        return f"{describe(parse_cron(self.schedule_cron))} ({self.schedule_timezone})"

    @property
    def schedule_state(self) -> ScheduleState:
        """What Temporal knows of this schedule, as far as the reconciler has reported."""
        if self.schedule_cron is None or self.deleted_at is not None:
            return ScheduleState.NONE
        if self.schedule_error is not None:
            return ScheduleState.ERROR
        if self.applied_revision != self.revision:
            return ScheduleState.PENDING
        return ScheduleState.ACTIVE if self.is_enabled else ScheduleState.PAUSED
