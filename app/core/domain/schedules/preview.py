"""What a schedule will do, for the person who sets it: its fires, its words, its surprises. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.domain.schedules.calendars import ALL_DAYS_OF_MONTH
from app.core.domain.schedules.cron import LONGEST_MONTHS, MINUTES_A_DAY, MONTH_NAMES, CronSpec
from app.core.domain.schedules.describe import describe, listing
from app.core.domain.schedules.fires import next_fires
from app.core.domain.schedules.zones import ClockChange, clock_changes

# A year and a bit: every clock change of a zone is seen once.
_WARNING_HORIZON = timedelta(days=366)
_LISTED_TIMES = 4


@dataclass(frozen=True)
class SchedulePreview:
    """The next fires in UTC, the schedule in words, and sentences about days on which it does otherwise."""

    fires_at: tuple[datetime, ...]
    description: str
    warnings: tuple[str, ...]


def preview(spec: CronSpec, zone: ZoneInfo, now: datetime, count: int) -> SchedulePreview:
    """The next `count` fires after `now` (aware), with warnings for the year that follows it."""
    return SchedulePreview(
        fires_at=tuple(next_fires(spec, zone, now, count)),
        description=describe(spec),
        warnings=(*_absent_days(spec), *_clock_warnings(spec, zone, now)),
    )


def _absent_days(spec: CronSpec) -> Iterator[str]:
    if spec.days_of_month == ALL_DAYS_OF_MONTH:
        return
    for day in (number for number in spec.days_of_month if number >= 29):
        months = [MONTH_NAMES[month - 1] for month in spec.months if LONGEST_MONTHS[month - 1] < day]
        if months:
            yield f"There is no day {day} in {listing(months)}: nothing runs for it then."
        if day == 29 and 2 in spec.months:
            yield "There is a day 29 in February in leap years only."


def _clock_warnings(spec: CronSpec, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    for change in clock_changes(zone, now, now + _WARNING_HORIZON):
        start, end = change.window
        nominal = _nominal_times(spec, start.date())
        actual = _actual_times(spec, zone, start.date())
        affected = [moment for moment in nominal if start <= moment < end]
        if affected or actual != nominal:
            yield (
                f"On {start.date()} the clock in {zone.key} {_what_it_does(change, affected)}: "
                f"{_what_runs(nominal, actual)}."
            )


def _nominal_times(spec: CronSpec, day: date) -> list[datetime]:
    if not spec.runs_on(day):
        return []
    midnight = datetime.combine(day, time())
    return [midnight + timedelta(minutes=minute) for minute in spec.minutes_of_day()]


def _actual_times(spec: CronSpec, zone: ZoneInfo, day: date) -> list[datetime]:
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    fires = next_fires(
        spec, zone, midnight - timedelta(seconds=1), 2 * MINUTES_A_DAY, until=midnight + timedelta(hours=27)
    )
    local_times = (fire.astimezone(zone).replace(tzinfo=None, fold=0) for fire in fires)
    return [moment for moment in local_times if moment.date() == day]


def _what_it_does(change: ClockChange, affected: list[datetime]) -> str:
    if not affected:
        return "changes"
    return f"skips {_times(affected)}" if change.skips else f"shows {_times(affected)} twice"


def _what_runs(nominal: list[datetime], actual: list[datetime]) -> str:
    if not actual:
        return "no run that day"
    runs = "1 run" if len(actual) == 1 else f"{len(actual)} runs"
    if len(actual) != len(nominal):
        return f"{runs} that day instead of {len(nominal) or 'none'}"
    return f"{runs} that day as usual" if actual == nominal else f"{runs} that day, at {_times(actual)}"


def _times(moments: list[datetime]) -> str:
    texts = [f"{moment:%H:%M}" for moment in moments]
    return listing(texts) if len(texts) <= _LISTED_TIMES else f"{texts[0]} to {texts[-1]}"
