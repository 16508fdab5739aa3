"""Making Temporal's schedules what Postgres says they should be, each on its own."""

import asyncio
import logging
from uuid import UUID

from temporalio.service import RPCError

from app.core.db import collections
from app.core.db.reconcile import ScheduleTarget, list_schedule_targets
from app.core.domain.schedules import Action, Create, ObservedSchedule, Update
from app.core.temporal.schedules import (
    create_schedule,
    delete_schedule,
    list_observed,
    observe,
    update_schedule,
)
from worker.reconciler.deps import ReconcilerDeps
from worker.reconciler.each import for_each, is_outage
from worker.reconciler.observe import Rotation, Want, Wishes, plan_for, want

log = logging.getLogger(__name__)


async def reconcile_schedules(deps: ReconcilerDeps, rotation: Rotation, wishes: Wishes) -> None:
    """Compare all schedules with what Temporal lists, and some of them with their full description.

    `rotation` and `wishes` are those of the time before. Raises the first outage of Postgres or Temporal;
    what could be done is done.
    """
    observed = {schedule.schedule_id: schedule for schedule in await list_observed(deps.client)}
    # read after the list: a schedule that is listed then and wanted by nobody was not created in between
    wants = {one.schedule_id: one for one in await asyncio.to_thread(lambda: wishes.of(_targets(deps)))}
    suspects = plan_for(wants.values(), observed.values()).keys()
    pending = {one.schedule_id for one in wants.values() if _needs_record(one)}
    ids = {*suspects, *pending, *rotation.next([*observed.keys() & wants.keys()])}
    await for_each(sorted(ids), lambda schedule_id: _reconcile(deps, schedule_id, wants.get(schedule_id)))


async def reconcile_collection(deps: ReconcilerDeps, collection_id: UUID) -> None:
    """The same for one collection at once; nothing when there is none of this id."""
    for target in await asyncio.to_thread(_targets, deps, collection_id):
        wanted = want(target, deps.run_settings)
        await _reconcile(deps, wanted.schedule_id, wanted)


def _targets(deps: ReconcilerDeps, collection_id: UUID | None = None) -> list[ScheduleTarget]:
    with deps.pool.connection() as conn:
        return list_schedule_targets(conn, collection_id)


async def _reconcile(deps: ReconcilerDeps, schedule_id: str, wanted: Want | None) -> None:
    """Act on what the schedule's own description says: the list may be behind. Then record how it went."""
    error = wanted.error if wanted else None
    if error is None:
        try:
            described = await observe(deps.client, schedule_id)
            await _act(deps, wanted, described)
        except RPCError as rpc_error:
            if is_outage(rpc_error) or wanted is None:
                raise
            error = f"Temporal refused the schedule: {rpc_error.message}"
    if wanted is not None:
        await asyncio.to_thread(_record, deps, wanted, error)


async def _act(deps: ReconcilerDeps, wanted: Want | None, described: ObservedSchedule | None) -> None:
    for schedule_id, action in plan_for([wanted] if wanted else [], [described] if described else []).items():
        await _apply(deps, schedule_id, action)
        differences = action.differences if isinstance(action, Update) else ()
        log.info(
            "schedule_applied",
            extra={
                "schedule_id": schedule_id,
                "action": type(action).__name__.lower(),
                "differences": ", ".join(differences),
            },
        )


async def _apply(deps: ReconcilerDeps, schedule_id: str, action: Action) -> None:
    if isinstance(action, Create):
        await create_schedule(deps.client, action.desired, deps.run_settings)
    elif isinstance(action, Update):
        await update_schedule(deps.client, action.desired, deps.run_settings)
    else:
        await delete_schedule(deps.client, schedule_id)


def _needs_record(wanted: Want) -> bool:
    collection = wanted.target.collection
    applied_id = wanted.schedule_id if wanted.desired else None
    return (
        collection.applied_revision != collection.revision
        or collection.schedule_error != wanted.error
        or (wanted.error is None and collection.temporal_schedule_id != applied_id)
    )


def _record(deps: ReconcilerDeps, wanted: Want, error: str | None) -> None:
    collection = wanted.target.collection
    with deps.pool.connection() as conn:
        if error is not None:
            if error != collection.schedule_error:
                collections.record_schedule_error(conn, collection.id, collection.revision, error)
        elif _needs_record(wanted):
            applied_id = wanted.schedule_id if wanted.desired else None
            collections.record_applied(conn, collection.id, collection.revision, applied_id)
