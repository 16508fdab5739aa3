"""The persist activity: from the staging area into the catalog, with the errors that the workflow knows."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.fernet import Fernet
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment

from app.core.contracts import STATE_CONFLICT, PersistInput, PersistResult
from app.core.db.pool import open_pool
from app.core.domain.leaks import LeakGate
from app.core.domain.networks import NetworkRules
from app.core.domain.runs import RunErrorCode
from app.core.domain.secrets import SecretBox
from tests.integration.persisting import Db, Table, end_run, insert_endpoint, insert_run, live, stats
from tests.stack import wait_until
from worker.activities.context import ActivityContext
from worker.activities.persist import Persisting
from worker.connectors.base import DatasetStats, Scope
from worker.staging import INDEX_FILE, StagingWriter


class Silent:
    """A Reporter for collections that nobody watches."""

    def progress(self, phase: str, done: int, total: int | None, current: str | None = None) -> None:
        pass

    def log(self, level: str, message: str, **fields: Any) -> None:
        pass


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database) as connection:
        yield connection


@pytest.fixture
def worker_context(database: str, tmp_path: Path) -> Iterator[ActivityContext]:
    secrets = SecretBox([Fernet.generate_key().decode()])
    with open_pool(database, name="persist-test", max_size=2, statement_timeout_seconds=30) as pool:
        yield ActivityContext(pool, secrets, f"file://{tmp_path}", (), NetworkRules(), 5, 512)


@pytest.fixture
def run_id(conn: Db) -> UUID:
    made = insert_run(conn, insert_endpoint(conn))
    conn.commit()
    return made


def stage(worker_context: ActivityContext, run_id: UUID, *names: str, failed: str | None = None) -> str:
    """A staged run of one schema, written as the collector does; its key."""
    key = f"{run_id}/1"
    writer = StagingWriter(Silent(), LeakGate([]), worker_context.staging_url, key)
    listed = len(names) + (failed is not None)
    writer.listing("db", "public", ok=True, listed=listed, complete=True)
    for name in names:
        document = json.dumps(Table(name).document()).encode()
        writer.dataset("db", "public", name, document, DatasetStats(3, 8192, columns=1))
    if failed is not None:
        writer.failure("db", "public", failed, RunErrorCode.SOURCE_ERROR, "it vanished")
    writer.finish(Scope("db", complete=True))
    return key


def allowing(seconds: float) -> ActivityEnvironment:
    """The surroundings of an activity that may take this long."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, start_to_close_timeout=timedelta(seconds=seconds))
    return environment


def persist(
    worker_context: ActivityContext, run_id: UUID, key: str, environment: ActivityEnvironment | None = None
) -> PersistResult:
    environment = environment or allowing(60)
    return environment.run(Persisting(worker_context).persist_catalog_records, PersistInput(str(run_id), key))


def test_what_was_staged_is_in_the_catalog(conn: Db, worker_context: ActivityContext, run_id: UUID) -> None:
    key = stage(worker_context, run_id, "a", "b")
    assert persist(worker_context, run_id, key) == PersistResult(partial=False)
    assert persist(worker_context, run_id, key) == PersistResult(partial=False)
    assert stats(conn, run_id) == {"seen": 2, "added": 2, "columns": 2}


def test_a_failed_object_makes_the_run_partial(
    conn: Db, worker_context: ActivityContext, run_id: UUID
) -> None:
    assert persist(worker_context, run_id, stage(worker_context, run_id, "a", failed="b")) == PersistResult(
        partial=True
    )
    assert stats(conn, run_id) == {"seen": 1, "added": 1, "failed": 1, "columns": 1}


def _cut_the_end(index: Path) -> None:
    index.write_bytes(b"".join(index.read_bytes().splitlines(keepends=True)[:-1]))


def _drop_a_record(index: Path) -> None:
    index.write_bytes(b"".join(index.read_bytes().splitlines(keepends=True)[1:]))


@pytest.mark.parametrize("damage", [_cut_the_end, _drop_a_record, Path.unlink])
def test_a_damaged_staging_is_refused(
    conn: Db, worker_context: ActivityContext, run_id: UUID, tmp_path: Path, damage: Callable[[Path], Any]
) -> None:
    key = stage(worker_context, run_id, "a", "b")
    damage(tmp_path / key / INDEX_FILE)
    with pytest.raises(ApplicationError) as refusal:
        persist(worker_context, run_id, key)
    assert refusal.value.type == "STAGING_INCOMPLETE"
    assert stats_are_missing(conn, run_id)


def test_an_ended_run_is_a_state_conflict(conn: Db, worker_context: ActivityContext, run_id: UUID) -> None:
    key = stage(worker_context, run_id, "a")
    end_run(conn, run_id, "CANCELED")
    with pytest.raises(ApplicationError) as refusal:
        persist(worker_context, run_id, key)
    assert (refusal.value.type, refusal.value.non_retryable) == (STATE_CONFLICT, True)


@pytest.fixture
def held_lock(database: str, run_id: UUID) -> Iterator[Db]:
    """Another merge of the same endpoint that does not come to its end."""
    with psycopg.connect(database) as other:
        other.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('muster.catalog:' || endpoint_id::text, 0))"
            " FROM metadata_collection_runs WHERE id = %s",
            (run_id,),
        )
        yield other


def test_a_cancelled_activity_ends_its_statement_and_writes_nothing(
    conn: Db, worker_context: ActivityContext, run_id: UUID, held_lock: Db
) -> None:
    key = stage(worker_context, run_id, "a")
    environment = allowing(60)
    heartbeats = threading.Event()
    environment.on_heartbeat = lambda *_: heartbeats.set()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            persist(worker_context, run_id, key, environment)
        except (ApplicationError, CancelledError) as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: waits_for_lock(conn), 10)
    assert heartbeats.wait(10)
    details = activity.ActivityCancellationDetails(cancel_requested=True)
    environment.cancel(details)
    thread.join(timeout=20)
    assert [type(error) for error in raised] == [CancelledError]
    held_lock.rollback()
    assert stats_are_missing(conn, run_id)
    assert persist(worker_context, run_id, key) == PersistResult(partial=False)


def test_a_merge_that_takes_too_long_says_so(
    conn: Db, worker_context: ActivityContext, run_id: UUID, held_lock: Db
) -> None:
    with pytest.raises(ApplicationError, match="took longer than 1 s") as refusal:
        persist(worker_context, run_id, stage(worker_context, run_id, "a"), allowing(1))
    assert refusal.value.type == "PERSIST_FAILED"
    assert stats_are_missing(conn, run_id)


def waits_for_lock(conn: Db) -> bool:
    found = conn.execute(
        "SELECT FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"
    ).fetchall()
    conn.rollback()
    return bool(found)


def stats_are_missing(conn: Db, run_id: UUID) -> bool:
    row = conn.execute(
        "SELECT stats, endpoint_id FROM metadata_collection_runs WHERE id = %s", (run_id,)
    ).fetchone()
    conn.rollback()
    assert row is not None
    return row[0] is None and live(conn, row[1]) == set()
