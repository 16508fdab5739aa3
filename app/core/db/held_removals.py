"""Removals that wait for a person, and what a person decides.

Whoever decides has locked the endpoint's catalog first, and then takes one moment for all that follows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import NEWEST, Conn, Row, execute, fetch_all, fetch_inserted, pick, position_after
from app.core.domain.removals import HeldRemovals, RemovalDecision


@dataclass(frozen=True)
class Decision:
    """Who decides about a run's removals, and when."""

    run_id: UUID
    by: str
    at: datetime

    def params(self) -> Row:
        return {"run_id": self.run_id, "by": self.by, "at": self.at}


def lock_catalog(conn: Conn, run_id: UUID) -> datetime:
    """Wait until no run of the run's endpoint is being merged, keep others from it until this transaction
    ends, and say what time it is then."""
    execute(conn, query("persist", "lock_endpoint_of_run"), {"run_id": run_id})
    return fetch_inserted(conn, query("removals", "decision_moment"), {}, _moment)


def list_held_removals(
    conn: Conn, endpoint_id: UUID | None, run_id: UUID | None, *, include_decided: bool, first: int
) -> list[HeldRemovals]:
    """At most `first`, of live endpoints: those that wait, newest first, then those a person decided; of a
    run asked about those that later runs settled, too."""
    params = {
        "endpoint_id": endpoint_id,
        "run_id": run_id,
        "include_decided": include_decided,
        "first": first,
    }
    return fetch_all(conn, query("removals", "list_held_removals"), params, _held)


def held_removals_of_run(conn: Conn, run_id: UUID) -> dict[RemovalDecision | None, HeldRemovals]:
    """What the run held, by the decision that stands now; of several with one decision the last."""
    found = fetch_all(conn, query("removals", "held_removals_of_run"), {"run_id": run_id}, _held)
    return {held.decision: held for held in reversed(found)}


def held_dataset_ids(conn: Conn, held: HeldRemovals, first: int, after: UUID | None = None) -> list[UUID]:
    """At most `first` of the datasets after `after`, newest first. Raises BadInput for an unknown `after`."""
    position = position_after(conn, query("catalog", "dataset_position"), after, NEWEST)
    decided = {"run_id": held.run_id, "decision": held.decision, "decided_at": held.decided_at}
    params = decided | position.bounds() | {"first": first}
    return fetch_all(conn, query("removals", "held_dataset_ids"), params, lambda row: row["dataset_id"])


def dataset_ids_for_held(
    conn: Conn, several: Sequence[HeldRemovals], first: int
) -> dict[HeldRemovals, list[UUID]]:
    """The newest datasets of each, at most `first` of each."""
    params = {
        "run_ids": [held.run_id for held in several],
        "decisions": [held.decision for held in several],
        "decided_ats": [held.decided_at for held in several],
        "first": first,
    }
    by_held: dict[HeldRemovals, list[UUID]] = defaultdict(list)
    sql = query("removals", "held_dataset_ids_for_held")
    for place, dataset_id in fetch_all(conn, sql, params, lambda row: (row["place"], row["dataset_id"])):
        by_held[several[place - 1]].append(dataset_id)
    return by_held


def approve(conn: Conn, decision: Decision) -> int:
    """Remove what the run held and still waits; how many datasets that were."""
    approved = _decide(conn, decision, RemovalDecision.APPROVED)
    if approved:
        execute(conn, query("removals", "remove_approved"), decision.params())
        execute(conn, query("removals", "insert_approved_changes"), decision.params())
    return approved


def dismiss(conn: Conn, decision: Decision) -> int:
    """Keep what the run held and still waits; how many datasets that were."""
    dismissed = _decide(conn, decision, RemovalDecision.DISMISSED)
    if dismissed:
        execute(conn, query("removals", "keep_dismissed"), decision.params())
    return dismissed


def restore(conn: Conn, decision: Decision) -> int:
    """Bring back what the run removed, or the approval of what it held, and no run has seen since; how many
    datasets that were. Each begins a new version."""
    restored = execute(conn, query("removals", "record_restored"), decision.params())
    if restored:
        execute(conn, query("removals", "insert_versions_before_restore"), decision.params())
        execute(conn, query("removals", "insert_restored_by_person"), decision.params())
        execute(conn, query("removals", "restore_removed"), decision.params())
    return restored


def _decide(conn: Conn, decision: Decision, made: RemovalDecision) -> int:
    params = decision.params() | {"decision": made}
    return execute(conn, query("removals", "decide_held_removals"), params)


def _held(row: Row) -> HeldRemovals:
    decision = row["decision"]
    return pick(HeldRemovals, row, decision=None if decision is None else RemovalDecision(decision))


def _moment(row: Row) -> datetime:
    at: datetime = row["at"]
    return at
