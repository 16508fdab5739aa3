"""The bridge: coroutines run for threads, bounded in time, on a loop that survives a fork."""

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from app.core.temporal.bridge import Bridge


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge("test-bridge")
    yield bridge
    bridge.close()


async def thread_name() -> str:
    return threading.current_thread().name


def test_no_thread_before_the_first_run(bridge: Bridge) -> None:
    assert "test-bridge" not in {thread.name for thread in threading.enumerate()}
    assert bridge.run(thread_name(), 5) == "test-bridge"


def test_one_loop_serves_many_threads(bridge: Bridge) -> None:
    async def loop_id() -> int:
        return id(asyncio.get_running_loop())

    with ThreadPoolExecutor(8) as threads:
        loops = set(threads.map(lambda _: bridge.run(loop_id(), 5), range(32)))
    assert len(loops) == 1


def test_what_the_coroutine_raises_reaches_the_caller(bridge: Bridge) -> None:
    async def fail() -> None:
        raise LookupError("not there")

    with pytest.raises(LookupError, match="not there"):
        bridge.run(fail(), 5)


def test_a_coroutine_past_its_time_is_cancelled(bridge: Bridge) -> None:
    cancelled = threading.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(TimeoutError):
        bridge.run(hang(), 0.05)
    assert cancelled.wait(5)


def test_it_refuses_to_wait_for_itself(bridge: Bridge) -> None:
    async def call_back() -> str:
        return bridge.run(thread_name(), 5)

    with pytest.raises(RuntimeError, match="wait for itself"):
        bridge.run(call_back(), 5)


def test_close_cancels_what_runs_and_a_later_run_starts_anew(bridge: Bridge) -> None:
    started, cancelled = threading.Event(), threading.Event()

    async def hang() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(bridge.run, hang(), 30)
        assert started.wait(5)
        bridge.close()
        assert cancelled.wait(5)
        with pytest.raises(CancelledError):
            hanging.result(5)
    assert bridge.run(thread_name(), 5) == "test-bridge"


# Forking while the bridge's thread runs is the very case under test.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_gets_a_loop_of_its_own(bridge: Bridge) -> None:
    bridge.run(thread_name(), 5)
    child = os.fork()
    if child == 0:
        exit_code = 1
        try:
            exit_code = 0 if bridge.run(thread_name(), 5) == "test-bridge" else 2
        finally:
            os._exit(exit_code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert bridge.run(thread_name(), 5) == "test-bridge"
