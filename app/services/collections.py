"""Creating, changing and deleting collections. Postgres is told; the reconciler makes Temporal follow."""

from uuid import UUID

from app.core.db import collections, endpoints
from app.core.db.rows import Conn
from app.core.domain.audit import Action, ObjectKind, Subject, Values, collection_values, difference
from app.core.domain.collections import Collection
from app.core.domain.schedules import (
    CronError,
    TimezoneError,
    check_minimum_interval,
    check_timezone,
    parse_cron,
)
from app.core.errors import BadInput, CollectionExists, CollectionNotFound
from app.services import audit, runs
from app.services.context import Context
from app.services.inputs import UNSET, CollectionChanges, NewCollection


def create(ctx: Context, new: NewCollection) -> Collection:
    """Store a new collection. Raises BadInput, EndpointNotFound, EndpointDeleted, CollectionExists."""
    _check_schedule(ctx, new.schedule_cron, new.schedule_timezone)
    with ctx.pool.connection() as conn:
        runs.lock_live_endpoint(conn, new.endpoint_id)
        [live] = collections.collections_for_endpoint_ids(conn, [new.endpoint_id]).values()
        if live:
            raise CollectionExists(live[0].id)
        collection = collections.insert_collection(
            conn,
            new.endpoint_id,
            schedule_cron=new.schedule_cron,
            schedule_timezone=new.schedule_timezone,
            is_enabled=new.is_enabled,
        )
        collections.notify_reconciler(conn, collection.id)
        _record(ctx, conn, Action.CREATE_COLLECTION, collection, after=collection_values(collection))
        return collection


def update(ctx: Context, collection_id: UUID, changes: CollectionChanges) -> Collection:
    """Change the collection; a patch that changes nothing leaves it as it is.

    Raises CollectionNotFound, BadInput.
    """
    with ctx.pool.connection() as conn:
        stored = collections.lock_collection(conn, collection_id)
        if stored is None:
            raise CollectionNotFound(collection_id)
        cron = stored.schedule_cron if changes.schedule_cron is UNSET else changes.schedule_cron
        timezone = (
            stored.schedule_timezone if changes.schedule_timezone is UNSET else changes.schedule_timezone
        )
        is_enabled = stored.is_enabled if changes.is_enabled is UNSET else changes.is_enabled
        wanted = (cron, timezone, is_enabled)
        updated = stored
        if wanted != (stored.schedule_cron, stored.schedule_timezone, stored.is_enabled):
            if (cron, timezone) != (stored.schedule_cron, stored.schedule_timezone):
                _check_schedule(ctx, cron, timezone)
            changed = collections.update_collection(
                conn, collection_id, schedule_cron=cron, schedule_timezone=timezone, is_enabled=is_enabled
            )
            updated = changed or stored
            collections.notify_reconciler(conn, collection_id)
        before, after = difference(collection_values(stored), collection_values(updated))
        _record(ctx, conn, Action.UPDATE_COLLECTION, stored, before, after)
        return updated


def delete(ctx: Context, collection_id: UUID) -> bool:
    """Soft-delete the collection and stop its active run. Raises CollectionNotFound."""
    with ctx.pool.connection() as conn:
        stored = collections.lock_collection(conn, collection_id)
        if stored is None:
            raise CollectionNotFound(collection_id)
        running = runs.cancel_queued(ctx, conn, [collection_id])
        collections.soft_delete_collection(conn, collection_id, ctx.clock())
        collections.notify_reconciler(conn, collection_id)
        _record(ctx, conn, Action.DELETE_COLLECTION, stored, before=collection_values(stored))
    runs.request_cancel(ctx, running)
    return True


def _record(
    ctx: Context,
    conn: Conn,
    action: Action,
    collection: Collection,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    endpoint = endpoints.get_endpoint(conn, collection.endpoint_id)
    subject = Subject(ObjectKind.COLLECTION, collection.id, endpoint.name if endpoint else None)
    audit.record(conn, ctx.caller, action, subject, before=before, after=after)


def _check_schedule(ctx: Context, cron: str | None, timezone: str) -> None:
    """Raises BadInput with all that is wrong."""
    faults: dict[str, list[str]] = {}
    if cron is not None:
        try:
            check_minimum_interval(parse_cron(cron), ctx.min_schedule_interval_seconds)
        except CronError as error:
            faults["scheduleCron"] = [str(error)]
    try:
        check_timezone(timezone)
    except TimezoneError as error:
        faults["scheduleTimezone"] = [str(error)]
    if faults:
        raise BadInput(faults)
