"""What is noted of a run on its way to Postgres, gathered so that a busy collector costs little."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from app.core.db import runs
from app.core.domain.runs import ReadMode, RunProgress, SourceCost
from worker.activities.context import ActivityContext

log = logging.getLogger(__name__)

WRITE_INTERVAL_SECONDS = 1.0
# Short: whoever writes here also has heartbeats to send.
_POOL_WAIT_SECONDS = 3.0
# What waits while Postgres is away; beyond it the oldest lines go.
_MAX_WAITING_LINES = 2000

Line = tuple[datetime, str, str, Mapping[str, Any] | None]


class RunJournal:
    """Written at most every WRITE_INTERVAL_SECONDS and at the end. A lost database delays it, no more."""

    def __init__(self, context: ActivityContext, run_id: UUID) -> None:
        self._context = context
        self._run_id = run_id
        self._lines: list[Line] = []
        self._progress: RunProgress | None = None
        self._redactions = 0
        self._written_redactions = 0
        self._cost: SourceCost | None = None
        self._mode: ReadMode | None = None
        # what is over sooner is written once
        self._next_write = time.monotonic() + WRITE_INTERVAL_SECONDS

    def line(self, level: str, message: str, fields: Mapping[str, Any] | None = None) -> None:
        """Add a line to the run's log. `message` and `fields` are clean already."""
        self._lines.append((self._context.clock(), level, message, fields))
        del self._lines[:-_MAX_WAITING_LINES]

    def progress(self, phase: str, done: int, total: int | None, current: str | None) -> None:
        """Say how far the run is; the last word counts."""
        self._progress = RunProgress(phase, done, total, current, self._context.clock())

    def redactions(self, count: int) -> None:
        """Say how many secret values this attempt has masked so far."""
        self._redactions = count

    def cost(self, cost: SourceCost) -> None:
        """Say, once, what this attempt has cost the source."""
        self._cost = cost

    def read_mode(self, mode: ReadMode) -> None:
        """Say how the source has been read."""
        self._mode = mode

    def write_when_due(self) -> None:
        """Write what has gathered unless that was done a moment ago."""
        if time.monotonic() >= self._next_write:
            self.write()

    def write(self) -> None:
        """Write what has gathered. When Postgres does not answer it is kept for the next time."""
        self._next_write = time.monotonic() + WRITE_INTERVAL_SECONDS
        redactions = self._redactions - self._written_redactions
        if not (self._lines or self._progress or redactions or self._cost or self._mode):
            return
        try:
            with self._context.pool.connection(timeout=_POOL_WAIT_SECONDS) as conn:
                if self._progress or self._cost or self._mode:
                    runs.record_reading(
                        conn, self._run_id, progress=self._progress, cost=self._cost, mode=self._mode
                    )
                if self._lines:
                    runs.add_log_lines(conn, self._run_id, self._lines)
                if redactions:
                    runs.add_redactions(conn, self._run_id, redactions, self._context.clock())
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.warning(
                "run_journal_delayed", extra={"run_id": str(self._run_id), "error": type(error).__name__}
            )
            return
        self._written_redactions += redactions
        self._lines = []
        self._progress = self._cost = self._mode = None
