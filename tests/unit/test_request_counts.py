"""Counting requests in one process."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.web import request_counts
from app.web.request_counts import RequestCounts
from tests.stack import wait_until

HOUR = 3600.0


def test_a_window_ends_by_itself_and_the_next_begins_at_one() -> None:
    counts = RequestCounts()
    assert [counts.incr("a", 0.2) for _ in range(3)] == [1, 2, 3]
    assert counts.incr("b", HOUR) == 1
    wait_until(lambda: counts.get("a") == 0, 5)
    assert counts.incr("a", HOUR) == 1
    assert counts.get("b") == 1


def test_the_end_of_a_window_does_not_move() -> None:
    counts = RequestCounts()
    counts.incr("a", HOUR)
    ends_at = counts.get_expiry("a")
    counts.incr("a", 2 * HOUR)
    assert counts.get_expiry("a") == ends_at


def test_threads_lose_no_request_and_none_is_started() -> None:
    counts, before = RequestCounts(), threading.active_count()
    counts.incr("a", HOUR)
    assert threading.active_count() == before
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: counts.incr("a", HOUR), range(4_000)))
    assert counts.get("a") == 4_001


def test_what_has_ended_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_counts, "SWEEP_SECONDS", 0)
    counts = RequestCounts()
    counts.incr("a", 0.01)
    wait_until(lambda: counts.get("a") == 0, 5)
    counts.incr("b", HOUR)
    assert counts.reset() == 1


def test_a_key_can_be_forgotten() -> None:
    counts = RequestCounts()
    counts.incr("a", HOUR)
    counts.incr("b", HOUR)
    counts.clear("a")
    assert (counts.get("a"), counts.get("b")) == (0, 1)
