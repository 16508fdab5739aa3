"""Counting requests in this process, for `limits`."""

import threading
import time

from limits.storage import Storage

SWEEP_SECONDS = 60.0


class RequestCounts(Storage):
    """Counts by key, each from its first request until its window ends.

    That of `limits` starts a thread with almost every request, to drop what has ended, and its threads take
    the locks of its keys away from each other.
    """

    STORAGE_SCHEME = None

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._swept_at = time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong here is no failure of a storage."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more in the window, which lasts `expiry` seconds; how many that makes."""
        now = time.time()
        with self._lock:
            if now - self._swept_at >= SWEEP_SECONDS:
                self._sweep(now)
            count, ends_at = self._window(key, now)
            self._windows[key] = count + amount, ends_at if count else now + expiry
            return count + amount

    def get(self, key: str) -> int:
        """How many there are in the window."""
        return self._window(key, time.time())[0]

    def get_expiry(self, key: str) -> float:
        """When the window ends, or ended: seconds since the epoch."""
        return self._window(key, time.time())[1]

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many keys that were."""
        with self._lock:
            forgotten = len(self._windows)
            self._windows = {}
            return forgotten

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self._lock:
            self._windows.pop(key, None)

    def _window(self, key: str, now: float) -> tuple[int, float]:
        count, ends_at = self._windows.get(key, (0, now))
        return (count, ends_at) if ends_at > now else (0, now)

    def _sweep(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window[1] > now}
        self._swept_at = now
