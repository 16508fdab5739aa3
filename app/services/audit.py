"""Recording in the audit log what was done. `services.refusals` records what was not."""

from collections.abc import Iterable
from dataclasses import replace

from app.core.db import audit
from app.core.db.rows import Conn
from app.core.domain.audit import Action, NewEvent, SignInMethod, Subject, Values, masked
from app.core.domain.auth import Caller
from app.core.domain.leaks import LeakGate


def record(
    conn: Conn,
    caller: Caller,
    action: Action,
    subject: Subject,
    *,
    before: Values | None = None,
    after: Values | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Record that `caller` did it, in the transaction that does it: neither is there without the other.

    `secrets` are the values that no text of the event may hold.
    """
    gate = LeakGate(secrets)
    name = None if subject.name is None else gate.text(subject.name)
    event = NewEvent(
        caller=caller,
        action=action,
        subject=replace(subject, name=name),
        before=None if before is None else masked(before, gate),
        after=None if after is None else masked(after, gate),
    )
    audit.insert_event(conn, event)


def record_sign_in(conn: Conn, caller: Caller, method: SignInMethod) -> None:
    """Record that `caller` has signed in, in the transaction that makes the session."""
    audit.insert_event(conn, NewEvent(caller=caller, action=Action.SIGN_IN, after={"method": method.value}))


def record_sign_in_link(conn: Conn, caller: Caller) -> None:
    """Record that `caller` has made a link to sign in with, in the transaction that makes it."""
    audit.insert_event(conn, NewEvent(caller=caller, action=Action.CREATE_SIGN_IN_LINK))


def record_sign_out(conn: Conn, caller: Caller) -> None:
    """Record that `caller` has signed out, in the transaction that ends the session."""
    audit.insert_event(conn, NewEvent(caller=caller, action=Action.SIGN_OUT))
