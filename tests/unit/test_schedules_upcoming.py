"""What fires next over many schedules."""

from datetime import UTC, datetime

from app.core.domain.schedules import upcoming

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_the_soonest_come_first_and_a_frequent_one_several_times() -> None:
    schedules = [
        ("nightly", "0 2 * * *", "UTC"),
        ("hourly", "0 * * * *", "UTC"),
        ("berlin", "30 10 * * *", "Europe/Berlin"),
    ]
    assert upcoming(schedules, NOW, 4) == [
        (at(8), "hourly"),
        (at(9), "hourly"),
        (at(9, 30), "berlin"),
        (at(10), "hourly"),
    ]


def test_fires_of_one_moment_stand_as_given_whatever_their_zone() -> None:
    schedules = [
        ("b", "0 9 * * *", "Europe/Berlin"),
        ("c", "0 8 * * *", "UTC"),
        ("a", "0 9 * * *", "Europe/Berlin"),
    ]
    assert upcoming(schedules, NOW, 3) == [(at(8), "b"), (at(8), "c"), (at(8), "a")]
    assert upcoming(schedules, NOW, 2) == [(at(8), "b"), (at(8), "c")]
    assert upcoming(schedules, NOW, 4)[3] == (at(8, day=24), "b")


def test_a_schedule_that_never_fires_again_is_left_out() -> None:
    late = datetime(2100, 12, 31, 23, 30, tzinfo=UTC)
    assert upcoming([("yearly", "0 0 1 1 *", "UTC")], late, 5) == []
    assert upcoming([], NOW, 5) == []
