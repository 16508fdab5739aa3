"""What a worker process offers Temporal, by task queue."""

from collections.abc import Callable
from typing import Any

from worker.activities.bookkeeping import Bookkeeping
from worker.activities.connection_test import ConnectionTesting
from worker.activities.context import ActivityContext
from worker.activities.ingest import Ingest
from worker.activities.persist import Persisting
from worker.activities.prepare import Preparing
from worker.workflows.collection_run import CollectionRunWorkflow
from worker.workflows.connection_test import ConnectionTestWorkflow

WORKFLOWS: tuple[type, ...] = (CollectionRunWorkflow, ConnectionTestWorkflow)

ActivityFunction = Callable[..., Any]


def activities(context: ActivityContext) -> list[ActivityFunction]:
    """The activities of the main queue: all but ingest."""
    bookkeeping = Bookkeeping(context)
    return [
        bookkeeping.create_run,
        bookkeeping.mark_run_started,
        bookkeeping.mark_run_completed,
        bookkeeping.mark_run_skipped,
        bookkeeping.mark_run_failed,
        bookkeeping.mark_run_canceled,
        Preparing(context).prepare_collection_job,
        Persisting(context).persist_catalog_records,
        ConnectionTesting(context).test_connection,
    ]


def ingest_activities(context: ActivityContext) -> list[ActivityFunction]:
    """The activities of the ingest queue."""
    return [Ingest(context).ingest]
