"""Structured calendars: what a schedule's cron expression becomes in Temporal. Pure.

A calendar here holds the sorted values of each field, so that two calendars are equal exactly when they
mean the same; ranges are only the notation on the wire.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from app.core.domain.schedules.cron import CronSpec

ALL_DAYS_OF_MONTH = tuple(range(1, 32))
ALL_DAYS_OF_WEEK = tuple(range(7))


@dataclass(frozen=True, order=True)
class CalendarSpec:
    """The times whose minute, hour, day of month, month and day of week (0 is Sunday) are all listed."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days_of_month: tuple[int, ...]
    months: tuple[int, ...]
    days_of_week: tuple[int, ...]


@dataclass(frozen=True)
class Range:
    """Every `step`-th value from `start` to `end`, inclusive."""

    start: int
    end: int
    step: int = 1


def to_calendars(spec: CronSpec) -> tuple[CalendarSpec, ...]:
    """The calendars whose union is the expression: one, or two where a day may match either field."""
    if not spec.either_day:
        return (_calendar(spec, spec.days_of_month, spec.days_of_week),)
    by_month = _calendar(spec, spec.days_of_month, ALL_DAYS_OF_WEEK)
    by_week = _calendar(spec, ALL_DAYS_OF_MONTH, spec.days_of_week)
    return tuple(sorted({by_month, by_week}))


def to_ranges(values: tuple[int, ...]) -> tuple[Range, ...]:
    """The shortest obvious notation of sorted values: evenly spaced stretches of three or more become one."""
    ranges: list[Range] = []
    start = 0
    while start < len(values):
        step = values[start + 1] - values[start] if start + 1 < len(values) else 1
        stop = start + 1
        while stop < len(values) and values[stop] - values[stop - 1] == step:
            stop += 1
        if stop - start < 3:
            stop, step = start + 1, 1
        ranges.append(Range(values[start], values[stop - 1], step))
        start = stop
    return tuple(ranges)


def from_ranges(ranges: Iterable[Range]) -> tuple[int, ...]:
    """The sorted values that the ranges name; overlaps and order do not matter."""
    return tuple(sorted(set(chain.from_iterable(range(r.start, r.end + 1, r.step) for r in ranges))))


def _calendar(spec: CronSpec, days_of_month: tuple[int, ...], days_of_week: tuple[int, ...]) -> CalendarSpec:
    return CalendarSpec(spec.minutes, spec.hours, days_of_month, spec.months, days_of_week)
