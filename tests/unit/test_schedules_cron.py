"""Cron expressions: what is read from them, what is refused and why, and how close their fires can be."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.domain.schedules import (
    CalendarSpec,
    CronError,
    TimezoneError,
    check_minimum_interval,
    check_timezone,
    from_ranges,
    next_fires,
    parse_cron,
    to_calendars,
    to_ranges,
)
from app.core.domain.schedules.cron import closest_fires_seconds

EVERY_MINUTE = parse_cron("* * * * *")


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        pytest.param("5 * * * *", "minutes", (5,), id="number"),
        pytest.param("05 * * * *", "minutes", (5,), id="leading zero"),
        pytest.param("30,10,10 * * * *", "minutes", (10, 30), id="list, any order, twice"),
        pytest.param("* 9-12 * * *", "hours", (9, 10, 11, 12), id="range"),
        pytest.param("* 9-9 * * *", "hours", (9,), id="range of one"),
        pytest.param("*/20 * * * *", "minutes", (0, 20, 40), id="step"),
        pytest.param("*/59 * * * *", "minutes", (0, 59), id="step that does not divide"),
        pytest.param("*/90 * * * *", "minutes", (0,), id="step past the end"),
        pytest.param("10-30/10,5 * * * *", "minutes", (5, 10, 20, 30), id="list of step and number"),
        pytest.param("* * * jan,DEC *", "months", (1, 12), id="month names"),
        pytest.param("* * * Mar-may *", "months", (3, 4, 5), id="month range by name"),
        pytest.param("* * * * mon-FRI", "days_of_week", (1, 2, 3, 4, 5), id="weekday names"),
        pytest.param("* * * * 7", "days_of_week", (0,), id="7 is Sunday"),
        pytest.param("* * * * 5-7", "days_of_week", (0, 5, 6), id="range up to 7"),
        pytest.param("* * * * 0-7", "days_of_week", (0, 1, 2, 3, 4, 5, 6), id="range with both Sundays"),
        pytest.param("* * * * 1-7/2", "days_of_week", (0, 1, 3, 5), id="step that meets 7"),
        pytest.param("* * * * */2", "days_of_week", (0, 2, 4, 6), id="step of weekdays"),
        pytest.param("  0\t0  1 * * ", "days_of_month", (1,), id="spaces and tabs"),
    ],
)
def test_a_field_is_read(text: str, field: str, values: tuple[int, ...]) -> None:
    assert getattr(parse_cron(text), field) == values


@pytest.mark.parametrize(
    ("nickname", "text"),
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@DAILY", "0 0 * * *"),
    ],
)
def test_a_nickname_means_its_expression(nickname: str, text: str) -> None:
    assert parse_cron(nickname) == parse_cron(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \t ", "empty", id="blank"),
        pytest.param("* * * *", "five fields", id="four fields"),
        pytest.param("* * * * * *", "has 6", id="seconds"),
        pytest.param("61 * * * *", "“61” in the minute field is not between 0 and 59", id="minute"),
        pytest.param("* 24 * * *", "hour field", id="hour"),
        pytest.param("* * 0 * *", "day-of-month field", id="day 0"),
        pytest.param("* * * 13 *", "month field", id="month"),
        pytest.param("* * * * 8", "day-of-week field", id="weekday"),
        pytest.param("0 0 L * *", "extension", id="L"),
        pytest.param("0 0 15W * *", "extension", id="W"),
        pytest.param("0 0 LW * *", "extension", id="LW"),
        pytest.param("0 0 * * 5L", "extension", id="5L"),
        pytest.param("0 0 * * 1#1", "extension", id="hash"),
        pytest.param("0 0 ? * 1", "extension", id="question mark"),
        pytest.param("H H * * *", "extension", id="H"),
        pytest.param("CRON_TZ=UTC 0 0 * * *", "time zone", id="CRON_TZ"),
        pytest.param("TZ=UTC 0 0 * * *", "time zone", id="TZ"),
        pytest.param("@every 90m", "@hourly", id="@every"),
        pytest.param("@reboot", "@hourly", id="@reboot"),
        pytest.param("5-1 * * * *", "backwards", id="range backwards"),
        pytest.param("* * * * FRI-SUN", "backwards", id="Sunday begins the week"),
        pytest.param("*/0 * * * *", "above zero", id="step 0"),
        pytest.param("*/ * * * *", "above zero", id="no step"),
        pytest.param("1-9/-1 * * * *", "above zero", id="negative step"),
        pytest.param("1-9/2/2 * * * *", "above zero", id="two steps"),
        # Vixie cron, Quartz and Temporal disagree about its meaning.
        pytest.param("5/15 * * * *", "“5-59/15”", id="step of a number"),
        pytest.param("1,,2 * * * *", "empty item", id="empty item"),
        pytest.param("-1 * * * *", "not a number", id="negative"),
        pytest.param("1.5 * * * *", "not a number", id="fraction"),
        pytest.param("** * * * *", "not a number", id="two stars"),
        pytest.param("* * * FOO *", "three-letter name", id="unknown name"),
        pytest.param("* * * MON *", "three-letter name", id="weekday as month"),
        pytest.param("٣ * * * *", "characters", id="digits of another script"),
        pytest.param("0 0 \0 * *", "characters", id="NUL"),
        pytest.param("0 0 * * *\n", "characters", id="line end"),
        pytest.param("0 " * 5_000, "longer than 500", id="10 kB"),
        pytest.param("9" * 480 + " * * * *", "…” in the minute field", id="a number of 480 digits"),
        pytest.param("0 0 30 2 *", "no day 30 in February", id="30 February"),
        pytest.param("0 0 31 4,jun *", "no day 31 in April or June", id="31st of short months"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(CronError) as refusal:
        parse_cron(text)
    assert reason in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 200


@given(st.text(max_size=600) | st.text("0123456789*/-,@ LW#?HMONJA", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        spec = parse_cron(text)
    except CronError:
        return
    zone = check_timezone("UTC")
    assert next_fires(spec, zone, datetime(2026, 1, 1, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("text", "day", "runs"),
    [
        pytest.param("0 0 13 * 5", date(2026, 11, 13), True, id="both"),
        pytest.param("0 0 13 * 5", date(2026, 12, 13), True, id="the 13th alone"),
        pytest.param("0 0 13 * 5", date(2026, 11, 20), True, id="Friday alone"),
        pytest.param("0 0 13 * 5", date(2026, 11, 21), False, id="neither"),
        pytest.param("0 0 13 12 5", date(2026, 11, 20), False, id="the month binds both"),
        # A field that begins with * does not count as restricted: both must match.
        pytest.param("0 0 */2 * 5", date(2026, 11, 13), True, id="odd Friday"),
        pytest.param("0 0 */2 * 5", date(2026, 11, 20), False, id="even Friday"),
        pytest.param("0 0 13 * */2", date(2026, 11, 13), False, id="13th on an odd weekday"),
    ],
)
def test_day_of_month_or_day_of_week(text: str, day: date, runs: bool) -> None:
    spec = parse_cron(text)
    assert spec.runs_on(day) is runs
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    fires = next_fires(spec, check_timezone("UTC"), midnight - timedelta(seconds=1), 1, until=midnight)
    assert fires == ([midnight] if runs else [])


def test_two_calendars_stand_for_either_day_and_one_for_all_else() -> None:
    months, hours = tuple(range(1, 13)), (0,)
    assert to_calendars(parse_cron("0 0 13 * 5")) == (
        CalendarSpec((0,), hours, tuple(range(1, 32)), months, (5,)),
        CalendarSpec((0,), hours, (13,), months, tuple(range(7))),
    )
    assert to_calendars(parse_cron("0 0 13 * *")) == (
        CalendarSpec((0,), hours, (13,), months, tuple(range(7))),
    )


@given(st.sets(st.integers(0, 59), min_size=1))
def test_ranges_name_exactly_their_values(values: set[int]) -> None:
    ordered = tuple(sorted(values))
    ranges = to_ranges(ordered)
    assert from_ranges(ranges) == ordered
    assert from_ranges(random.Random(1).sample(ranges, len(ranges))) == ordered


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("* * * * *", 60, id="every minute"),
        pytest.param("*/15 * * * *", 900, id="every quarter"),
        pytest.param("*/7 * * * *", 240, id="56 to 00"),
        pytest.param("0 0 * * *", 86_400, id="daily"),
        pytest.param("0,59 0,23 * * *", 60, id="across midnight"),
        pytest.param("0,59 0,23 1,15 * *", 59 * 60, id="not across midnight: no two days in a row"),
        pytest.param("59,0 23,0 31,1 * *", 60, id="across midnight at the end of a month"),
        pytest.param("0 0 * * 1,3", 2 * 86_400, id="Monday and Wednesday"),
        pytest.param("0 0 1 * *", 28 * 86_400, id="February"),
        pytest.param("0 0 1 1 *", 365 * 86_400, id="yearly"),
        pytest.param("0 0 29 2 *", 1_461 * 86_400, id="29 February"),
        pytest.param("0 0 29 2 */7", None, id="29 February on a Sunday"),
        pytest.param("0 0 13 * 5", 86_400, id="either day: Friday the 12th"),
    ],
)
def test_closest_fires(text: str, seconds: int | None) -> None:
    assert closest_fires_seconds(parse_cron(text)) == seconds


@settings(max_examples=40, deadline=None)
@given(
    st.builds(
        "{} {} {} * {}".format,
        st.sampled_from(["0", "5,50", "*/25", "0,59"]),
        st.sampled_from(["0", "0,23", "*/7", "3-5"]),
        st.sampled_from(["*", "1,31", "*/9", "28-30"]),
        st.sampled_from(["*", "0", "1-5", "6,0"]),
    )
)
def test_no_two_fires_of_three_years_are_closer(text: str) -> None:
    spec = parse_cron(text)
    zone, start = check_timezone("UTC"), datetime(2026, 1, 1, tzinfo=UTC)
    fires = next_fires(spec, zone, start, 300, until=start + timedelta(days=3 * 365))
    closest = closest_fires_seconds(spec)
    assert closest is not None
    assert min((b - a).total_seconds() for a, b in pairwise(fires)) >= closest


def test_the_minimum_interval_is_enforced() -> None:
    check_minimum_interval(EVERY_MINUTE, 60)
    with pytest.raises(CronError, match=r"60 seconds apart.*allowed is 61 seconds"):
        check_minimum_interval(EVERY_MINUTE, 61)
    check_minimum_interval(parse_cron("0 0 29 2 */7"), 10 * 365 * 86_400)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "US/Eastern"])
def test_a_zone_is_known_by_its_iana_name(name: str) -> None:
    assert check_timezone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "Mars/Olympus", "europe/berlin", "Europe", "UTC ", "UTC\n", "UTC\0", "../../etc/passwd",
        "/usr/share/zoneinfo/UTC", "Europe/../Europe/Berlin", "+02:00", "zone.tab", "x" * 1_000_000,
    ],
    ids=lambda name: repr(name[:30]),
)  # fmt: skip
def test_any_other_name_is_no_zone(name: str) -> None:
    with pytest.raises(TimezoneError, match="is not an IANA time zone") as refusal:
        check_timezone(name)
    assert len(str(refusal.value)) < 200
