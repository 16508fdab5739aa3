"""What reading a source costs it, counted while it is read, and the pauses that it is given."""

import time

from app.core.domain.runs import SourceCost


class Meter:
    """Counts statements, rows and bytes; the time runs from the meter's making. `pause_seconds` pass before
    each statement but the first."""

    def __init__(self, pause_seconds: float = 0.0) -> None:
        self.statements = 0
        self._pause_seconds = pause_seconds
        self._began = time.monotonic()
        self._rows = 0
        self._bytes: int | None = None

    def begin_statement(self) -> None:
        """Called before each round trip to the source, sign-in not counted."""
        if self.statements > 0 and self._pause_seconds > 0:
            time.sleep(self._pause_seconds)
        self.statements += 1

    def received(self, rows: int, size: int | None = None) -> None:
        """Rows of an answer, and their bytes where there is a network between."""
        self._rows += rows
        if size is not None:
            self._bytes = (self._bytes or 0) + size

    def cost(self) -> SourceCost:
        """What has been counted so far."""
        seconds = round(time.monotonic() - self._began, 3)
        return SourceCost(self.statements, seconds, self._rows, self._bytes)
