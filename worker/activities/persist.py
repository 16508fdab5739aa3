"""The persist activity: what a run staged becomes the catalog's truth, in one transaction."""

import contextvars
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.errors import QueryCanceled
from psycopg.rows import TupleRow
from temporalio import activity
from temporalio.exceptions import CancelledError

from app.core.contracts import Activity, PersistInput, PersistResult, RunLimits
from app.core.db import fingerprints
from app.core.db.catalog_merge import StagedRecords, merge_staged
from app.core.db.fingerprints import Counted, Fingerprint
from app.core.domain.runs import RunErrorCode
from app.core.domain.staged_index import StagingRefused
from app.core.errors import RunNotActive, RunNotFound
from worker.activities.context import ActivityContext
from worker.activities.failures import run_failure, state_conflict
from worker.activities.lineage import trace_views
from worker.staging import StagedRun, StagingFailed, StagingIncomplete
from worker.words import duration_in_words

log = logging.getLogger(__name__)

_WATCH_SECONDS = 1.0
_CANCEL_TIMEOUT_SECONDS = 5.0
# The part of the activity's own time that a statement may take; the rest is for saying that it took too long.
_STATEMENT_SHARE = 0.95


class Persisting:
    """Bound to a worker's context; holds nothing of a run."""

    def __init__(self, context: ActivityContext) -> None:
        self._context = context

    @activity.defn(name=Activity.PERSIST, no_thread_cancel_exception=True)
    def persist_catalog_records(self, request: PersistInput) -> PersistResult:
        """Merge a run's staged records into the catalog; merging them again changes nothing.

        Raises ApplicationError with a run error code, or STATE_CONFLICT when the run has ended, and
        CancelledError when it is cancelled meanwhile; in each case nothing has been written.
        """
        run_id = UUID(request.run_id)
        limit_seconds = _limit_seconds() * _STATEMENT_SHARE
        try:
            staged = StagedRun(self._context.staging_url, request.staging_key)
            with self._context.pool.connection() as conn, _watched(conn):
                partial = _persist(conn, run_id, staged, limit_seconds)
        except QueryCanceled:
            raise _interruption(limit_seconds) from None
        except StagingRefused as error:
            raise run_failure(error.code, error.message) from None
        except StagingIncomplete as error:
            raise run_failure(RunErrorCode.STAGING_INCOMPLETE, str(error)) from None
        except StagingFailed as error:
            raise run_failure(RunErrorCode.STAGING_FAILED, str(error)) from None
        except (RunNotActive, RunNotFound):
            raise state_conflict(run_id) from None
        trace_views(self._context, run_id)
        return PersistResult(partial)


def _persist(conn: Connection[TupleRow], run_id: UUID, staged: StagedRun, limit_seconds: float) -> bool:
    """True when the run is only partial."""
    end = staged.end
    found = (
        Fingerprint(end.fingerprint_scope, end.fingerprint)
        if end.fingerprint_scope and end.fingerprint
        else None
    )
    if end.is_unchanged and found is not None:
        fingerprints.confirm_unchanged(conn, run_id, found)
        return False
    merged = merge_staged(conn, run_id, _staged_records(staged), limit_seconds=limit_seconds)
    if not merged.is_repeated:
        counted = Counted(end.datasets, end.columns, end.filtered)
        fingerprints.replace(conn, run_id, found if merged.is_settled else None, counted)
    return merged.is_partial


def _staged_records(run: StagedRun) -> StagedRecords:
    end = run.end
    return StagedRecords(
        run.findings, run.rows, run.documents, end.complete_scope, end.scope_database, end.limited_scope
    )


def _limit_seconds() -> float:
    limit = activity.info().start_to_close_timeout
    return limit.total_seconds() if limit else RunLimits().persist_seconds


@contextmanager
def _watched(conn: Connection[TupleRow]) -> Iterator[None]:
    """Heartbeats while the block works on `conn`, and ends its statements once the activity is cancelled."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_WATCH_SECONDS):
            activity.heartbeat()
            # again and again: between two statements there was nothing to cancel
            if activity.is_cancelled():
                _cancel_statement(conn)

    # The activity's context is how heartbeat and is_cancelled know which activity they are of.
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(watch,), name="persist-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        # after this the connection serves others, whom a late cancellation must not hit
        thread.join()


def _cancel_statement(conn: Connection[TupleRow]) -> None:
    try:
        conn.cancel_safe(timeout=_CANCEL_TIMEOUT_SECONDS)
    except psycopg.Error as error:
        log.warning("persist_cancel_failed", extra={"error": type(error).__name__})


def _interruption(limit_seconds: float) -> Exception:
    """Why a statement was cancelled: the run was, the worker stops, or its time was over."""
    details = activity.cancellation_details()
    if details and details.cancel_requested:
        return CancelledError("The run was cancelled.")
    if activity.is_cancelled() or activity.is_worker_shutdown():
        return run_failure(
            RunErrorCode.PERSIST_FAILED, "The worker was stopped while the catalog was written."
        )
    limit = duration_in_words(round(limit_seconds))
    return run_failure(RunErrorCode.PERSIST_FAILED, f"Writing the catalog took longer than {limit}.")
