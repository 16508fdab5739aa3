"""Time zones by IANA name, and when their clocks change. Pure, but for the zone files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


class TimezoneError(ValueError):
    """A name that is not an IANA time zone. The text is one sentence for a person."""


@dataclass(frozen=True)
class ClockChange:
    """The instant (UTC) at which a zone's offset from UTC goes from `before` to `after`."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def skips(self) -> bool:
        """True when local times are left out, False when they happen twice."""
        return self.after > self.before

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The local times (naive) left out or repeated: from the first to the second, which is outside."""
        local = self.at.replace(tzinfo=None)
        return local + min(self.before, self.after), local + max(self.before, self.after)


def check_timezone(name: str) -> ZoneInfo:
    """The zone of this name. Raises TimezoneError unless it is an exact IANA name such as Europe/Berlin."""
    # The list of names decides, never the file system: a name is no path here.
    if name not in _names():
        shown = f"“{name}”" if 0 < len(name) <= 60 and name.isprintable() else "This"
        raise TimezoneError(f"{shown} is not an IANA time zone name such as UTC or Europe/Berlin.")
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text().splitlines())


def offset_at(instant: datetime, zone: ZoneInfo) -> timedelta:
    """The zone's offset from UTC at an instant (aware)."""
    return instant.astimezone(zone).replace(tzinfo=UTC) - instant


def clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[ClockChange]:
    """The changes of the zone's offset between two instants (aware), in order, exact to the second."""
    day = timedelta(days=1)
    earlier = start.astimezone(UTC).replace(microsecond=0)
    while earlier < end:
        later = earlier + day
        before, after = offset_at(earlier, zone), offset_at(later, zone)
        if before != after:
            yield ClockChange(_bisect(zone, earlier, later), before, after)
        earlier = later


def _bisect(zone: ZoneInfo, earlier: datetime, later: datetime) -> datetime:
    before = offset_at(earlier, zone)
    while later - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=(later - earlier) // timedelta(seconds=2))
        if offset_at(middle, zone) == before:
            earlier = middle
        else:
            later = middle
    return later
