"""The ingest activity: one collector process reads the source and stages what it finds."""

import hashlib
import json
import os
import time
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError

from app.core.contracts import Activity, IngestInput, IngestResult
from app.core.db import endpoints, fingerprints, runs
from app.core.db.pool import autocommit
from app.core.db.rows import Conn
from app.core.domain.endpoints import Diagnostic
from app.core.domain.runs import ReadMode, Run, RunErrorCode, RunTrigger, SourceCost
from worker.activities.context import ActivityContext
from worker.activities.failures import run_failure, state_conflict, worker_stopped
from worker.activities.journal import RunJournal
from worker.activities.prepare import open_secrets
from worker.collector_events import Event, Failure, LogLine, Progress, Redactions, Result
from worker.collector_process import CollectorProcess, CollectorRequest
from worker.references import resolve
from worker.sources import SourceError
from worker.words import duration_in_words

TICK_SECONDS = 0.25
# A heartbeat is a call to Temporal, and looking for the child's own children means looking at every process
# of the machine: what is over sooner does neither.
WATCH_SECONDS = 1.0
# Between the activity's own deadline and Temporal's: time to end the child and to say why.
_DEADLINE_MARGIN_SECONDS = 10.0


class Ingest:
    """Bound to a worker's context; holds nothing of a run."""

    def __init__(self, context: ActivityContext) -> None:
        self._context = context

    @activity.defn(name=Activity.INGEST, no_thread_cancel_exception=True)
    def ingest(self, request: IngestInput) -> IngestResult:
        """Run the collector for a run and return where its records are staged.

        Raises ApplicationError with a run error code, and CancelledError when the run is cancelled; either
        way no process of the collector is left.
        """
        run_id = UUID(request.run_id)
        deadline = Deadline(request.limit_seconds)
        attempt = activity.info().attempt
        order, secrets = self._order(run_id, attempt)
        journal = RunJournal(self._context, run_id)
        journal.line("INFO", f"Collection started (attempt {attempt}).")
        try:
            with CollectorProcess(order, secrets, self._context.start_collector) as child:
                result = self._follow(child, journal, deadline)
            journal.read_mode(ReadMode.FINGERPRINT if result.is_unchanged else ReadMode.FULL)
        except ApplicationError as error:
            journal.line("ERROR", error.message)
            raise
        except CancelledError:
            journal.line("INFO", "Collection cancelled.")
            raise
        finally:
            journal.write()
        return IngestResult(f"{run_id}/{attempt}", result.datasets, result.failed, result.filtered)

    def _order(self, run_id: UUID, attempt: int) -> tuple[CollectorRequest, list[str]]:
        """What the child is to do, and the secrets that nothing it says may show."""
        context = self._context
        with autocommit(context.pool) as conn:
            run = runs.record_attempt(conn, run_id, attempt)
            if run is None:
                raise state_conflict(run_id)
            endpoint, sealed = endpoints.get_with_secrets(conn, run.endpoint_id)
            reading = endpoint.policy.reading(context.reading)
            scope = fingerprint_scope(endpoint.template_id, endpoint.parameters, run.filters)
            known = self._known_fingerprint(conn, run, scope, reading.full_pass_hours)
        if endpoint.template_id is None:
            raise run_failure(RunErrorCode.BAD_CONFIG, "There is no connector for the endpoint.")
        opened = self._in_plain_text(sealed)
        order = CollectorRequest(
            mode="collect",
            template_id=endpoint.template_id,
            parameters={**endpoint.parameters, **opened},
            schemas=(run.filters or {}).get("schemas"),
            file_roots=context.file_roots,
            networks=context.networks.as_texts(),
            connect_timeout_seconds=context.connect_timeout_seconds,
            memory_mb=context.collector_memory_mb,
            staging_url=context.staging_url,
            staging_key=f"{run_id}/{attempt}",
            application_name=f"muster {run_id}",
            pause_seconds=reading.source_pause_ms / 1000,
            statement_seconds=reading.statement_seconds,
            fingerprint_scope=scope,
            known_fingerprint=known,
        )
        return order, list(opened.values())

    def _known_fingerprint(self, conn: Conn, run: Run, scope: str, full_pass_hours: int) -> str | None:
        """What the source is compared with; None for a person who asked for the run: they want it read."""
        if run.trigger is not RunTrigger.SCHEDULE:
            return None
        now = self._context.clock()
        return fingerprints.find_known(conn, run.endpoint_id, scope, now, full_pass_hours)

    def _in_plain_text(self, sealed: Mapping[str, str]) -> dict[str, str]:
        """The secrets, those by reference looked up. Raises ApplicationError BAD_CONFIG."""
        opened = open_secrets(self._context.secrets, sealed)
        try:
            return resolve(opened, self._context.references, os.environ)
        except SourceError as error:
            raise run_failure(error.code, _with_hint(error)) from None

    def _follow(self, child: CollectorProcess, journal: RunJournal, deadline: "Deadline") -> Result:
        """Listen to the child until it has ended. Returns its result; raises when there is none."""
        result: Result | None = None
        masked_by_child = 0
        heartbeat: dict[str, object] = {}
        next_tick = time.monotonic() + TICK_SECONDS
        next_watch = time.monotonic() + WATCH_SECONDS
        for event in child.events(TICK_SECONDS):
            if isinstance(event, Redactions):
                masked_by_child = event.count
            journal.redactions(child.redactions + masked_by_child)
            if isinstance(event, SourceCost):
                journal.cost(event)
            if isinstance(event, Failure):
                raise run_failure(event.code, _with_hint(event))
            if isinstance(event, Result):
                result = event
            if isinstance(event, Progress):
                heartbeat = {"phase": event.phase, "done": event.done, "total": event.total}
            _note(event, journal)
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_SECONDS
                journal.write_when_due()
                _check(deadline)
            if time.monotonic() >= next_watch:
                next_watch = time.monotonic() + WATCH_SECONDS
                activity.heartbeat(heartbeat)
                self._check_memory(child)
        crash = child.exit_sentence()
        level = "DEBUG" if crash is None else "ERROR"
        for line in child.error_output():
            journal.line(level, line)
        journal.redactions(child.redactions + masked_by_child)
        if crash is not None or result is None or not result.ok:
            raise run_failure(
                RunErrorCode.COLLECTOR_CRASHED, crash or "The collector process ended without a result."
            )
        return result

    def _check_memory(self, child: CollectorProcess) -> None:
        """Raise when the child has grown too large."""
        limit_mb = self._context.collector_memory_mb
        if child.memory_mb() > limit_mb:
            raise run_failure(
                RunErrorCode.MEMORY_LIMIT,
                f"The collector needed more than {limit_mb} MB of memory. "
                "Restrict the collection to fewer schemas, or raise MUSTER_COLLECTOR_MEMORY_MB.",
            )


def fingerprint_scope(
    template_id: str | None, parameters: Mapping[str, Any], filters: Mapping[str, Any] | None
) -> str:
    """A digest of all that decides what a run reads, beside the source itself."""
    schemas = sorted((filters or {}).get("schemas") or ())
    how = [template_id, dict(parameters), schemas, _version()]
    return hashlib.sha256(json.dumps(how, sort_keys=True).encode()).hexdigest()


@cache
def _version() -> str:
    """Muster's own, which is looked for in the files of all that is installed."""
    return version("muster")


class Deadline:
    """The end of an attempt, a little before Temporal would declare it lost."""

    def __init__(self, limit_seconds: float) -> None:
        self.limit_seconds = limit_seconds
        margin = min(_DEADLINE_MARGIN_SECONDS, limit_seconds / 4)
        self._ends_at = time.monotonic() + limit_seconds - margin

    def has_passed(self) -> bool:
        """Whether the attempt has used up its time."""
        return time.monotonic() >= self._ends_at


def _check(deadline: Deadline) -> None:
    """Raise when the child must not go on."""
    details = activity.cancellation_details()
    if activity.is_worker_shutdown() and not (details and details.cancel_requested):
        raise worker_stopped()
    if activity.is_cancelled():
        raise CancelledError("The run was cancelled.")
    if deadline.has_passed():
        limit = duration_in_words(deadline.limit_seconds)
        raise run_failure(RunErrorCode.TIME_LIMIT, f"The collection took longer than its limit of {limit}.")


def _note(event: Event | None, journal: RunJournal) -> None:
    if isinstance(event, Progress):
        journal.progress(event.phase, event.done, event.total, event.current)
    elif isinstance(event, LogLine):
        journal.line(event.level, event.message, event.fields)
    elif isinstance(event, Diagnostic):
        journal.line(event.level, event.message, {"code": event.code})


def _with_hint(failure: Failure | SourceError) -> str:
    return f"{failure.message} {failure.hint}" if failure.hint else failure.message
