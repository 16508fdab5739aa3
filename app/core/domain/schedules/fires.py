"""When a schedule fires: the calendars, evaluated the way Temporal's server evaluates them. Pure.

The server walks local time hour by hour and minute by minute. On days when the clock changes the walk has
corners that a plain reading of the calendar does not: a local time that does not exist is left out, one
that happens twice fires twice west of Greenwich but, mostly, only the second time east of it. They are kept
here one for one, because a preview must show what will happen; tests compare with the server itself.
"""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.domain.schedules.calendars import ALL_DAYS_OF_WEEK, CalendarSpec, to_calendars
from app.core.domain.schedules.cron import CronSpec
from app.core.domain.schedules.zones import offset_at

# The server looks no further than this either.
LAST_YEAR = 2100

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def next_fires(
    spec: CronSpec, zone: ZoneInfo, after: datetime, count: int, until: datetime | None = None
) -> list[datetime]:
    """The first `count` fires (UTC) later than `after`, none later than `until`; both instants are aware.

    Fewer are returned when there are no more before the end of LAST_YEAR.
    """
    calendars = to_calendars(spec)
    fires: list[datetime] = []
    previous = after.astimezone(UTC)
    while len(fires) < count:
        candidates = [_next_fire(calendar, zone, previous) for calendar in calendars]
        found = [candidate for candidate in candidates if candidate is not None]
        if not found or (until is not None and min(found) > until):
            break
        previous = min(found)
        fires.append(previous)
    return fires


def _next_fire(calendar: CalendarSpec, zone: ZoneInfo, after: datetime) -> datetime | None:
    local = after.astimezone(zone).replace(tzinfo=None)
    # `repeated`: the walk is in the second copy of an hour that the clock shows twice.
    repeated = (after - _HOUR).astimezone(zone).hour == local.hour
    cursor = local.replace(second=0, microsecond=0)
    if cursor.minute < 59:
        cursor += _MINUTE
    else:
        cursor, repeated = _leave_hour(cursor, zone, repeated)
    while cursor.year <= LAST_YEAR:
        if cursor.month not in calendar.months:
            cursor, repeated = _next_month(cursor), False
        elif not _is_day_of(calendar, cursor, zone):
            cursor, repeated = cursor.replace(hour=0, minute=0) + _DAY, False
        elif cursor.hour not in calendar.hours:
            cursor, repeated = _hour_after(cursor, calendar.hours), False
        else:
            minute = next((m for m in calendar.minutes if m >= cursor.minute), None)
            if minute is None:
                cursor, repeated = _leave_hour(cursor, zone, repeated)
                continue
            fire = _instant(cursor.replace(minute=minute), zone)
            if fire.astimezone(zone).hour == cursor.hour:
                return fire + _HOUR if repeated else fire
            cursor = cursor.replace(minute=0) + _HOUR
    return None


def _leave_hour(cursor: datetime, zone: ZoneInfo, repeated: bool) -> tuple[datetime, bool]:
    """The next hour, or the same one again when the clock is about to show it a second time."""
    this_hour = cursor.replace(minute=0)
    next_hour = this_hour + _HOUR
    if not repeated and _instant(next_hour, zone) - _instant(this_hour, zone) > _HOUR:
        return this_hour, True
    return next_hour, False


def _hour_after(cursor: datetime, hours: tuple[int, ...]) -> datetime:
    """The beginning of the next of `hours`, or of the day after."""
    later = bisect_right(hours, cursor.hour)
    if later == len(hours):
        return cursor.replace(hour=0, minute=0) + _DAY
    return cursor.replace(hour=hours[later], minute=0)


def _next_month(cursor: datetime) -> datetime:
    first = cursor.replace(day=1, hour=0, minute=0)
    return (first + 31 * _DAY).replace(day=1)


def _is_day_of(calendar: CalendarSpec, cursor: datetime, zone: ZoneInfo) -> bool:
    if cursor.day not in calendar.days_of_month:
        return False
    if calendar.days_of_week == ALL_DAYS_OF_WEEK:
        return True
    # Through the instant and back: where midnight does not exist the server may see the day before.
    return _instant(cursor, zone).astimezone(zone).isoweekday() % 7 in calendar.days_of_week


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local time (naive), choosing as Go's time.Date does when there are none or two."""
    guess = local.replace(tzinfo=UTC)
    return guess - offset_at(guess - offset_at(guess, zone), zone)
