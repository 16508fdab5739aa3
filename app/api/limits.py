"""What one request may take: how big its query is, and how long it lasts."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import LimitExceeded


@dataclass(frozen=True)
class QueryLimits:
    """`depth` in levels of fields, `cost` in objects. Without `introspection` the schema is not told."""

    depth: int
    cost: int
    introspection: bool = True


class Deadline:
    """The time of one request, from when this is made."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never go back."""
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def check(self) -> None:
        """Raises LimitExceeded when the time is over: nothing more is begun."""
        if self._clock() > self._end:
            raise self.exceeded()

    def exceeded(self) -> LimitExceeded:
        """What a request is told that took too long."""
        return LimitExceeded(f"The request took longer than {self.seconds:g} s.")
