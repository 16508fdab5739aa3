"""`python -m worker` on a real database and a real Temporal: a run, a cancellation, a handover, an exit."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import pytest
from cryptography.fernet import Fernet

from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.contracts import RunLimits
from app.core.domain.run_steps import StepName, StepState
from app.core.domain.runs import RunStatus
from app.core.domain.secrets import SecretBox
from app.core.temporal.gateway import TemporalGateway
from tests.proxy import Proxy
from tests.stack import collectors, muster_environment, wait_until
from tests.worker.conftest import PASSWORD, Rows
from worker.activities.context import ActivityContext
from worker.children import CHECKOUT

# A lost worker is noticed within these seconds instead of 30.
LIMITS = RunLimits(heartbeat_seconds=3, retry_initial_seconds=0.1)


@dataclass(frozen=True)
class Workers:
    """Worker processes on one task queue, and a gateway to what they work on."""

    rows: Rows
    gateway: TemporalGateway
    environment: dict[str, str]
    folder: Path
    stack: ExitStack

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker; its output goes to a file in `folder`."""
        output = self.stack.enter_context((self.folder / f"worker-{uuid4()}.log").open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "worker"], cwd=CHECKOUT, env=self.environment, stderr=output
        )
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def output(self) -> str:
        """What all workers have written so far."""
        return "".join(path.read_text(encoding="utf-8") for path in self.folder.glob("worker-*.log"))

    def begin(self, endpoint_id: UUID) -> UUID:
        """Queue a run of the endpoint and start its workflow."""
        run_id = self.rows.run(endpoint_id, started=False)
        self.gateway.start_run(self.rows.read(run_id), LIMITS)
        return run_id

    def wait_for(self, run_id: UUID, status: RunStatus, seconds: float = 30) -> None:
        wait_until(lambda: self.rows.read(run_id).status is status, seconds)

    def wait_for_collector(self, worker: subprocess.Popen[bytes]) -> psutil.Process:
        """The collector process of the worker, once it is there."""
        wait_until(lambda: bool(collectors(worker.pid)), 30)
        return collectors(worker.pid)[0]


@pytest.fixture
def workers(
    database: str, temporal_server: EmbeddedTemporal, bound: ActivityContext, tmp_path: Path
) -> Iterator[Workers]:
    """No worker is running yet."""
    key, queue = Fernet.generate_key().decode(), f"queue-{uuid4()}"
    environment = muster_environment(
        tmp_path / "data",
        {
            "DATABASE_URL": database,
            "TEMPORAL_ADDRESS": temporal_server.address,
            "MUSTER_TASK_QUEUE": queue,
            "MUSTER_SECRET_KEYS": key,
            "MUSTER_FILE_ROOTS": str(tmp_path),
            # so that a silent source keeps its collector for as long as the test needs
            "MUSTER_CONNECT_TIMEOUT_SECONDS": "120",
        },
    )
    rows = Rows(replace(bound, secrets=SecretBox([key])))
    gateway = TemporalGateway(temporal_server.address, "default", queue)
    with ExitStack() as stack:
        stack.callback(gateway.close)
        yield Workers(rows, gateway, environment, tmp_path, stack)


@pytest.fixture
def silent_source() -> Iterator[dict[str, object]]:
    """Parameters of a source that accepts connections and never says a word."""
    with Proxy(("127.0.0.1", 1)) as proxy:
        proxy.stop_answering()
        yield {"host": "127.0.0.1", "port": proxy.port, "username": "reader", "database": "d"}


def test_a_run_succeeds_and_the_worker_leaves_cleanly(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (x int);")
    connection.close()
    worker = workers.start()
    run_id = workers.begin(workers.rows.endpoint(path=str(path)))
    workers.wait_for(run_id, RunStatus.SUCCEEDED)
    run = workers.rows.read(run_id)
    assert run.stats is not None
    assert (run.stats.seen, run.stats.added, run.attempt) == (2, 2, 1)
    wait_until(lambda: workers.rows.steps(run_id)[StepName.COMPLETE].attempts == 1, 10)
    steps = list(workers.rows.steps(run_id).values())
    assert [(step.state, step.attempts, step.error) for step in steps] == [(StepState.DONE, 1, None)] * 5
    moments = [moment for step in steps for moment in (step.started_at, step.ended_at) if moment]
    assert (len(moments), moments) == (10, sorted(moments))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0, workers.output()
    assert "Fatal Python error" not in workers.output()
    assert PASSWORD not in workers.output()


def test_a_cancelled_run_leaves_no_collector(workers: Workers, silent_source: dict[str, object]) -> None:
    worker = workers.start()
    run_id = workers.begin(workers.rows.endpoint("postgres", **silent_source))
    collector = workers.wait_for_collector(worker)
    assert PASSWORD not in " ".join(collector.cmdline()) + repr(collector.environ())
    workers.gateway.cancel_run(workers.rows.read(run_id), wait_seconds=15)
    assert workers.rows.read(run_id).status is RunStatus.CANCELED
    assert not collector.is_running()
    steps = workers.rows.steps(run_id)
    assert steps[StepName.INGEST].state is StepState.CANCELED
    assert steps[StepName.PERSIST].state is StepState.SKIPPED


def test_a_worker_that_is_stopped_hands_its_run_over(
    workers: Workers, silent_source: dict[str, object]
) -> None:
    first = workers.start()
    run_id = workers.begin(workers.rows.endpoint("postgres", **silent_source))
    collector = workers.wait_for_collector(first)
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0, workers.output()
    assert not collector.is_running()
    second = workers.start()
    workers.wait_for_collector(second)
    started = ("INFO", "Collection started (attempt 1).")
    wait_until(lambda: workers.rows.log(run_id).count(started) == 2, 30)
    workers.gateway.cancel_run(workers.rows.read(run_id), wait_seconds=15)
    assert workers.rows.read(run_id).status is RunStatus.CANCELED


def test_a_worker_that_is_killed_costs_an_attempt(workers: Workers, silent_source: dict[str, object]) -> None:
    first = workers.start()
    run_id = workers.begin(workers.rows.endpoint("postgres", **silent_source))
    collector = workers.wait_for_collector(first)
    first.kill()
    wait_until(lambda: not collector.is_running(), 10)
    workers.start()
    wait_until(lambda: workers.rows.read(run_id).attempt == 2, 60)
    ingest = workers.rows.steps(run_id)[StepName.INGEST]
    assert (ingest.state, ingest.attempts) == (StepState.RUNNING, 2)
    workers.gateway.cancel_run(workers.rows.read(run_id), wait_seconds=15)
    assert workers.rows.read(run_id).status is RunStatus.CANCELED


def test_a_missing_setting_is_named(workers: Workers) -> None:
    environment = {name: value for name, value in workers.environment.items() if name != "DATABASE_URL"}
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "worker"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.decode().startswith("muster worker: DATABASE_URL is required")


def test_a_worker_that_finds_no_temporal_still_stops_when_told(workers: Workers) -> None:
    workers.environment["TEMPORAL_ADDRESS"] = "127.0.0.1:1"
    worker = workers.start()
    wait_until(lambda: "temporal_not_connected" in workers.output(), 30)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
