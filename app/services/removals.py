"""Deciding on removals: those that a run held, and undoing those that were made."""

from collections.abc import Callable
from uuid import UUID

from app.core.db import endpoints, fingerprints, held_removals, runs
from app.core.db.held_removals import Decision
from app.core.db.rows import Conn
from app.core.domain.audit import Action, ObjectKind, Subject
from app.core.domain.removals import HeldRemovals, RemovalDecision
from app.core.errors import BadInput, EndpointDeleted, RunNotFound
from app.services import audit
from app.services.context import Context


def approve(ctx: Context, run_id: UUID) -> HeldRemovals:
    """Remove what the run held, as far as it still waits and was not seen since; again changes nothing.

    Waits for a run of the endpoint that is being merged. Raises RunNotFound, EndpointDeleted, and BadInput
    when nothing of it waits, as dismiss and restore do.
    """
    return _decide(
        ctx, run_id, Action.APPROVE_REMOVALS, RemovalDecision.APPROVED, held_removals.approve, _WAITS_NOT
    )


def dismiss(ctx: Context, run_id: UUID) -> HeldRemovals:
    """Keep what the run held: until a run sees it again, only a person removes it."""
    return _decide(
        ctx, run_id, Action.DISMISS_REMOVALS, RemovalDecision.DISMISSED, held_removals.dismiss, _WAITS_NOT
    )


def restore(ctx: Context, run_id: UUID) -> HeldRemovals:
    """Bring back what the run removed, of its own accord or by approval, and keep it as dismiss does."""
    return _decide(
        ctx, run_id, Action.RESTORE_REMOVALS, RemovalDecision.RESTORED, held_removals.restore, _IS_NOT_GONE
    )


_WAITS_NOT = "No removals of this run wait for a decision."
_IS_NOT_GONE = "Nothing that this run removed is still gone."


def _decide(
    ctx: Context,
    run_id: UUID,
    action: Action,
    decision: RemovalDecision,
    carry_out: Callable[[Conn, Decision], int],
    refusal: str,
) -> HeldRemovals:
    with ctx.pool.connection() as conn:
        run = runs.get_run(conn, run_id)
        if run is None:
            raise RunNotFound(run_id)
        at = held_removals.lock_catalog(conn, run_id)
        endpoint = endpoints.get_endpoint(conn, run.endpoint_id)
        if endpoint is None or endpoint.is_deleted:
            raise EndpointDeleted(run.endpoint_id)
        decided = carry_out(conn, Decision(run_id, ctx.caller.name, at))
        held = held_removals.held_removals_of_run(conn, run_id).get(decision)
        if held is None:
            raise BadInput({"runId": [refusal]})
        if decided:
            fingerprints.forget(conn, endpoint.id)
            audit.record(
                conn,
                ctx.caller,
                action,
                Subject(ObjectKind.RUN, run_id, endpoint.name),
                after={"endpointId": str(endpoint.id), "datasets": decided},
            )
        return held
