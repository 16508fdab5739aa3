"""The ingest activity with real children and a real database."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from cryptography.fernet import Fernet
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment

from app.core.contracts import STATE_CONFLICT, WORKER_STOPPED, IngestInput
from app.core.db import runs
from app.core.domain.secrets import SecretBox
from tests.connectors.collecting import dataset_records
from tests.worker import children
from tests.worker.conftest import PASSWORD, Rows
from worker.activities.context import ActivityContext
from worker.activities.ingest import Ingest
from worker.children import Start
from worker.staging import StagedRun

MakeEnvironment = Callable[..., ActivityEnvironment]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A SQLite file with two tables."""
    path = tmp_path / "source.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE a (id int PRIMARY KEY, name text); CREATE TABLE b (x int);")
    connection.close()
    return path


def failure_of(
    bound: ActivityContext,
    run_id: UUID,
    start: Start,
    environment: ActivityEnvironment,
    limit_seconds: float = 60,
) -> ApplicationError:
    """What ingest fails with, its child started by `start`."""
    ingest = Ingest(replace(bound, start_collector=start)).ingest
    with pytest.raises(ApplicationError) as caught:
        environment.run(ingest, IngestInput(str(run_id), limit_seconds))
    return caught.value


def test_a_source_is_read_and_staged(
    bound: ActivityContext, rows: Rows, source: Path, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint(path=str(source)))
    result = activity_environment(2).run(Ingest(bound).ingest, IngestInput(str(run_id), 60))
    assert (result.datasets, result.failed, result.filtered) == (2, 0, 0)
    assert result.staging_key == f"{run_id}/2"
    staged = StagedRun(bound.staging_url, result.staging_key)
    assert [record["name"] for record in dataset_records(staged)] == ["a", "b"]
    assert rows.read(run_id).attempt == 2
    assert ("INFO", "Collection started (attempt 2).") in rows.log(run_id)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (children.CRASHES, "The collector process was ended by the signal SIGSEGV."),
        (children.EXITS_WITH_3, "The collector process ended unexpectedly with exit code 3."),
        (children.LEAVES_SILENTLY, "The collector process ended without a result."),
    ],
    ids=["a signal", "an exit code", "silence"],
)
def test_a_child_without_a_result_is_a_crash(
    bound: ActivityContext,
    rows: Rows,
    activity_environment: MakeEnvironment,
    start: Start,
    message: str,
) -> None:
    run_id = rows.run(rows.endpoint())
    failure = failure_of(bound, run_id, start, activity_environment())
    assert (failure.type, failure.message) == ("COLLECTOR_CRASHED", message)
    assert not failure.non_retryable
    assert ("ERROR", message) in rows.log(run_id)


def test_what_a_crashed_child_wrote_to_stderr_is_in_the_log(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    failure_of(bound, run_id, children.CRASHES, activity_environment())
    assert ("ERROR", "the last words") in rows.log(run_id)


def test_a_child_that_grows_beyond_the_limit_is_stopped(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    small = ActivityContext(**vars(bound) | {"collector_memory_mb": 100})
    failure = failure_of(small, run_id, children.GROWS, activity_environment())
    assert failure.type == "MEMORY_LIMIT"
    assert failure.message.startswith("The collector needed more than 100 MB of memory.")
    assert failure.non_retryable
    assert children_of_this_process() == []


def test_a_child_that_takes_too_long_is_stopped(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    failure = failure_of(bound, run_id, children.SLEEPS, activity_environment(), limit_seconds=1)
    assert (failure.type, failure.message) == (
        "TIME_LIMIT",
        "The collection took longer than its limit of 1 s.",
    )
    assert children_of_this_process() == []


def test_a_cancelled_activity_stops_its_child(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    environment = activity_environment()
    environment.on_heartbeat = lambda *details: environment.cancel() if details[0] else None
    ingest = Ingest(replace(bound, start_collector=children.SLEEPS)).ingest
    with pytest.raises(CancelledError):
        environment.run(ingest, IngestInput(str(run_id), 60))
    assert children_of_this_process() == []
    assert ("INFO", "Collection cancelled.") in rows.log(run_id)


def test_a_worker_shutdown_hands_the_activity_over(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    environment = activity_environment()
    environment.on_heartbeat = lambda *details: environment.worker_shutdown() if details[0] else None
    failure = failure_of(bound, run_id, children.SLEEPS, environment)
    assert (failure.type, failure.non_retryable) == (WORKER_STOPPED, True)
    assert children_of_this_process() == []


def test_progress_reaches_the_run_and_the_heartbeat(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    beats: list[object] = []
    environment = activity_environment()
    seen = threading.Event()

    def note(details: object) -> None:
        beats.append(details)
        progress = rows.read(run_id).progress
        if progress is not None and progress.phase == "ready":
            seen.set()
            environment.cancel()

    environment.on_heartbeat = note
    ingest = Ingest(replace(bound, start_collector=children.SLEEPS)).ingest
    with pytest.raises(CancelledError):
        environment.run(ingest, IngestInput(str(run_id), 60))
    assert seen.is_set()
    assert {"phase": "ready", "done": 0, "total": None} in beats


def test_nothing_that_is_stored_or_raised_shows_a_secret(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    beats: list[object] = []
    environment = activity_environment()
    environment.on_heartbeat = lambda *details: beats.append(details)
    failure = failure_of(bound, run_id, children.TELLS_SECRETS, environment)
    assert failure.message == "refused ******** not ********"
    with bound.pool.connection() as conn:
        stored = repr((rows.read(run_id), runs.list_log_lines(conn, run_id, None, 200)))
    assert "signing in with ********" in stored
    assert PASSWORD not in stored + repr(beats) + repr(failure)


def test_secrets_that_cannot_be_opened_are_a_bad_configuration(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    other = ActivityContext(**vars(bound) | {"secrets": SecretBox([Fernet.generate_key().decode()])})
    failure = failure_of(other, run_id, children.SLEEPS, activity_environment())
    assert (failure.type, failure.non_retryable) == ("BAD_CONFIG", True)


def test_a_run_that_has_ended_is_not_read_again(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    with bound.pool.connection() as conn:
        runs.mark_canceled(conn, run_id, bound.clock())
    failure = failure_of(bound, run_id, children.SLEEPS, activity_environment())
    assert failure.type == STATE_CONFLICT


def children_of_this_process() -> list[psutil.Process]:
    """Collectors still running; those of the test's servers have no Python in them."""
    return [p for p in psutil.Process().children() if "request = json.loads" in " ".join(p.cmdline())]
