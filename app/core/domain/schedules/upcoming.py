"""What fires next over many schedules. Pure."""

import heapq
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from app.core.domain.schedules.cron import parse_cron
from app.core.domain.schedules.fires import next_fires
from app.core.domain.schedules.zones import check_timezone

K = TypeVar("K")


def upcoming(schedules: Iterable[tuple[K, str, str]], now: datetime, count: int) -> list[tuple[datetime, K]]:
    """The first `count` fires (UTC) after `now` over all `schedules`: key, cron expression, time zone.

    Fires at the same moment stand in the order in which their schedules were given. Raises CronError or
    TimezoneError for a schedule that cannot have been stored.
    """
    alike: dict[tuple[str, str], list[tuple[int, K]]] = {}
    for place, (key, cron, timezone) in enumerate(schedules):
        alike.setdefault((cron, timezone), []).append((place, key))
    zones = {timezone: check_timezone(timezone) for timezone in {timezone for _, timezone in alike}}
    specs = {cron: parse_cron(cron) for cron in {cron for cron, _ in alike}}

    def fire_after(cron: str, timezone: str, moment: datetime) -> list[tuple[datetime, str, str]]:
        found = next_fires(specs[cron], zones[timezone], moment, 1)
        return [(fire, cron, timezone) for fire in found]

    waiting = [fire for timing in alike for fire in fire_after(*timing, now)]
    heapq.heapify(waiting)
    fires: list[tuple[datetime, int, K]] = []
    while waiting and (len(fires) < count or waiting[0][0] == fires[-1][0]):
        at, cron, timezone = heapq.heappop(waiting)
        fires.extend((at, place, key) for place, key in alike[cron, timezone])
        for fire in fire_after(cron, timezone, at):
            heapq.heappush(waiting, fire)
    fires.sort(key=lambda each: each[:2])
    return [(at, key) for at, _, key in fires[:count]]
