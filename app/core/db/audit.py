"""The audit log in Postgres. It is only ever added to."""

from psycopg.types.json import Jsonb

from app.core.db.queries import query
from app.core.db.rows import NEWEST_NUMBERED, Conn, Row, execute, fetch_all, fetch_count, pick, position_after
from app.core.domain.audit import AuditEvent, AuditFilter, NewEvent, ObjectKind, Outcome, Values
from app.core.domain.auth import Role


def insert_event(conn: Conn, event: NewEvent) -> None:
    """Record what was done, or refused, as of now."""
    viewer, subject = event.caller.viewer, event.subject
    params = {
        "actor": event.caller.name,
        "identity": viewer and viewer.identity,
        "role": viewer and viewer.role.value,
        "address": event.caller.address,
        "action": event.action.value,
        "object_kind": subject and subject.kind.value,
        "object_id": subject and subject.id,
        "object_name": subject and subject.name,
        "outcome": event.outcome.value,
        "error_code": event.error_code,
        "before": _json(event.before),
        "after": _json(event.after),
    }
    execute(conn, query("audit", "insert_event"), params)


def list_events(conn: Conn, wanted: AuditFilter, first: int, after: int | None = None) -> list[AuditEvent]:
    """At most `first` events after `after`, newest first. Raises BadInput for an unknown `after`."""
    position = position_after(conn, query("audit", "event_position"), after, NEWEST_NUMBERED)
    position = position.no_later_than(wanted.to)
    params = _filter(wanted) | position.bounds() | {"first": first}
    return fetch_all(conn, query("audit", "list_events"), params, _event)


def count_events(conn: Conn, wanted: AuditFilter) -> int:
    """How many events list_events would give in all."""
    return fetch_count(conn, query("audit", "count_events"), _filter(wanted))


def _json(values: Values | None) -> Jsonb | None:
    return None if values is None else Jsonb(dict(values))


def _filter(wanted: AuditFilter) -> Row:
    return {
        "actor": wanted.actor,
        "action": wanted.action,
        "object_kind": wanted.object_kind,
        "object_id": wanted.object_id,
        "outcome": wanted.outcome,
        "from": wanted.from_,
        "to": wanted.to,
    }


def _event(row: Row) -> AuditEvent:
    role, kind = row["role"], row["object_kind"]
    return pick(
        AuditEvent,
        row,
        role=Role(role) if role else None,
        object_kind=ObjectKind(kind) if kind else None,
        outcome=Outcome(row["outcome"]),
    )
