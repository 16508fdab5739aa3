"""Schedules: cron expressions, when they fire, and how Temporal's schedules are kept equal to them. Pure."""

from app.core.domain.schedules.calendars import CalendarSpec, Range, from_ranges, to_calendars, to_ranges
from app.core.domain.schedules.cron import CronError, CronSpec, check_minimum_interval, parse_cron
from app.core.domain.schedules.describe import describe
from app.core.domain.schedules.fires import next_fires
from app.core.domain.schedules.plan import (
    Action,
    Create,
    Delete,
    DesiredSchedule,
    ObservedSchedule,
    Timing,
    Update,
    plan,
)
from app.core.domain.schedules.preview import SchedulePreview, preview
from app.core.domain.schedules.upcoming import CronTiming, upcoming
from app.core.domain.schedules.zones import TimezoneError, check_timezone

__all__ = [
    "Action",
    "CalendarSpec",
    "Create",
    "CronError",
    "CronSpec",
    "CronTiming",
    "Delete",
    "DesiredSchedule",
    "ObservedSchedule",
    "Range",
    "SchedulePreview",
    "TimezoneError",
    "Timing",
    "Update",
    "check_minimum_interval",
    "check_timezone",
    "describe",
    "from_ranges",
    "next_fires",
    "parse_cron",
    "plan",
    "preview",
    "to_calendars",
    "to_ranges",
    "upcoming",
]
