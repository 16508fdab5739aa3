"""Asking for a run over HTTP, beside the least that it takes: an INSERT and the start of a workflow."""

import asyncio
import json
import statistics
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
from temporalio.client import Client

from app.core.contracts import COLLECTION_RUN_WORKFLOW, CollectionRunInput
from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.http_clients import OneClient
from tests.bench.results import Kind, Reach
from tests.bench.web_alone import Web

MOST = 2.0
TIMES = 50

MUTATION = "mutation Run($id: ID!) { triggerCollection(collectionId: $id) { id status } }"
IDLE = """
SELECT c.id, c.endpoint_id FROM metadata_collections c
WHERE c.is_enabled AND NOT EXISTS (
    SELECT FROM metadata_collection_runs WHERE collection_id = c.id AND status IN ('QUEUED', 'RUNNING'))
LIMIT %s
"""
INSERT = """
INSERT INTO metadata_collection_runs (collection_id, endpoint_id, status, trigger, requested_by)
VALUES (%s, %s, 'QUEUED', 'MANUAL', 'admin') RETURNING id
"""
END = """
UPDATE metadata_collection_runs SET status = 'CANCELED', completed_at = now() WHERE status = 'QUEUED'
"""


@contextmanager
def comparison(web: Web, setting: Setting) -> Iterator[Comparison]:
    """Nobody takes up what is started: no worker runs. Each run is of another collection."""
    times = min(TIMES, setting.sizes.pages)
    with psycopg.connect(web.database_url, autocommit=True) as database, asyncio.Runner() as runner:
        client = runner.run(Client.connect(web.temporal_address))

        def ask() -> Sample:
            seconds = []
            for collection_id, _ in _idle(database, times):
                body = json.dumps({"query": MUTATION, "variables": {"id": str(collection_id)}})
                with closing(OneClient(web.graphql(body))) as one, stopwatch() as watch:
                    one.ask()
                seconds.append(watch.seconds)
            return Sample(statistics.median(seconds))

        yield Comparison(
            f"triggerCollection over HTTP (p50 of {times})",
            [
                Contender(
                    "one INSERT and one start_workflow",
                    lambda: runner.run(_bare(database, client, _idle(database, times))),
                ),
                Contender("Muster, GraphQL over HTTP", ask, [Reach(Kind.TIMES_AS_LONG, MOST)]),
            ],
        )


def _idle(database: psycopg.Connection[Any], count: int) -> list[tuple[Any, Any]]:
    database.execute(END)
    return database.execute(IDLE, [count]).fetchall()


async def _bare(
    database: psycopg.Connection[Any], client: Client, collections: list[tuple[Any, Any]]
) -> Sample:
    seconds = []
    for collection_id, endpoint_id in collections:
        with stopwatch() as watch:
            database.execute(INSERT, [collection_id, endpoint_id]).fetchone()
            await client.start_workflow(
                COLLECTION_RUN_WORKFLOW,
                CollectionRunInput(str(collection_id), str(endpoint_id), str(uuid4())),
                id=f"bench-{uuid4()}",
                task_queue="bench",
                execution_timeout=timedelta(hours=1),
            )
        seconds.append(watch.seconds)
    return Sample(statistics.median(seconds))
