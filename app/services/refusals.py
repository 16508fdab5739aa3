"""Recording in the audit log what was refused, or failed, in a transaction of its own."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg

from app.core.db import audit
from app.core.db.pool import Pool
from app.core.domain.audit import Action, NewEvent, Outcome, SignInMethod, Subject, outcome_of
from app.core.domain.auth import Caller
from app.core.errors import AuthRequired

# Refusals of callers who are not signed in that one process records in a minute: a flood fills no disk.
MAX_ANONYMOUS = 60
WINDOW_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Something that was asked for and did not come about."""

    action: Action
    subject: Subject | None
    error_code: str


class Refusals:
    """Records refusals; one for each process, whose threads share it.

    Of callers who are not signed in, it records MAX_ANONYMOUS in a minute, for sign-ins and for all else
    each; how many more there were is recorded with the first one of a later minute.
    """

    def __init__(self, pool: Callable[[], Pool], clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never go back."""
        self._pool = pool
        self._requests, self._sign_ins = _Bound(clock), _Bound(clock)

    def record(self, caller: Caller, refused: Sequence[Refusal]) -> None:
        """Record what `caller` was refused. What cannot be stored is logged: it has changed nothing."""
        events = [
            NewEvent(
                caller=caller,
                action=each.action,
                subject=each.subject,
                outcome=outcome_of(each.error_code),
                error_code=each.error_code,
            )
            for each in refused
        ]
        self._store(events if caller.viewer is not None else self._requests.admitted(events))

    def record_sign_in(
        self, address: str | None, method: SignInMethod, error_code: str = AuthRequired.code
    ) -> None:
        """Record that somebody at `address` was not let in."""
        event = NewEvent(
            caller=Caller(address=address),
            action=Action.SIGN_IN,
            outcome=outcome_of(error_code),
            error_code=error_code,
            after={"method": method.value},
        )
        self._store(self._sign_ins.admitted([event]))

    def _store(self, events: Sequence[NewEvent]) -> None:
        if not events:
            return
        try:
            with self._pool().connection() as conn:
                for event in events:
                    audit.insert_event(conn, event)
        except psycopg.Error as error:
            for event in events:
                log.error(
                    "refusal_not_recorded",
                    extra={
                        "action": event.action,
                        "error_code": event.error_code,
                        "cause": type(error).__name__,
                    },
                )


class _Bound:
    """Lets MAX_ANONYMOUS events through in a window, and counts the others."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._admitted = self._left_out = 0

    def admitted(self, events: Sequence[NewEvent]) -> list[NewEvent]:
        """Those to record, after an event that counts the ones left out in an earlier window."""
        with self._lock:
            summary = self._next_window()
            room = events[: MAX_ANONYMOUS - self._admitted]
            self._admitted += len(room)
            if self._left_out == 0 and len(room) < len(events):
                log.warning("refusals_left_out", extra={"address": events[0].caller.address})
            self._left_out += len(events) - len(room)
            return [*summary, *room]

    def _next_window(self) -> list[NewEvent]:
        now = self._clock()
        if now - self._began < WINDOW_SECONDS:
            return []
        left_out = self._left_out
        self._began, self._admitted, self._left_out = now, 0, 0
        if not left_out:
            return []
        return [
            NewEvent(
                caller=Caller(),
                action=Action.REFUSALS_LEFT_OUT,
                outcome=Outcome.REFUSED,
                after={"count": left_out},
            )
        ]
