"""Schedules in Temporal: written from what is desired, read back in the same terms.

Everything is explicit and the calendars are structured, so that what Temporal lists compares field by field
with what is wanted. The list shows neither input nor policies: a fingerprint of them travels in the note
(a schedule's memo could not be updated later).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleListActionStartWorkflow,
    ScheduleListDescription,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
)
from temporalio.converter import PayloadConverter
from temporalio.service import RPCError, RPCStatusCode

from app.core import contracts
from app.core.domain.schedules import (
    CalendarSpec,
    CronSpec,
    DesiredSchedule,
    ObservedSchedule,
    Range,
    Timing,
    from_ranges,
    to_calendars,
    to_ranges,
)

CATCHUP_WINDOW = timedelta(minutes=10)
RPC_TIMEOUT = timedelta(seconds=10)

_NOTE = "Kept by Muster, edits are undone. Settings: "


@dataclass(frozen=True)
class RunSettings:
    """What every scheduled run shares: the queue it is started on, and its limits."""

    task_queue: str = contracts.DEFAULT_TASK_QUEUE
    limits: contracts.RunLimits = field(default_factory=contracts.RunLimits)


def desired_schedule(
    collection_id: str,
    endpoint_id: str,
    spec: CronSpec,
    timezone: str,
    is_enabled: bool,
    settings: RunSettings,
) -> DesiredSchedule:
    """The schedule that a live collection with a cron expression should have; paused while disabled."""
    return DesiredSchedule(
        schedule_id=contracts.schedule_id(collection_id),
        collection_id=collection_id,
        endpoint_id=endpoint_id,
        timing=Timing(to_calendars(spec), timezone),
        paused=not is_enabled,
        fingerprint=_fingerprint(_action(collection_id, endpoint_id, settings), _policy(), ScheduleState()),
    )


def build_schedule(desired: DesiredSchedule, settings: RunSettings) -> Schedule:
    """What Temporal is told of a desired schedule; `settings` are those it was made with."""
    return Schedule(
        action=_action(desired.collection_id, desired.endpoint_id, settings),
        spec=ScheduleSpec(
            calendars=[_to_temporal(calendar) for calendar in desired.timing.calendars],
            time_zone_name=desired.timing.timezone,
        ),
        policy=_policy(),
        state=ScheduleState(paused=desired.paused, note=_NOTE + desired.fingerprint),
    )


def observed_in_list(listed: ScheduleListDescription) -> ObservedSchedule:
    """A schedule as the list shows it; its fingerprint is taken from the note on trust."""
    schedule = listed.schedule
    if schedule is None:
        return ObservedSchedule(listed.id, timing=None, paused=False, fingerprint=None, workflow=None)
    action = schedule.action
    return ObservedSchedule(
        schedule_id=listed.id,
        timing=_timing(schedule.spec),
        paused=schedule.state.paused,
        fingerprint=_noted_fingerprint(schedule.state.note),
        workflow=action.workflow if isinstance(action, ScheduleListActionStartWorkflow) else None,
    )


def observed_in_full(described: ScheduleDescription) -> ObservedSchedule:
    """A schedule as its description shows it; the fingerprint is None unless note, input and policies agree.

    This finds what was edited by hand and the list does not show.
    """
    schedule = described.schedule
    action = schedule.action
    workflow = fingerprint = None
    if isinstance(action, ScheduleActionStartWorkflow):
        workflow = action.workflow
        actual = _fingerprint(action, schedule.policy, schedule.state)
        fingerprint = actual if actual == _noted_fingerprint(schedule.state.note) else None
    return ObservedSchedule(
        schedule_id=described.id,
        timing=_timing(schedule.spec),
        paused=schedule.state.paused,
        fingerprint=fingerprint,
        workflow=workflow,
    )


async def create_schedule(client: Client, desired: DesiredSchedule, settings: RunSettings) -> None:
    """Create the schedule, or make the one that exists like it. Raises RPCError when Temporal refuses."""
    schedule = build_schedule(desired, settings)
    try:
        await client.create_schedule(desired.schedule_id, schedule, rpc_timeout=RPC_TIMEOUT)
    except ScheduleAlreadyRunningError:
        await _overwrite(client, desired.schedule_id, schedule)


async def update_schedule(client: Client, desired: DesiredSchedule, settings: RunSettings) -> None:
    """Make the schedule like this, creating it if it is gone. Raises RPCError when Temporal refuses."""
    schedule = build_schedule(desired, settings)
    try:
        await _overwrite(client, desired.schedule_id, schedule)
    except RPCError as error:
        # The list lags: it may still have shown a schedule that had been deleted.
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        await client.create_schedule(desired.schedule_id, schedule, rpc_timeout=RPC_TIMEOUT)


async def delete_schedule(client: Client, schedule_id: str) -> None:
    """Delete the schedule; that it is already gone is success. Raises RPCError when Temporal refuses."""
    try:
        await client.get_schedule_handle(schedule_id).delete(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


async def list_observed(client: Client) -> list[ObservedSchedule]:
    """Every schedule of the namespace that is ours by its id, as listed. Raises RPCError.

    The list is eventually consistent: it may lack a new schedule and still show a deleted one.
    """
    schedules = await client.list_schedules(rpc_timeout=RPC_TIMEOUT)
    return [
        observed_in_list(listed)
        async for listed in schedules
        if listed.id.startswith(contracts.SCHEDULE_ID_PREFIX)
    ]


async def observe(client: Client, schedule_id: str) -> ObservedSchedule | None:
    """One schedule in full, None when there is none. Raises RPCError when Temporal does not say."""
    try:
        return observed_in_full(
            await client.get_schedule_handle(schedule_id).describe(rpc_timeout=RPC_TIMEOUT)
        )
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return None


async def _overwrite(client: Client, schedule_id: str, schedule: Schedule) -> None:
    handle = client.get_schedule_handle(schedule_id)
    await handle.update(lambda _: ScheduleUpdate(schedule), rpc_timeout=RPC_TIMEOUT)


def _action(collection_id: str, endpoint_id: str, settings: RunSettings) -> ScheduleActionStartWorkflow:
    return ScheduleActionStartWorkflow(
        contracts.COLLECTION_RUN_WORKFLOW,
        contracts.CollectionRunInput(
            collection_id=collection_id,
            endpoint_id=endpoint_id,
            ingest_queue=contracts.ingest_task_queue(settings.task_queue),
            limits=settings.limits,
            begins_locally=True,
        ),
        id=contracts.scheduled_workflow_id(collection_id),
        task_queue=settings.task_queue,
        execution_timeout=timedelta(seconds=contracts.WORKFLOW_EXECUTION_TIMEOUT_SECONDS),
    )


def _policy() -> SchedulePolicy:
    return SchedulePolicy(
        overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCHUP_WINDOW, pause_on_failure=False
    )


def _fingerprint(action: ScheduleActionStartWorkflow, policy: SchedulePolicy, state: ScheduleState) -> str:
    """A digest of all that the list does not show and a person could have edited."""
    settings = {
        "workflow": [action.workflow, action.id, action.task_queue],
        "timeouts": [str(action.execution_timeout), str(action.run_timeout), str(action.task_timeout)],
        "retry_policy": str(action.retry_policy),
        "input": [payload.data.hex() for payload in _payloads(action.args)],
        "policy": [int(policy.overlap), str(policy.catchup_window), policy.pause_on_failure],
        "limited": [state.limited_actions, state.remaining_actions],
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:32]


def _payloads(args: Sequence[Any]) -> Sequence[Payload]:
    # A description holds its arguments encoded, a schedule made here holds them plain.
    if all(isinstance(arg, Payload) for arg in args):
        return args
    return PayloadConverter.default.to_payloads(args)


def _noted_fingerprint(note: str | None) -> str | None:
    return note.removeprefix(_NOTE) if note is not None and note.startswith(_NOTE) else None


def _timing(spec: ScheduleSpec) -> Timing | None:
    """None when the spec has anything that is never written here."""
    extras = (spec.intervals, spec.cron_expressions, spec.skip, spec.start_at, spec.end_at, spec.jitter)
    if any(extras):
        return None
    calendars = [_from_temporal(calendar) for calendar in spec.calendars]
    known = [calendar for calendar in calendars if calendar is not None]
    if len(known) != len(calendars):
        return None
    return Timing(tuple(sorted(known)), spec.time_zone_name or "UTC")


def _to_temporal(calendar: CalendarSpec) -> ScheduleCalendarSpec:
    return ScheduleCalendarSpec(
        minute=_to_temporal_ranges(calendar.minutes),
        hour=_to_temporal_ranges(calendar.hours),
        day_of_month=_to_temporal_ranges(calendar.days_of_month),
        month=_to_temporal_ranges(calendar.months),
        day_of_week=_to_temporal_ranges(calendar.days_of_week),
    )


def _from_temporal(calendar: ScheduleCalendarSpec) -> CalendarSpec | None:
    if calendar.year or calendar.comment or _values(calendar.second) != (0,):
        return None
    return CalendarSpec(
        minutes=_values(calendar.minute),
        hours=_values(calendar.hour),
        days_of_month=_values(calendar.day_of_month),
        months=_values(calendar.month),
        days_of_week=_values(calendar.day_of_week),
    )


def _to_temporal_ranges(values: tuple[int, ...]) -> list[ScheduleRange]:
    return [ScheduleRange(r.start, r.end, r.step) for r in to_ranges(values)]


def _values(ranges: Sequence[ScheduleRange]) -> tuple[int, ...]:
    return _named_values(tuple([(r.start, r.end, r.step) for r in ranges]))


@lru_cache(maxsize=1024)  # thousands of schedules are listed, with few different fields among them
def _named_values(ranges: tuple[tuple[int, int, int], ...]) -> tuple[int, ...]:
    return from_ranges(Range(*each) for each in ranges)
