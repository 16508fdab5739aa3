"""The evaluator of schedules against Temporal's own answer, and our schedules as its server keeps them."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.api.workflowservice.v1 import ListScheduleMatchingTimesRequest
from temporalio.client import Client, ScheduleOverlapPolicy, ScheduleUpdate, ScheduleUpdateInput
from temporalio.service import RPCError

from app.core import contracts
from app.core.domain.schedules import (
    CronError,
    CronSpec,
    DesiredSchedule,
    ObservedSchedule,
    check_timezone,
    next_fires,
    parse_cron,
    plan,
)
from app.core.temporal.schedules import (
    RunSettings,
    create_schedule,
    delete_schedule,
    desired_schedule,
    list_observed,
    observe,
    update_schedule,
)

T = TypeVar("T")

SETTINGS = RunSettings(task_queue="cron-tests")
MOST_TIMES = 400
CLOCK_CHANGES = [
    ("America/New_York", "2027-03-14"),
    ("America/New_York", "2027-11-07"),
    ("Europe/Berlin", "2027-03-28"),
    ("Europe/Berlin", "2027-10-31"),
    ("Australia/Lord_Howe", "2027-10-03"),  # by half an hour
    ("Australia/Lord_Howe", "2027-04-04"),
    ("America/Santiago", "2027-09-05"),  # at midnight, west of Greenwich
    ("America/Santiago", "2027-04-04"),
    ("Asia/Beirut", "2027-03-28"),  # at midnight, east of it
    ("Asia/Beirut", "2027-10-31"),
    ("Africa/Casablanca", "2027-02-07"),  # for Ramadan
    ("Africa/Casablanca", "2027-03-14"),
]
ZONES = [*sorted({zone for zone, _ in CLOCK_CHANGES}), "Asia/Kathmandu", "Pacific/Apia", "UTC"]


@pytest.fixture(scope="session")
def temporal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Temporal dev server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("temporal") / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                Path(sys.executable).with_name("temporal"),
                *("server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port)),
                *("--log-level", "error"),
                *("--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"),
                *("--dynamic-config-value", "history.visibilityProcessorMaxPollRPS=2000"),
            ],
            stdout=output,
            stderr=output,
        )
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def runner(temporal_server: str) -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as event_loop:
        yield event_loop


@pytest.fixture(scope="session")
def client(runner: asyncio.Runner, temporal_server: str) -> Client:
    async def connect() -> Client:
        return await eventually(lambda: Client.connect(temporal_server), lambda _: True)

    return runner.run(connect())


async def eventually(ask: Callable[[], Awaitable[T]], accept: Callable[[T], bool]) -> T:
    """The first acceptable answer within 20 seconds; connection errors count as no answer."""
    deadline = asyncio.get_running_loop().time() + 20
    while True:
        try:
            answer = await ask()
            if accept(answer):
                return answer
            failure: Exception = AssertionError(f"still {answer}")
        except (RPCError, RuntimeError) as error:
            failure = error
        if asyncio.get_running_loop().time() > deadline:
            raise failure
        await asyncio.sleep(0.1)


async def matching_times(
    client: Client, schedule_id: str, after: datetime, until: datetime
) -> list[datetime]:
    start, end = Timestamp(), Timestamp()
    start.FromDatetime(after)
    end.FromDatetime(until)
    response = await client.workflow_service.list_schedule_matching_times(
        ListScheduleMatchingTimesRequest(
            namespace=client.namespace, schedule_id=schedule_id, start_time=start, end_time=end
        )
    )
    return [moment.ToDatetime().replace(tzinfo=UTC) for moment in response.start_time]


async def ask_temporal(
    client: Client, spec: CronSpec, zone: ZoneInfo, after: datetime, until: datetime
) -> list[datetime]:
    desired = desired_schedule(str(uuid4()), "endpoint", spec, zone.key, False, SETTINGS)
    await create_schedule(client, desired, SETTINGS)
    try:
        return await matching_times(client, desired.schedule_id, after, until)
    finally:
        await delete_schedule(client, desired.schedule_id)


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.builds(lambda a, b: f"{min(a, b)}-{max(a, b)}", number, number)
    step = st.integers(1, high - low + 1)
    items = st.one_of(number.map(str), span, st.builds("{}/{}".format, span, step))
    lists = st.lists(items, min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), lists, st.builds("*/{}".format, step))


expressions = st.builds(
    "{} {} {} {} {}".format,
    field(0, 59),
    field(0, 23),
    st.one_of(st.just("*"), field(1, 31)),
    st.one_of(st.just("*"), field(1, 12)),
    st.one_of(st.just("*"), field(0, 7)),
)
# Clocks change between 23:00 and 03:00, mostly on a Sunday.
nightly = st.builds(
    "{} {} * * {}".format,
    st.one_of(st.sampled_from(["0,30", "*/15", "45"]), field(0, 59)),
    st.sampled_from(["*", "0", "1", "2", "23", "0-3", "1,2", "0,5", "*/2"]),
    st.sampled_from(["*", "*", "0", "6", "0,6"]),
)


@st.composite
def around_a_clock_change(draw: st.DrawFn) -> tuple[str, str, datetime, datetime]:
    zone, date = draw(st.sampled_from(CLOCK_CHANGES))
    day = datetime.fromisoformat(date).replace(tzinfo=UTC)
    after = day + timedelta(seconds=draw(st.integers(-30 * 3600, 24 * 3600)))
    return draw(nightly), zone, after, day + timedelta(hours=40)


@st.composite
def at_any_time(draw: st.DrawFn) -> tuple[str, str, datetime, datetime]:
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 20 * 365 * 86400)))
    until = after + timedelta(days=draw(st.integers(1, 6 * 365)))
    return draw(expressions), draw(st.sampled_from(ZONES)), after, until


@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
)
@given(case=around_a_clock_change() | at_any_time())
def test_fires_are_those_temporal_computes(
    runner: asyncio.Runner, client: Client, case: tuple[str, str, datetime, datetime]
) -> None:
    expression, zone_name, after, until = case
    try:
        spec = parse_cron(expression)
    except CronError:
        return  # some random days never come
    zone = check_timezone(zone_name)
    ours = next_fires(spec, zone, after, MOST_TIMES, until)
    if len(ours) == MOST_TIMES:
        until = ours[-1]  # a range of years with a fire every minute is too much to ask for
    assert runner.run(ask_temporal(client, spec, zone, after, until)) == ours


@pytest.mark.parametrize(
    ("expression", "zone", "day", "fires"),
    [
        pytest.param("30 2 * * *", "America/New_York", "2027-03-14", [], id="skipped"),
        pytest.param(
            "30 1 * * *", "America/New_York", "2027-11-07", ["05:30", "06:30"], id="twice in the west"
        ),
        pytest.param("30 2 * * *", "Europe/Berlin", "2027-10-31", ["01:30"], id="second only in the east"),
        # The server adds the repeated hour once too often here: 02:30 runs at 03:30.
        pytest.param("0,30 2 * * *", "Europe/Berlin", "2027-10-31", ["01:00", "02:30"], id="two in one hour"),
        pytest.param("15 2 * * *", "Australia/Lord_Howe", "2027-10-02", ["15:45"], id="half an hour skipped"),
        # Sunday's missing midnight counts as Saturday.
        pytest.param("0 5 * * 0", "America/Santiago", "2027-09-05", [], id="missing midnight"),
    ],
)
def test_days_on_which_the_clock_changes(
    runner: asyncio.Runner, client: Client, expression: str, zone: str, day: str, fires: list[str]
) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    after, until = midnight - timedelta(hours=3), midnight + timedelta(days=1)
    spec = parse_cron(expression)
    ours = next_fires(spec, check_timezone(zone), after, 10, until)
    assert [f"{fire:%H:%M}" for fire in ours] == fires
    assert runner.run(ask_temporal(client, spec, check_timezone(zone), after, until)) == ours


def desired(expression: str = "0 0 13 * 5", *, is_enabled: bool = True, zone: str = "UTC") -> DesiredSchedule:
    return desired_schedule(str(uuid4()), str(uuid4()), parse_cron(expression), zone, is_enabled, SETTINGS)


def is_kept(wanted: DesiredSchedule, observed: ObservedSchedule | None) -> bool:
    return observed is not None and not plan(
        [wanted],
        [observed],
        id_prefix=contracts.SCHEDULE_ID_PREFIX,
        workflow=contracts.COLLECTION_RUN_WORKFLOW,
    )


async def listed(client: Client, wanted: DesiredSchedule) -> ObservedSchedule | None:
    return next((s for s in await list_observed(client) if s.schedule_id == wanted.schedule_id), None)


@pytest.mark.parametrize(
    "expression", ["*/15 * * * *", "0 0 13 * 5", "5 */7 1,2,29 jan-mar,dec 1-5", "0 0 * * 0", "59 23 31 * *"]
)
def test_what_is_written_is_what_is_read(runner: asyncio.Runner, client: Client, expression: str) -> None:
    async def scenario() -> None:
        wanted = desired(expression, is_enabled=False, zone="Europe/Berlin")
        await create_schedule(client, wanted, SETTINGS)
        assert is_kept(wanted, await observe(client, wanted.schedule_id))
        await eventually(lambda: listed(client, wanted), lambda seen: is_kept(wanted, seen))
        await delete_schedule(client, wanted.schedule_id)

    runner.run(scenario())


def test_every_verb_may_be_repeated(runner: asyncio.Runner, client: Client) -> None:
    async def scenario() -> None:
        first = desired("0 1 * * *")
        await create_schedule(client, first, SETTINGS)
        second = replace(first, timing=desired("0 2 * * *").timing, paused=True)
        await create_schedule(client, second, SETTINGS)  # exists: made like this
        assert is_kept(second, await observe(client, second.schedule_id))
        await update_schedule(client, first, SETTINGS)
        await update_schedule(client, first, SETTINGS)
        assert is_kept(first, await observe(client, first.schedule_id))
        await delete_schedule(client, first.schedule_id)
        await delete_schedule(client, first.schedule_id)  # gone: success
        assert await observe(client, first.schedule_id) is None
        await update_schedule(client, second, SETTINGS)  # gone: created
        assert is_kept(second, await observe(client, second.schedule_id))
        await delete_schedule(client, second.schedule_id)

    runner.run(scenario())


def edit_overlap(edit: ScheduleUpdateInput) -> ScheduleUpdate:
    edit.description.schedule.policy.overlap = ScheduleOverlapPolicy.ALLOW_ALL
    return ScheduleUpdate(edit.description.schedule)


def edit_jitter(edit: ScheduleUpdateInput) -> ScheduleUpdate:
    edit.description.schedule.spec.jitter = timedelta(minutes=5)
    return ScheduleUpdate(edit.description.schedule)


def edit_note(edit: ScheduleUpdateInput) -> ScheduleUpdate:
    edit.description.schedule.state.note = "mine"
    return ScheduleUpdate(edit.description.schedule)


def edit_nothing(edit: ScheduleUpdateInput) -> ScheduleUpdate:
    return ScheduleUpdate(edit.description.schedule)


@pytest.mark.parametrize(
    ("edit", "kept"),
    [(edit_overlap, False), (edit_jitter, False), (edit_note, False), (edit_nothing, True)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_edits_by_hand_are_seen_and_undone(
    runner: asyncio.Runner, client: Client, edit: Callable[[ScheduleUpdateInput], ScheduleUpdate], kept: bool
) -> None:
    async def scenario() -> None:
        wanted = desired("0 3 * * *")
        await create_schedule(client, wanted, SETTINGS)
        await client.get_schedule_handle(wanted.schedule_id).update(edit)
        assert is_kept(wanted, await observe(client, wanted.schedule_id)) is kept
        await update_schedule(client, wanted, SETTINGS)
        assert is_kept(wanted, await observe(client, wanted.schedule_id))
        await delete_schedule(client, wanted.schedule_id)

    runner.run(scenario())
