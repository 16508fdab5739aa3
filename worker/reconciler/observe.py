"""What the schedules should be, what Temporal shows, and what has to be done about the difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID

from app.core.contracts import COLLECTION_RUN_WORKFLOW, SCHEDULE_ID_PREFIX, schedule_id
from app.core.db.reconcile import ScheduleTarget
from app.core.domain.schedules import (
    Action,
    CronError,
    Delete,
    DesiredSchedule,
    ObservedSchedule,
    TimezoneError,
    check_timezone,
    parse_cron,
    plan,
)
from app.core.temporal.schedules import RunSettings, desired_schedule


@dataclass(frozen=True)
class Want:
    """What one collection wants of Temporal: a schedule, none (`desired` None), or nonsense (`error`)."""

    target: ScheduleTarget
    desired: DesiredSchedule | None
    error: str | None = None

    @property
    def schedule_id(self) -> str:
        return schedule_id(str(self.target.collection.id))


def want(target: ScheduleTarget, settings: RunSettings) -> Want:
    """The schedule a collection should have: none without a cron expression, or when it is deleted."""
    collection = target.collection
    if not target.is_live or collection.schedule_cron is None:
        return Want(target, None)
    try:
        check_timezone(collection.schedule_timezone)
        desired = desired_schedule(
            str(collection.id),
            str(collection.endpoint_id),
            parse_cron(collection.schedule_cron),
            collection.schedule_timezone,
            collection.is_enabled,
            settings,
        )
    except (CronError, TimezoneError) as error:
        return Want(target, None, error=str(error))
    return Want(target, desired)


class Wishes:
    """What the collections want, remembered from one time to the next.

    Of thousands of collections next to none changes in between, and to work all of it out anew takes half as
    long as Temporal takes to list it.
    """

    def __init__(self, settings: RunSettings) -> None:
        self._settings = settings
        self._known: dict[UUID, Want] = {}

    def of(self, targets: Iterable[ScheduleTarget]) -> list[Want]:
        """What `targets` want; the others are forgotten."""
        self._known = {target.collection.id: self._want(target) for target in targets}
        return list(self._known.values())

    def _want(self, target: ScheduleTarget) -> Want:
        known = self._known.get(target.collection.id)
        if known is None or _wish(known.target) != _wish(target):
            return want(target, self._settings)
        return replace(known, target=target)


def _wish(target: ScheduleTarget) -> tuple[object, ...]:
    """All of a target that decides what it wants, beside its ids."""
    collection = target.collection
    return target.is_live, collection.schedule_cron, collection.schedule_timezone, collection.is_enabled


def plan_for(wants: Iterable[Want], observed: Iterable[ObservedSchedule]) -> dict[str, Action]:
    """The actions by schedule id. A schedule whose collection wants what cannot be is left as it is."""
    wants = list(wants)
    unclear = {one.schedule_id for one in wants if one.error is not None}
    actions = plan(
        [one.desired for one in wants if one.desired is not None],
        [schedule for schedule in observed if schedule.schedule_id not in unclear],
        id_prefix=SCHEDULE_ID_PREFIX,
        workflow=COLLECTION_RUN_WORKFLOW,
    )
    return {action_schedule_id(action): action for action in actions}


def action_schedule_id(action: Action) -> str:
    """The schedule that an action is about."""
    return action.schedule_id if isinstance(action, Delete) else action.desired.schedule_id


class Rotation:
    """Chooses a few of many, others each time, until all had their turn: the list of schedules does not show
    their policies and input, and describing every one of them each time would cost too much."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._last = ""

    def next(self, schedule_ids: Sequence[str]) -> list[str]:
        """The next ids, at most `size`, in the order of their names."""
        ordered = sorted(schedule_ids)
        later = (schedule_id for schedule_id in ordered if schedule_id > self._last)
        chosen = list(islice(later, self._size))
        self._last = chosen[-1] if len(chosen) == self._size else ""
        return chosen
