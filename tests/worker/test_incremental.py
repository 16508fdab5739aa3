"""Runs one after the other over a real source: read in full, then known by its fingerprint, and when not."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from temporalio.testing import ActivityEnvironment

from app.core.contracts import IngestInput, PersistInput
from app.core.db import endpoints, runs
from app.core.domain.policies import ReadingRules
from app.core.domain.runs import ReadMode, Run, RunTrigger
from tests.worker.conftest import Rows
from worker.activities.context import ActivityContext
from worker.activities.ingest import Ingest
from worker.activities.persist import Persisting

MakeEnvironment = Callable[..., ActivityEnvironment]


class Story:
    """One endpoint over a SQLite file, and its runs."""

    def __init__(self, rows: Rows, path: Path, environment: MakeEnvironment) -> None:
        self.rows = rows
        self.path = path
        self.context = rows.context
        self._environment = environment
        self.execute("CREATE TABLE a (id int, name text)", "CREATE TABLE b (id int)")
        self.endpoint_id = rows.endpoint(path=str(path))
        self._collection_id = rows.collection(self.endpoint_id)

    def execute(self, *statements: str) -> None:
        """Change the source."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as file:
            for statement in statements:
                file.execute(statement)

    def set_policy(self, **policy: int) -> None:
        """Set the endpoint's policy, all of it."""
        with self.context.pool.connection() as conn:
            conn.execute(
                "UPDATE metadata_endpoints SET policy = %s WHERE id = %s", (Jsonb(policy), self.endpoint_id)
            )

    def start(self, trigger: RunTrigger = RunTrigger.SCHEDULE, **filters: Any) -> UUID:
        """A RUNNING run."""
        now = self.context.clock()
        with self.context.pool.connection() as conn:
            run = runs.insert_run(
                conn,
                collection_id=self._collection_id,
                endpoint_id=self.endpoint_id,
                trigger=trigger,
                now=now,
                filters=filters or None,
            )
            runs.mark_started(conn, run.id, f"workflow-{run.id}", "execution-1", now)
        return run.id

    def run(self, trigger: RunTrigger = RunTrigger.SCHEDULE, **filters: Any) -> Run:
        """A run from beginning to end; as it stands then."""
        run_id = self.start(trigger, **filters)
        self.ingest(run_id)
        partial = self.persist(run_id)
        with self.context.pool.connection() as conn:
            runs.mark_completed(conn, run_id, partial, self.context.clock())
        return self.rows.read(run_id)

    def ingest(self, run_id: UUID) -> None:
        self._environment().run(Ingest(self.context).ingest, IngestInput(str(run_id), 60))

    def persist(self, run_id: UUID) -> bool:
        order = PersistInput(str(run_id), f"{run_id}/1")
        result = self._environment().run(Persisting(self.context).persist_catalog_records, order)
        return result.partial

    def confirmed_by(self) -> list[UUID]:
        """The runs that the catalog's parents were last confirmed by."""
        with self.context.pool.connection() as conn:
            query = "SELECT run_id FROM catalog_scopes WHERE endpoint_id = %s"
            return [run_id for (run_id,) in conn.execute(query, (self.endpoint_id,))]


@pytest.fixture
def story(rows: Rows, tmp_path: Path, activity_environment: MakeEnvironment) -> Story:
    return Story(rows, tmp_path / "source.sqlite", activity_environment)


def test_an_unchanged_source_is_confirmed_without_being_read(story: Story) -> None:
    first = story.run()
    assert (first.read_mode, first.stats and first.stats.added) == (ReadMode.FULL, 2)
    second, third = story.run(), story.run()
    for run in (second, third):
        assert run.read_mode is ReadMode.FINGERPRINT
        assert run.stats is not None
        assert (run.stats.seen, run.stats.unchanged, run.stats.columns, run.stats.removed) == (2, 2, 3, 0)
        assert run.source_cost is not None
        assert run.source_cost.statements == 1
    assert story.confirmed_by() == [third.id]
    assert ("INFO", "Catalog confirmed: the source's 2 datasets are unchanged.") in story.rows.log(third.id)


def test_a_changed_source_is_read_and_then_known_again(story: Story) -> None:
    story.run()
    story.execute("DROP TABLE b")
    changed = story.run()
    assert (changed.read_mode, changed.stats and changed.stats.removed) == (ReadMode.FULL, 1)
    assert story.run().read_mode is ReadMode.FINGERPRINT


@pytest.mark.parametrize("trigger", [RunTrigger.MANUAL, RunTrigger.REGISTRATION])
def test_who_asks_for_a_run_gets_a_full_one(story: Story, trigger: RunTrigger) -> None:
    story.run()
    assert story.run(trigger).read_mode is ReadMode.FULL


def test_a_full_pass_comes_after_its_interval_and_counts_from_the_last(story: Story) -> None:
    story.run()
    assert story.run().read_mode is ReadMode.FINGERPRINT
    now = story.context.clock()
    story.context = replace(story.context, clock=lambda: now + timedelta(hours=25))
    assert story.run().read_mode is ReadMode.FULL
    story.context = replace(story.context, reading=ReadingRules(full_pass_hours=0))
    assert story.run().read_mode is ReadMode.FULL


def test_the_endpoints_own_interval_comes_before_the_setting(story: Story) -> None:
    story.run()
    story.context = replace(story.context, reading=ReadingRules(full_pass_hours=0))
    story.set_policy(full_pass_hours=1)
    assert story.run().read_mode is ReadMode.FINGERPRINT
    story.set_policy(full_pass_hours=0)
    story.context = replace(story.context, reading=ReadingRules())
    assert story.run().read_mode is ReadMode.FULL


def test_the_endpoints_own_pause_comes_before_the_setting(story: Story) -> None:
    story.context = replace(story.context, reading=ReadingRules(source_pause_ms=0))
    story.set_policy(source_pause_ms=100)
    cost = story.run().source_cost
    assert cost is not None
    assert cost.statements > 1
    assert cost.seconds >= (cost.statements - 1) * 0.1


def test_other_parameters_are_another_source(story: Story) -> None:
    story.run()
    with story.context.pool.connection() as conn:
        endpoint = endpoints.get_endpoint(conn, story.endpoint_id)
        assert endpoint is not None
        conn.execute(
            "UPDATE metadata_endpoints SET parameters = parameters || %s WHERE id = %s",
            (Jsonb({"schemas": ["main"]}), story.endpoint_id),
        )
    assert story.run().read_mode is ReadMode.FULL


def test_a_run_of_another_scope_leaves_nothing_to_rely_on(story: Story) -> None:
    story.run()
    assert story.run(schemas=["main"]).read_mode is ReadMode.FULL
    assert story.run().read_mode is ReadMode.FULL


def test_after_a_run_that_failed_the_source_is_read(story: Story) -> None:
    story.run()
    failed = story.start()
    with story.context.pool.connection() as conn:
        runs.mark_failed(conn, failed, "SOURCE_ERROR", "It broke.", story.context.clock())
    assert story.run().read_mode is ReadMode.FULL


def test_what_was_only_partly_read_is_not_known(story: Story) -> None:
    story.run()
    story.execute("CREATE VIEW broken AS SELECT id FROM b", "ALTER TABLE a ADD COLUMN more int")
    story.execute("PRAGMA writable_schema = ON")
    with closing(sqlite3.connect(story.path, isolation_level=None)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE VIEW broken AS SELECT id FROM gone' WHERE name = 'broken'"
        )
    partial = story.run()
    assert partial.status == "PARTIAL"
    assert story.run().read_mode is ReadMode.FULL


def test_a_catalog_that_was_written_to_meanwhile_is_not_confirmed(story: Story) -> None:
    story.run()
    comparing = story.start()
    story.ingest(comparing)
    with story.context.pool.connection() as conn:
        conn.execute("DELETE FROM catalog_fingerprints")
    with pytest.raises(Exception, match="written to") as caught:
        story.persist(comparing)
    assert getattr(caught.value, "type", None) == "STAGING_INCOMPLETE"


def test_confirming_again_changes_nothing(story: Story) -> None:
    story.run()
    run_id = story.start()
    story.ingest(run_id)
    assert story.persist(run_id) is False
    assert story.persist(run_id) is False
    lines = [message for _, message in story.rows.log(run_id) if message.startswith("Catalog confirmed")]
    assert len(lines) == 1


def test_the_cost_of_every_attempt_counts(story: Story, bound: ActivityContext) -> None:
    run_id = story.start(RunTrigger.MANUAL)
    story.ingest(run_id)
    once = story.rows.read(run_id).source_cost
    story.ingest(run_id)
    twice = story.rows.read(run_id).source_cost
    assert once is not None
    assert twice is not None
    assert (twice.statements, twice.rows, twice.bytes) == (2 * once.statements, 2 * once.rows, None)


def test_a_run_whose_removals_are_held_is_followed_by_a_full_one(story: Story) -> None:
    story.run()
    assert story.run().read_mode is ReadMode.FINGERPRINT
    story.set_policy(removal_minimum=1, removal_share_percent=1)
    story.execute("DROP TABLE b")
    for _ in range(2):
        held = story.run()
        assert (held.read_mode, held.stats and held.stats.held_removals) == (ReadMode.FULL, 1)
    story.execute("CREATE TABLE b (id int)")
    assert story.run().read_mode is ReadMode.FULL
    assert story.run().read_mode is ReadMode.FINGERPRINT
