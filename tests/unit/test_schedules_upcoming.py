"""What fires next over many schedules."""

from datetime import UTC, datetime

from app.core.domain.schedules import CronTiming, upcoming

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NIGHTLY = CronTiming("0 2 * * *", "UTC")
HOURLY = CronTiming("0 * * * *", "UTC")
BERLIN = CronTiming("30 10 * * *", "Europe/Berlin")


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_the_soonest_come_first_and_a_frequent_one_stands_once() -> None:
    fires = [(at(8), HOURLY), (at(9, 30), BERLIN), (at(2, day=24), NIGHTLY)]
    assert upcoming([NIGHTLY, HOURLY, BERLIN], NOW, 4) == fires
    assert upcoming([NIGHTLY, HOURLY, BERLIN], NOW, 2) == fires[:2]


def test_a_schedule_that_never_fires_again_is_left_out() -> None:
    late = datetime(2100, 12, 31, 23, 30, tzinfo=UTC)
    assert upcoming([CronTiming("0 0 1 1 *", "UTC")], late, 5) == []
    assert upcoming([], NOW, 5) == []
