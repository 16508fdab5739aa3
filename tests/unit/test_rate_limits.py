"""Counting in a Redis that does not answer: seldom asked, and nobody is let through for it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from limits import parse

from app.web import rate_limits
from app.web.rate_limits import Counting

RATE = parse("2 per hour")


class HangsUp:
    """Hangs up on whoever connects, and counts them."""

    def __init__(self, listener: socket.socket) -> None:
        self.port = listener.getsockname()[1]
        self.connections = 0
        self._listener = listener
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed: the test is over
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def redis() -> Iterator[HangsUp]:
    listener = socket.create_server(("127.0.0.1", 0))
    with closing(listener):
        yield HangsUp(listener)
        listener.shutdown(socket.SHUT_RDWR)


def test_a_redis_that_is_away_is_not_asked_for_every_request(redis: HangsUp) -> None:
    counting = Counting(f"redis://127.0.0.1:{redis.port}")
    waits = [counting.seconds_to_wait(RATE, "somebody")]
    asked = redis.connections
    waits += [counting.seconds_to_wait(RATE, "somebody") for _ in range(2)]
    assert waits[:2] == [0, 0]
    assert 3000 < waits[2] <= 3600
    assert (asked > 0, redis.connections) == (True, asked)


def test_a_redis_that_was_away_is_asked_again(redis: HangsUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "AWAY_SECONDS", 0)
    counting = Counting(f"redis://127.0.0.1:{redis.port}")
    counting.seconds_to_wait(RATE, "somebody")
    asked = redis.connections
    counting.seconds_to_wait(RATE, "somebody")
    assert redis.connections > asked
