"""gunicorn's threaded worker, none of whose threads a slow client can hold for long.

gunicorn bounds the wait for the first byte of a request and nothing after it, and its `timeout` ends workers
that hang, not requests: a client that sends or reads a byte now and then would keep its thread for ever.
"""

import contextlib
import time
from socket import SHUT_RD, SHUT_RDWR
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker


class BoundedThreadWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Hangs up on clients that have not sent their request in RECEIVE_SECONDS, or not taken the answer before
    the seconds of gunicorn's `timeout` are over."""

    RECEIVE_SECONDS = 10.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """Serve what comes over `conn`, in a thread of its own; whether the connection may be used again."""
        began = time.monotonic()
        self._busy[conn] = began
        try:
            outcome = super().handle(conn)
        finally:
            del self._busy[conn]
        # what was hung up on hears nothing more, though its last answer was sent
        return outcome if time.monotonic() - began < self.RECEIVE_SECONDS else False

    def notify(self) -> None:
        """Called every second by the main loop: tells gunicorn that this worker lives."""
        super().notify()
        now = time.monotonic()
        for conn, began in list(self._busy.items()):
            if now - began >= self.cfg.timeout:
                _hang_up(conn, SHUT_RDWR)
            elif now - began >= self.RECEIVE_SECONDS:
                _hang_up(conn, SHUT_RD)


def _hang_up(conn: TConn, how: int) -> None:
    with contextlib.suppress(OSError):  # it has gone by itself
        conn.sock.shutdown(how)
