"""Cron expressions with their Unix meaning: five fields, names, lists, ranges, steps and the @ names.

The rules are Vixie cron's. Where they surprise, this is the choice: when day-of-month and day-of-week are
both restricted a day matches *either*; a field that begins with `*` (`*/2` too) does not count as
restricted, so that `0 0 */2 * MON` means odd days that are a Monday.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

# Every minute, hour, day and month written out one by one is about 360 characters long.
MAX_LENGTH = 500
MINUTES_A_DAY = 24 * 60

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
# In a leap year: a day that exists in some years only still fires.
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}

# The calendar repeats every 28 years within a century; one year more joins the end to the beginning.
_CYCLE_YEARS = range(2000, 2029)


class CronError(ValueError):
    """An expression that cannot be used. The text is one sentence for the person who wrote it."""


@dataclass(frozen=True)
class CronSpec:
    """A parsed expression: the sorted values each field allows, days of the week from 0 (Sunday) to 6.

    The two flags say whether the field restricts the day, in the sense of this module's docstring.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days_of_month: tuple[int, ...]
    months: tuple[int, ...]
    days_of_week: tuple[int, ...]
    day_of_month_restricted: bool
    day_of_week_restricted: bool

    @property
    def either_day(self) -> bool:
        """Whether a day needs to match only one of day-of-month and day-of-week."""
        return self.day_of_month_restricted and self.day_of_week_restricted

    def runs_on(self, day: date) -> bool:
        """Whether the expression names this day."""
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days_of_month, day.isoweekday() % 7 in self.days_of_week
        return (in_month or in_week) if self.either_day else (in_month and in_week)

    def minutes_of_day(self) -> list[int]:
        """The nominal times of a day it runs on, in minutes after midnight, ascending."""
        return [hour * 60 + minute for hour in self.hours for minute in self.minutes]


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day-of-month", 1, 31),
    _Field("month", 1, 12, {name[:3].upper(): number for number, name in enumerate(MONTH_NAMES, 1)}),
    _Field("day-of-week", 0, 7, {name[:3].upper(): number for number, name in enumerate(WEEKDAY_NAMES)}),
)


@lru_cache(maxsize=4096)
def parse_cron(text: str) -> CronSpec:
    """Read a cron expression. Raises CronError if it is not of the standard form or could never fire."""
    texts = _split(text)
    minutes, hours, days_of_month, months, days_of_week = (
        _values(kind, part) for kind, part in zip(_FIELDS, texts, strict=True)
    )
    spec = CronSpec(
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days_of_month=tuple(sorted(days_of_month)),
        months=tuple(sorted(months)),
        days_of_week=tuple(sorted({day % 7 for day in days_of_week})),
        day_of_month_restricted=not texts[2].startswith("*"),
        day_of_week_restricted=not texts[4].startswith("*"),
    )
    _check_it_fires(spec)
    return spec


def check_minimum_interval(spec: CronSpec, minimum_seconds: int) -> None:
    """Raise CronError if two nominal fires can be closer than this; clock changes are not considered."""
    closest = closest_fires_seconds(spec)
    if closest is not None and closest < minimum_seconds:
        raise CronError(
            f"Runs would be only {closest} seconds apart at their closest; "
            f"the shortest interval allowed is {minimum_seconds} seconds."
        )


def closest_fires_seconds(spec: CronSpec) -> int | None:
    """The least distance between two nominal fires, in seconds; None when fires are decades apart."""
    times = spec.minutes_of_day()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    days = _closest_days(spec)
    if days is not None:
        gaps.append(days * MINUTES_A_DAY - times[-1] + times[0])
    return min(gaps) * 60 if gaps else None


def _split(text: str) -> list[str]:
    if len(text) > MAX_LENGTH:
        raise CronError(f"The expression is longer than {MAX_LENGTH} characters.")
    text = text.replace("\t", " ").strip(" ")
    if not text:
        raise CronError("The expression is empty.")
    if not (text.isascii() and text.isprintable()):
        raise CronError("The expression contains characters that no cron expression has.")
    if text.startswith("@"):
        if text.lower() not in _NICKNAMES:
            raise CronError(f"{_shown(text)} is not one of {', '.join(_NICKNAMES)}.")
        text = _NICKNAMES[text.lower()]
    if "=" in text:
        raise CronError("The time zone is a setting of its own and cannot stand in the expression.")
    texts = text.split()
    if len(texts) != len(_FIELDS):
        raise CronError(
            "An expression has five fields (minute, hour, day of month, month, day of week), "
            f"and this one has {len(texts)}."
        )
    return texts


def _values(kind: _Field, text: str) -> set[int]:
    return {value for item in text.split(",") for value in _item_values(kind, item)}


def _item_values(kind: _Field, item: str) -> range:
    base, has_step, step_text = item.partition("/")
    step = 1
    if has_step:
        step = int(step_text) if step_text.isdecimal() else 0
        if step == 0:
            raise CronError(
                f"The step of {_shown(item)} in the {kind.name} field is not a number above zero."
            )
    if base == "*":
        # 7 is a second name of Sunday, so a week is 0 to 6 here.
        return range(kind.low, min(kind.high, 6) + 1 if kind.name == "day-of-week" else kind.high + 1, step)
    first_text, is_range, last_text = base.partition("-")
    first = _value(kind, first_text, item)
    if not is_range:
        if has_step:
            raise CronError(
                f"The step of {_shown(item)} in the {kind.name} field needs a range or *: "
                f"write {_shown(f'{first_text}-{kind.high}/{step_text}')}."
            )
        return range(first, first + 1)
    last = _value(kind, last_text, item)
    if last < first:
        raise CronError(f"The range {_shown(base)} in the {kind.name} field runs backwards.")
    return range(first, last + 1, step)


def _value(kind: _Field, text: str, item: str) -> int:
    if text.isdecimal():
        number = int(text)
        if not kind.low <= number <= kind.high:
            raise CronError(
                f"{_shown(text)} in the {kind.name} field is not between {kind.low} and {kind.high}."
            )
        return number
    if text.upper() in kind.names:
        return kind.names[text.upper()]
    if not item:
        raise CronError(f"The {kind.name} field has an empty item between its commas.")
    if _is_extension(item.upper()):
        raise CronError(
            f"{_shown(item)} in the {kind.name} field uses an extension (L, W, #, ?, H) "
            "that plain cron does not have."
        )
    allowed = "a number or a three-letter name" if kind.names else "a number"
    raise CronError(
        f"{_shown(item)} in the {kind.name} field is not {allowed}, nor a list, range or step of them."
    )


def _is_extension(item: str) -> bool:
    return "#" in item or "?" in item or item.startswith(("H", "L")) or item.endswith(("L", "W"))


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _check_it_fires(spec: CronSpec) -> None:
    # Under the either-day rule some weekday always comes.
    longest = max(LONGEST_MONTHS[month - 1] for month in spec.months)
    if not spec.either_day and spec.days_of_month[0] > longest:
        months = " or ".join(MONTH_NAMES[month - 1] for month in spec.months)
        raise CronError(f"It would never run: there is no day {spec.days_of_month[0]} in {months}.")


def _closest_days(spec: CronSpec) -> int | None:
    closest = None
    for earlier, later in pairwise(_days_of_cycle(spec)):
        days = (later - earlier).days
        if days == 1:
            return 1
        closest = days if closest is None else min(closest, days)
    return closest


def _days_of_cycle(spec: CronSpec) -> Iterator[date]:
    for year in _CYCLE_YEARS:
        for month in spec.months:
            for number in range(1, monthrange(year, month)[1] + 1):
                day = date(year, month, number)
                if spec.runs_on(day):
                    yield day
