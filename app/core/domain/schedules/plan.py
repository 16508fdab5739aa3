"""The schedules that should exist against those that do: what must be created, updated or deleted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.domain.schedules.calendars import CalendarSpec


@dataclass(frozen=True)
class Timing:
    """When a schedule fires: its calendars (sorted, as `to_calendars` gives them) in a time zone."""

    calendars: tuple[CalendarSpec, ...]
    timezone: str


@dataclass(frozen=True)
class DesiredSchedule:
    """A schedule that should exist. `fingerprint` stands for all that it does not spell out itself:
    the workflow it starts, with which input and limits, and its policies."""

    schedule_id: str
    collection_id: str
    endpoint_id: str
    timing: Timing
    paused: bool
    fingerprint: str


@dataclass(frozen=True)
class ObservedSchedule:
    """A schedule that exists. `timing` is None when it is of a kind that is never written here,
    `fingerprint` None when the schedule does not carry one."""

    schedule_id: str
    timing: Timing | None
    paused: bool
    fingerprint: str | None
    workflow: str | None


@dataclass(frozen=True)
class Create:
    desired: DesiredSchedule


@dataclass(frozen=True)
class Update:
    """`differences` names what differs, for the log."""

    desired: DesiredSchedule
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Delete:
    schedule_id: str


Action = Create | Update | Delete


def plan(
    desired: Iterable[DesiredSchedule], observed: Iterable[ObservedSchedule], *, id_prefix: str, workflow: str
) -> list[Action]:
    """What makes the observed schedules equal to the desired ones, in the order of their ids.

    Schedules whose id lacks `id_prefix` are somebody else's and are left alone. `workflow` is the name of
    the workflow that every schedule starts.
    """
    wanted = {schedule.schedule_id: schedule for schedule in desired}
    present = {
        schedule.schedule_id: schedule for schedule in observed if schedule.schedule_id.startswith(id_prefix)
    }
    actions: list[Action] = []
    for schedule_id in sorted(wanted.keys() | present.keys()):
        if schedule_id not in wanted:
            actions.append(Delete(schedule_id))
        elif schedule_id not in present:
            actions.append(Create(wanted[schedule_id]))
        elif differences := _differences(wanted[schedule_id], present[schedule_id], workflow):
            actions.append(Update(wanted[schedule_id], differences))
    return actions


def _differences(desired: DesiredSchedule, observed: ObservedSchedule, workflow: str) -> tuple[str, ...]:
    pairs = {
        "timing": (desired.timing, observed.timing),
        "paused": (desired.paused, observed.paused),
        "fingerprint": (desired.fingerprint, observed.fingerprint),
        "workflow": (workflow, observed.workflow),
    }
    return tuple(name for name, (wanted, present) in pairs.items() if wanted != present)
