"""A bridge from synchronous callers to one event loop on a thread of its own."""

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Bridge:
    """Runs coroutines for threads that cannot await.

    The loop's thread starts with the first `run`, and afresh in a forked child, whose copy of the parent's
    loop has no thread. One bridge serves any number of calling threads.
    """

    def __init__(self, name: str = "bridge-loop") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._pid: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, coro: Coroutine[Any, Any, T], timeout: float) -> T:
        """The result of `coro`, awaited for at most `timeout` seconds.

        Raises TimeoutError (and cancels the coroutine) when the time is over, RuntimeError when called on
        the bridge's own loop, and whatever the coroutine raises.
        """
        if threading.current_thread() is self._thread:
            coro.close()
            raise RuntimeError(
                f"Bridge.run was called on its own loop ({self._name}): it would wait for itself for ever. "
                "Await the coroutine instead."
            )
        future = asyncio.run_coroutine_threadsafe(coro, self._running_loop())
        try:
            return future.result(timeout)
        finally:
            future.cancel()

    def close(self) -> None:
        """Stop the loop and wait for its thread. A later `run` starts a new one."""
        with self._lock:
            loop, thread, is_mine = self._loop, self._thread, self._pid == os.getpid()
            self._pid = self._loop = self._thread = None
        if loop is not None and thread is not None and is_mine:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._pid != os.getpid():
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name=self._name, daemon=True
                )
                self._thread.start()
                self._pid = os.getpid()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()
