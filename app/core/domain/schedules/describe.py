"""A cron expression in words. Pure."""

from collections.abc import Sequence

from app.core.domain.schedules.calendars import ALL_DAYS_OF_MONTH, ALL_DAYS_OF_WEEK, to_ranges
from app.core.domain.schedules.cron import MONTH_NAMES, WEEKDAY_NAMES, CronSpec

# More times of day than these are described by their minutes and hours.
_LISTED_TIMES = 6
# More evenly spaced values than these plus one are described by their step.
_LISTED_VALUES = 5


def describe(spec: CronSpec) -> str:
    """One phrase without a full stop, such as “Every day at 02:30”."""
    days, months = _days(spec), _months(spec)
    times = spec.minutes_of_day()
    if len(times) > _LISTED_TIMES:
        return _join(_minutes_and_hours(spec), days, months)
    at = "at " + listing([clock(minute) for minute in times])
    if not days:
        return _join("Every day", months, at)
    return _join(at.capitalize(), days, months)


def listing(items: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))


def clock(minute_of_day: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"


def _join(*phrases: str) -> str:
    return " ".join(phrase for phrase in phrases if phrase)


def _minutes_and_hours(spec: CronSpec) -> str:
    every_hour = len(spec.hours) == 24
    if step := _even_step(spec.minutes, 60):
        minutes = "Every minute" if step == 1 else f"Every {step} minutes"
        return minutes if every_hour else f"{minutes} of {_hours(spec)}"
    at = f"at {_plural('minute', spec.minutes)} {_values([str(m) for m in spec.minutes], spec.minutes)}"
    if every_hour:
        return f"Every hour {at}"
    if (step := _even_step(spec.hours, 24)) is not None:
        return f"Every {step} hours {at}"
    return f"{at.capitalize()} of {_hours(spec)}"


def _hours(spec: CronSpec) -> str:
    return f"{_plural('hour', spec.hours)} {_values([str(hour) for hour in spec.hours], spec.hours)}"


def _even_step(values: tuple[int, ...], size: int) -> int | None:
    """The step when the values go round the clock evenly from 0, so that “every N” is the whole truth."""
    if len(values) < 2 or size % len(values) or values != tuple(range(0, size, size // len(values))):
        return None
    return size // len(values)


def _days(spec: CronSpec) -> str:
    in_month = f"on {_plural('day', spec.days_of_month)} " + _values(
        [str(day) for day in spec.days_of_month], spec.days_of_month
    )
    in_week = _values([WEEKDAY_NAMES[day] for day in spec.days_of_week], spec.days_of_week)
    if " to " in in_week:
        in_week = f"day from {in_week}"
    if spec.either_day:
        return f"{in_month} and on every {in_week}"
    all_month = spec.days_of_month == ALL_DAYS_OF_MONTH
    if spec.days_of_week == ALL_DAYS_OF_WEEK:
        return "" if all_month else in_month
    return f"on every {in_week}" if all_month else f"{in_month} if it is a {in_week}"


def _months(spec: CronSpec) -> str:
    if len(spec.months) == len(MONTH_NAMES):
        return ""
    return "in " + _values([MONTH_NAMES[month - 1] for month in spec.months], spec.months)


def _plural(noun: str, values: tuple[int, ...]) -> str:
    return noun if len(values) == 1 else f"{noun}s"


def _values(names: Sequence[str], values: tuple[int, ...]) -> str:
    """The names of the values; three or more in a row become “first to last”, long steps are named."""
    by_value = dict(zip(values, names, strict=True))
    parts: list[str] = []
    for stretch in to_ranges(values):
        if stretch.step == 1 and stretch.end > stretch.start:
            parts.append(f"{by_value[stretch.start]} to {by_value[stretch.end]}")
        elif stretch.end - stretch.start > _LISTED_VALUES * stretch.step:
            parts.append(f"{by_value[stretch.start]} to {by_value[stretch.end]} in steps of {stretch.step}")
        else:
            parts += [by_value[value] for value in range(stretch.start, stretch.end + 1, stretch.step)]
    return listing(parts)
