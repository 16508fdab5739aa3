"""Asking for runs, and stopping them."""

import logging
from collections.abc import Collection as Several
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import psycopg

from app.core.contracts import manual_workflow_id
from app.core.db import collections, endpoints, runs
from app.core.db.pool import autocommit
from app.core.db.rows import Conn
from app.core.domain.audit import Action, ObjectKind, Subject
from app.core.domain.collections import Collection
from app.core.domain.endpoints import METADATA_CAPABILITY, Endpoint, EndpointState
from app.core.domain.runs import Run, RunStatus, RunTrigger
from app.core.errors import (
    CapabilityMissing,
    CollectionDisabled,
    CollectionNotFound,
    EndpointDeleted,
    EndpointNotFound,
    RunNotActive,
    RunNotFound,
    TemporalUnavailable,
)
from app.core.temporal.gateway import CancelOutcome
from app.services import audit
from app.services.context import Context

CANCEL_WAIT_SECONDS = 10.0

log = logging.getLogger(__name__)


def trigger(
    ctx: Context,
    collection_id: UUID,
    schemas: Sequence[str] | None = None,
    schema_override: Sequence[str] | None = None,
) -> Run:
    """Ask for a run of the collection, restricted to `schema_override` or else `schemas`.

    Answers with a QUEUED run also when Temporal is down: the reconciler starts it later. Raises
    CollectionNotFound, EndpointDeleted, CapabilityMissing, CollectionDisabled, CollectionInProgress.
    """
    with ctx.pool.connection() as conn:
        locked = collections.lock_endpoint_and_collection(conn, collection_id)
        if locked is None:
            raise CollectionNotFound(collection_id)
        endpoint, collection = locked
        _check_live(endpoint)
        _check_capability(endpoint)
        run = _queue(ctx, conn, collection, _filters(schemas, schema_override))
        subject = Subject(ObjectKind.COLLECTION, collection_id, endpoint.name)
        audit.record(conn, ctx.caller, Action.TRIGGER_COLLECTION, subject, after=_asked(run))
    return start(ctx, run)


def trigger_endpoint(
    ctx: Context,
    endpoint_id: UUID,
    schemas: Sequence[str] | None = None,
    schema_override: Sequence[str] | None = None,
) -> Run:
    """trigger for the endpoint's live collection; one that never had any gets a manual one.

    Raises EndpointNotFound too, and CollectionNotFound when the endpoint's collection was deleted.
    """
    with ctx.pool.connection() as conn:
        endpoint = lock_live_endpoint(conn, endpoint_id)
        [live] = collections.collections_for_endpoint_ids(conn, [endpoint_id]).values()
        if not live and collections.had_collection(conn, endpoint_id):
            raise CollectionNotFound(f"of endpoint {endpoint_id}")
        _check_capability(endpoint)
        if live:
            collection = collections.lock_collection(conn, live[0].id)
            if collection is None:
                raise CollectionNotFound(live[0].id)
        else:
            collection = collections.insert_collection(conn, endpoint_id)
        run = _queue(ctx, conn, collection, _filters(schemas, schema_override))
        subject = Subject(ObjectKind.ENDPOINT, endpoint_id, endpoint.name)
        audit.record(conn, ctx.caller, Action.TRIGGER_ENDPOINT_COLLECTION, subject, after=_asked(run))
    return start(ctx, run)


def start(ctx: Context, run: Run) -> Run:
    """Start the workflow of a queued run that has been committed; the queued run with its execution.

    Temporal's absence is no failure here: the run stays QUEUED and the reconciler starts it.
    """
    try:
        temporal_run_id = ctx.temporal.start_run(run, ctx.limits)
    except TemporalUnavailable:
        log.warning("run_left_queued", extra={"run_id": str(run.id)})
        with ctx.pool.connection() as conn:
            collections.notify_reconciler(conn, run.id)
        return run
    workflow_id = manual_workflow_id(str(run.id))
    ctx.put_off(partial(_record_execution, ctx, run.id, workflow_id, temporal_run_id))
    # Not read again: by now it may be RUNNING, and whoever asked is told what the asking did.
    return replace(run, workflow_id=workflow_id, temporal_run_id=temporal_run_id)


def cancel(ctx: Context, run_id: UUID) -> Run:
    """Stop the run and answer with it as it is then.

    A queued run ends at once: its workflow, if there is one, finds it CANCELED. A running one ends itself;
    this waits for it, at most CANCEL_WAIT_SECONDS. Raises RunNotFound, RunNotActive, TemporalUnavailable.
    """
    with ctx.pool.connection() as conn:
        run = _found(runs.lock_run(conn, run_id), run_id)
        if not run.is_active:
            raise RunNotActive(run_id, run.status)
        if run.status is RunStatus.QUEUED:
            canceled = _found(runs.mark_canceled(conn, run_id, ctx.clock()), run_id)
            _record_cancel(ctx, conn, run, canceled)
            return canceled
    outcome = ctx.temporal.cancel_run(run, CANCEL_WAIT_SECONDS)
    with ctx.pool.connection() as conn:
        if outcome is not CancelOutcome.REQUESTED:
            # A workflow marks its run before it ends; where it could not, nobody else will.
            runs.mark_canceled(conn, run_id, ctx.clock())
        now = _found(runs.get_run(conn, run_id), run_id)
        _record_cancel(ctx, conn, run, now)
        return now


def cancel_queued(ctx: Context, conn: Conn, collection_ids: Several[UUID]) -> list[Run]:
    """Cancel the queued runs of these collections, and give back the running ones for request_cancel.

    The caller has locked the collections, so that no run is added meanwhile.
    """
    running = []
    for active in runs.active_runs_for_collection_ids(conn, collection_ids).values():
        run = _found(runs.lock_run(conn, active.id), active.id)
        if run.status is RunStatus.QUEUED:
            runs.mark_canceled(conn, run.id, ctx.clock())
        elif run.status is RunStatus.RUNNING:
            running.append(run)
    return running


def request_cancel(ctx: Context, running: Several[Run]) -> None:
    """Ask these runs to end, without waiting; when Temporal is down, the reconciler asks them."""
    for run in running:
        try:
            ctx.temporal.cancel_run(run, wait_seconds=0)
        except TemporalUnavailable:
            log.warning("cancel_left_to_reconciler", extra={"run_id": str(run.id)})


def lock_live_endpoint(conn: Conn, endpoint_id: UUID) -> Endpoint:
    """The endpoint, locked. Raises EndpointNotFound, EndpointDeleted."""
    endpoint = endpoints.lock_endpoint(conn, endpoint_id)
    if endpoint is None:
        raise EndpointNotFound(endpoint_id)
    _check_live(endpoint)
    return endpoint


def queue_first(ctx: Context, conn: Conn, collection: Collection) -> Run:
    """The first run of a collection whose endpoint is being registered."""
    return _insert(ctx, conn, collection, RunTrigger.REGISTRATION, None)


def _queue(ctx: Context, conn: Conn, collection: Collection, filters: dict[str, Any] | None) -> Run:
    if not collection.is_enabled:
        raise CollectionDisabled(collection.id)
    return _insert(ctx, conn, collection, RunTrigger.MANUAL, filters)


def _insert(
    ctx: Context, conn: Conn, collection: Collection, why: RunTrigger, filters: dict[str, Any] | None
) -> Run:
    return runs.insert_run(
        conn,
        collection_id=collection.id,
        endpoint_id=collection.endpoint_id,
        trigger=why,
        now=ctx.clock(),
        requested_by=ctx.caller.name,
        filters=filters,
    )


def _record_execution(ctx: Context, run_id: UUID, workflow_id: str, temporal_run_id: str) -> None:
    """Where this fails, the workflow records itself as it begins, or the reconciler does."""
    try:
        with autocommit(ctx.pool) as conn:
            runs.record_execution(conn, run_id, workflow_id, temporal_run_id)
    except psycopg.Error as error:
        log.warning("execution_not_recorded", extra={"run_id": str(run_id), "cause": type(error).__name__})


def _asked(run: Run) -> dict[str, Any]:
    return {"runId": str(run.id), "collectionId": str(run.collection_id), "filters": run.filters}


def _record_cancel(ctx: Context, conn: Conn, before: Run, after: Run) -> None:
    audit.record(
        conn,
        ctx.caller,
        Action.CANCEL_COLLECTION_RUN,
        Subject(ObjectKind.RUN, before.id),
        before={"status": before.status},
        after={"status": after.status, "collectionId": str(before.collection_id)},
    )


def _check_live(endpoint: Endpoint | EndpointState) -> None:
    if endpoint.is_deleted:
        raise EndpointDeleted(endpoint.id)


def _check_capability(endpoint: Endpoint | EndpointState) -> None:
    if METADATA_CAPABILITY not in endpoint.capabilities:
        raise CapabilityMissing(METADATA_CAPABILITY)


def _filters(schemas: Sequence[str] | None, override: Sequence[str] | None) -> dict[str, Any] | None:
    wanted = schemas if override is None else override
    return None if wanted is None else {"schemas": list(dict.fromkeys(wanted))}


def _found(run: Run | None, run_id: UUID) -> Run:
    if run is None:
        raise RunNotFound(run_id)
    return run
