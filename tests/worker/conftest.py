"""Activities on a real database, and rows for them to work on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from temporalio.testing import ActivityEnvironment

from app.core.db import collections, endpoints, run_steps, runs
from app.core.db.pool import open_pool
from app.core.domain.endpoints import METADATA_CAPABILITY, EndpointDetails
from app.core.domain.networks import NetworkRules
from app.core.domain.run_steps import RunStep, StepName, steps_of
from app.core.domain.runs import Run, RunTrigger
from app.core.domain.secrets import SecretBox
from worker.activities.context import ActivityContext
from worker.children import Start, collectors

PASSWORD = "canary-9olk/0pma"


@dataclass(frozen=True)
class Rows:
    """Makes rows in the test's database, and reads them back."""

    context: ActivityContext

    def endpoint(self, template_id: str | None = "sqlite", **parameters: Any) -> UUID:
        """A live endpoint with the password PASSWORD."""
        details = EndpointDetails(
            source_id=f"source-{uuid4()}",
            name="A source",
            description=None,
            template_id=template_id,
            verb=None,
            url="sqlite:///source",
            domain=None,
            labels=[],
            parameters=parameters,
            capabilities=[METADATA_CAPABILITY],
        )
        sealed = self.context.secrets.seal({"password": PASSWORD})
        with self.context.pool.connection() as conn:
            return endpoints.insert_endpoint(conn, details, sealed).id

    def collection(self, endpoint_id: UUID) -> UUID:
        """A live collection of the endpoint."""
        with self.context.pool.connection() as conn:
            return collections.insert_collection(conn, endpoint_id).id

    def run(self, endpoint_id: UUID, *, started: bool = True, **filters: Any) -> UUID:
        """A run of a new collection of the endpoint, RUNNING or only QUEUED."""
        collection_id = self.collection(endpoint_id)
        now = datetime.now(UTC)
        with self.context.pool.connection() as conn:
            run = runs.insert_run(
                conn,
                collection_id=collection_id,
                endpoint_id=endpoint_id,
                trigger=RunTrigger.MANUAL,
                now=now,
                filters=filters or None,
            )
            if started:
                runs.mark_started(conn, run.id, f"workflow-{run.id}", "execution-1", now)
        return run.id

    def read(self, run_id: UUID) -> Run:
        """The run as it stands now."""
        with self.context.pool.connection() as conn:
            run = runs.get_run(conn, run_id)
        assert run is not None
        return run

    def steps(self, run_id: UUID) -> dict[StepName, RunStep]:
        """The run's steps as they stand now."""
        run = self.read(run_id)
        with self.context.pool.connection() as conn:
            recorded = run_steps.steps_for_run_ids(conn, [run_id])[run_id]
        return {step.name: step for step in steps_of(run, recorded)}

    def log(self, run_id: UUID) -> list[tuple[str, str]]:
        """Level and message of the run's log lines."""
        with self.context.pool.connection() as conn:
            return [(line.level, line.message) for line in runs.list_log_lines(conn, run_id, None, 200)]


@pytest.fixture(scope="session")
def start_collector() -> Iterator[Start]:
    """Starts collectors as the worker does."""
    with collectors() as start:
        yield start


@pytest.fixture
def bound(database: str, tmp_path: Path, start_collector: Start) -> Iterator[ActivityContext]:
    """What the activities of the test are bound to; files may lie under the test's own folder."""
    with open_pool(database, name="worker-test", max_size=4) as pool:
        yield ActivityContext(
            pool=pool,
            secrets=SecretBox([Fernet.generate_key().decode()]),
            staging_url=f"file://{tmp_path / 'staging'}",
            file_roots=(str(tmp_path),),
            networks=NetworkRules(),
            connect_timeout_seconds=5,
            collector_memory_mb=512,
            start_collector=start_collector,
        )


@pytest.fixture
def rows(bound: ActivityContext) -> Rows:
    return Rows(bound)


@pytest.fixture
def activity_environment() -> Callable[[int], ActivityEnvironment]:
    """An activity's surroundings, on its nth attempt."""

    def make(attempt: int = 1) -> ActivityEnvironment:
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, attempt=attempt)
        return environment

    return make
