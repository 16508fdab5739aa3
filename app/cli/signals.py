"""Waiting in the supervisor: until a signal, the end of a child, or a time."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Counts requests to stop while it is entered, and lets `wait` return at once on any of them."""

    def __init__(self) -> None:
        self.requests = 0

    def __enter__(self) -> Self:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        self._earlier_wakeup = signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)
        # SIGHUP ignored means nohup: the person wants it to outlive the terminal
        heeded = [s for s in STOP_SIGNALS if s != signal.SIGHUP or signal.getsignal(s) != signal.SIG_IGN]
        self._earlier = {number: signal.signal(number, self._count) for number in heeded}
        # a handler must exist for SIGCHLD to write into the pipe; wait() then returns, and the caller looks
        self._earlier[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _look)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._earlier.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._earlier_wakeup)
        os.close(self._read_end)
        os.close(self._write_end)

    @property
    def stop_requested(self) -> bool:
        return self.requests > 0

    @property
    def hurried(self) -> bool:
        """Asked more than once: no more patience."""
        return self.requests > 1

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as a signal arrives or a child ends."""
        ready, _, _ = select.select([self._read_end], [], [], seconds)
        if ready:
            os.read(self._read_end, 4096)

    def _count(self, number: int, frame: FrameType | None) -> None:
        self.requests += 1


def _look(number: int, frame: FrameType | None) -> None:
    """SIGCHLD needs no action of its own."""
