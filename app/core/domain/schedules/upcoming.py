"""What fires next over many schedules. Pure."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from app.core.domain.schedules.cron import parse_cron
from app.core.domain.schedules.fires import next_fires
from app.core.domain.schedules.zones import check_timezone


@dataclass(frozen=True)
class CronTiming:
    """What a schedule says: a cron expression and the time zone it is read in."""

    cron: str
    timezone: str


def upcoming(timings: Iterable[CronTiming], now: datetime, count: int) -> list[tuple[datetime, CronTiming]]:
    """When each of `timings` fires next after `now` (UTC), the soonest first; at most `count`.

    Raises CronError or TimezoneError for a timing that cannot have been stored.
    """
    fires = (
        (fire, timing)
        for timing in timings
        for fire in next_fires(parse_cron(timing.cron), check_timezone(timing.timezone), now, 1)
    )
    return heapq.nsmallest(count, fires, itemgetter(0))
