"""What a preview shows: fires, words, warnings."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.domain.schedules import check_timezone, next_fires, parse_cron, preview

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("* * * * *", "Every minute"),
        ("*/15 * * * *", "Every 15 minutes"),
        ("5 * * * *", "Every hour at minute 5"),
        ("5,35 * * * *", "Every hour at minutes 5 and 35"),
        ("*/7 * * * *", "Every hour at minutes 0 to 56 in steps of 7"),
        ("0 */2 * * *", "Every 2 hours at minute 0"),
        ("30 2 * * *", "Every day at 02:30"),
        ("0 */6 * * *", "Every day at 00:00, 06:00, 12:00 and 18:00"),
        ("*/10 9-17 * * mon-fri", "Every 10 minutes of hours 9 to 17 on every day from Monday to Friday"),
        ("0 9-17 * * *", "At minute 0 of hours 9 to 17"),
        ("@weekly", "At 00:00 on every Sunday"),
        ("0 9 * * 1,3,5", "At 09:00 on every Monday, Wednesday and Friday"),
        ("0 0 13 * 5", "At 00:00 on day 13 and on every Friday"),
        ("0 0 */10 * 5", "At 00:00 on days 1, 11, 21 and 31 if it is a Friday"),
        ("0 0 1,15 jan,mar *", "At 00:00 on days 1 and 15 in January and March"),
        ("0 12 * 1-3 *", "Every day in January to March at 12:00"),
    ],
)
def test_description(text: str, words: str) -> None:
    assert preview(parse_cron(text), check_timezone("UTC"), NOW, 1).description == words


NO_31 = "There is no day 31 in February, April, June, September and November: nothing runs for it then."
LEAP = "There is a day 29 in February in leap years only."


@pytest.mark.parametrize(
    ("text", "zone", "warnings"),
    [
        ("30 2 * * *", "UTC", []),
        ("0 12 * * *", "America/New_York", []),
        pytest.param(
            "30 2 * * *",
            "America/New_York",
            ["On 2027-03-14 the clock in America/New_York skips 02:30: no run that day."],
            id="skipped",
        ),
        pytest.param(
            "30 1 * * *",
            "America/New_York",
            ["On 2027-11-07 the clock in America/New_York shows 01:30 twice: 2 runs that day instead of 1."],
            id="twice",
        ),
        pytest.param("30 2 * * 1", "America/New_York", [], id="clocks change on Sundays"),
        pytest.param(
            "*/15 * * * *",
            "America/New_York",
            [
                "On 2027-03-14 the clock in America/New_York skips 02:00, 02:15, 02:30 and 02:45: "
                "92 runs that day instead of 96.",
                "On 2027-11-07 the clock in America/New_York shows 01:00, 01:15, 01:30 and 01:45 twice: "
                "100 runs that day instead of 96.",
            ],
            id="around the clock",
        ),
        # Temporal takes the second 02:30 east of Greenwich, and adds an hour to what follows it.
        pytest.param(
            "0,30 2 * * *",
            "Europe/Berlin",
            [
                "On 2027-03-28 the clock in Europe/Berlin skips 02:00 and 02:30: no run that day.",
                "On 2027-10-31 the clock in Europe/Berlin shows 02:00 and 02:30 twice: "
                "2 runs that day, at 02:00 and 03:30.",
            ],
            id="east",
        ),
        pytest.param(
            "0 5 * * 0",
            "America/Santiago",
            ["On 2027-09-05 the clock in America/Santiago changes: no run that day."],
            id="missing midnight",
        ),
        pytest.param(
            "15 0 * * *",
            "Asia/Beirut",
            ["On 2027-03-28 the clock in Asia/Beirut skips 00:15: no run that day."],
            id="skipped midnight",
        ),
        pytest.param("0 0 31 * *", "UTC", [NO_31], id="31st"),
        pytest.param("0 0 31 1,3 *", "UTC", [], id="31st of long months"),
        pytest.param("0 0 29 2 *", "UTC", [LEAP], id="29 February"),
        pytest.param("0 0 1-31 * 1", "UTC", [], id="all days written out"),
    ],
)
def test_warnings(text: str, zone: str, warnings: list[str]) -> None:
    assert list(preview(parse_cron(text), check_timezone(zone), NOW, 1).warnings) == warnings


def test_fires_follow_now_and_stop_at_the_bound() -> None:
    spec, zone = parse_cron("0 0 * * *"), check_timezone("UTC")
    midnight = NOW + timedelta(days=1)
    assert preview(spec, zone, NOW, 2).fires_at == (midnight, midnight + timedelta(days=1))
    assert next_fires(spec, zone, NOW - timedelta(seconds=1), 1) == [NOW]
    assert next_fires(spec, zone, NOW, 5, until=midnight) == [midnight]
    assert next_fires(spec, zone, NOW, 0) == []


def test_fires_of_a_rare_day_end_with_the_century() -> None:
    leap_days = next_fires(parse_cron("0 0 29 2 *"), check_timezone("Europe/Berlin"), NOW, 100)
    assert [fire.year for fire in leap_days] == list(range(2028, 2100, 4))
