"""The repositories on a real PostgreSQL: what is stored comes back, in order, and only by allowed ways."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from app.core.db import collections, connection_tests, endpoints, runs
from app.core.domain.collections import Collection, ScheduleState
from app.core.domain.endpoints import Diagnostic, Endpoint, EndpointDetails, EndpointTest, TestResult
from app.core.domain.runs import (
    ALLOWED_SOURCES,
    TERMINAL,
    ReadMode,
    Run,
    RunFilter,
    RunProgress,
    RunStats,
    RunStatus,
    RunTrigger,
    SourceCost,
)
from app.core.errors import BadInput, CollectionInProgress, DuplicateSourceId

Db = Connection[Any]
NOW = datetime(2026, 11, 23, 1, 2, 3, 456789, UTC)
FAILED_STEP = Diagnostic("ERROR", "SOURCE_AUTH_FAILED", "The password is wrong.", "Change it.", "password")


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database, options="-c timezone=UTC") as connection:
        yield connection


def details(source_id: str | None = None, **changes: Any) -> EndpointDetails:
    plain: dict[str, Any] = {
        "source_id": source_id or uuid4().hex,
        "name": "Warehouse",
        "description": None,
        "template_id": "postgres",
        "verb": "SELECT",
        "url": "postgresql://***@db:5432/x",
        "domain": None,
        "labels": [],
        "parameters": {"host": "db", "schemas": ["a", "b"]},
        "capabilities": ["metadata"],
    }
    return EndpointDetails(**plain | changes)


def add_endpoint(conn: Db, **changes: Any) -> Endpoint:
    return endpoints.insert_endpoint(conn, details(**changes), {"password": "sealed"})


def add_collection(conn: Db, **schedule: Any) -> Collection:
    return collections.insert_collection(conn, add_endpoint(conn).id, **schedule)


def add_run(conn: Db, collection: Collection, *, at: datetime = NOW, **columns: Any) -> Run:
    return runs.insert_run(
        conn,
        collection_id=collection.id,
        endpoint_id=collection.endpoint_id,
        trigger=columns.pop("trigger", RunTrigger.MANUAL),
        now=at,
        **columns,
    )


def add_finished_run(conn: Db, collection: Collection, *, at: datetime = NOW) -> Run:
    run = runs.mark_canceled(conn, add_run(conn, collection, at=at).id, at)
    assert run is not None
    return run


class TestEndpoints:
    def test_what_is_stored_comes_back_without_its_secrets(self, conn: Db) -> None:
        stored = add_endpoint(conn, labels=["x"])
        assert endpoints.get_endpoint(conn, stored.id) == stored
        assert stored.secret_names == ["password"]
        assert stored.config == {
            "templateId": "postgres",
            "parameters": {"host": "db", "schemas": ["a", "b"], "password": "********"},
        }
        assert "sealed" not in repr(stored)
        assert endpoints.sealed_secrets(conn, stored.id) == {"password": "sealed"}

    def test_a_source_id_is_free_again_after_deletion(self, conn: Db) -> None:
        first = add_endpoint(conn, source_id="one")
        with pytest.raises(DuplicateSourceId) as caught, conn.transaction():
            add_endpoint(conn, source_id="one")
        assert caught.value.extra == {"sourceId": "one"}
        assert endpoints.soft_delete_endpoint(conn, first.id, NOW)
        assert not endpoints.soft_delete_endpoint(conn, first.id, NOW)
        assert not endpoints.is_source_id_taken(conn, "one")
        assert add_endpoint(conn, source_id="one").id != first.id

    def test_an_update_keeps_the_secrets_or_replaces_them(self, conn: Db) -> None:
        stored = add_endpoint(conn)
        renamed = endpoints.update_endpoint(conn, stored.id, details(name="New"), None)
        assert renamed is not None
        assert (renamed.name, renamed.source_id) == ("New", stored.source_id)
        assert endpoints.sealed_secrets(conn, stored.id) == {"password": "sealed"}
        endpoints.update_endpoint(conn, stored.id, details(), {"token": "t"})
        assert endpoints.sealed_secrets(conn, stored.id) == {"token": "t"}

    def test_a_deleted_endpoint_is_never_changed(self, conn: Db) -> None:
        stored = add_endpoint(conn)
        endpoints.soft_delete_endpoint(conn, stored.id, NOW)
        assert endpoints.update_endpoint(conn, stored.id, details(), None) is None
        assert endpoints.set_last_test(conn, stored.id, EndpointTest(True, NOW, ()), None) is None

    def test_the_last_test_comes_back_typed(self, conn: Db) -> None:
        test = EndpointTest(False, NOW, (FAILED_STEP,))
        tested = endpoints.set_last_test(conn, add_endpoint(conn).id, test, "18.6")
        assert tested is not None
        assert (tested.last_test, tested.detected_version) == (test, "18.6")

    @pytest.mark.parametrize(
        ("wanted", "names"),
        [
            ({}, ["c", "100% b", "a"]),
            ({"search": "%"}, ["100% b"]),
            ({"search": "_"}, []),
            ({"search": "C"}, ["c"]),
            ({"labels": ["x"]}, ["c", "100% b"]),
            ({"labels": ["x", "y"]}, ["c"]),
            ({"capability": "metadata"}, ["a"]),
            ({"include_deleted": True}, ["gone", "c", "100% b", "a"]),
        ],
        ids=str,
    )
    def test_filters(self, conn: Db, wanted: dict[str, Any], names: list[str]) -> None:
        added: list[dict[str, Any]] = [
            {"name": "a", "source_id": "1", "capabilities": ["metadata"]},
            {"name": "100% b", "source_id": "2", "labels": ["x"]},
            {"name": "c", "source_id": "3", "labels": ["x", "y"]},
            {"name": "gone", "source_id": "4"},
        ]
        for one in added:
            last = add_endpoint(conn, **{"url": "u", "capabilities": []} | one)
            conn.commit()  # created_at is the transaction's time
        endpoints.soft_delete_endpoint(conn, last.id, NOW)
        found = endpoints.list_endpoints(conn, **wanted, first=10)
        assert [endpoint.name for endpoint in found] == names
        assert endpoints.count_endpoints(conn, **wanted) == len(names)


class TestPages:
    def test_pages_meet_without_gap_or_overlap_also_at_equal_times(self, conn: Db) -> None:
        collection = add_collection(conn)
        added = {add_finished_run(conn, collection).id for _ in range(7)}
        seen: list[UUID] = []
        while page := runs.list_runs(conn, RunFilter(), 3, seen[-1] if seen else None):
            seen += [run.id for run in page]
        assert len(seen) == 7
        assert set(seen) == added
        assert seen == sorted(seen, reverse=True)

    def test_an_unknown_row_to_start_after_is_bad_input(self, conn: Db) -> None:
        for read in (
            lambda: runs.list_runs(conn, RunFilter(), 3, uuid4()),
            lambda: endpoints.list_endpoints(conn, first=3, after=uuid4()),
            lambda: collections.list_collections(conn, first=3, after=uuid4()),
        ):
            with pytest.raises(BadInput) as caught:
                read()
            assert list(caught.value.fields) == ["after"]

    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (RunFilter(), 4),
            (RunFilter(statuses=[RunStatus.CANCELED]), 3),
            (RunFilter(statuses=[]), 0),
            (RunFilter(trigger=RunTrigger.SCHEDULE), 1),
            (RunFilter(from_=NOW - timedelta(hours=1)), 3),
            (RunFilter(to=NOW - timedelta(hours=1)), 2),
            (RunFilter(endpoint_id=UUID(int=0)), 0),
            (RunFilter(changed_only=True), 0),
        ],
        ids=str,
    )
    def test_run_filters(self, conn: Db, wanted: RunFilter, count: int) -> None:
        collection = add_collection(conn)
        for hours in (2, 1, 0):
            add_finished_run(conn, collection, at=NOW - timedelta(hours=hours))
        add_run(conn, collection, trigger=RunTrigger.SCHEDULE)
        assert runs.count_runs(conn, wanted) == count
        assert len(runs.list_runs(conn, wanted, 10)) == count


class TestRuns:
    def test_a_second_active_run_names_the_first(self, conn: Db) -> None:
        collection = add_collection(conn)
        first = add_run(conn, collection)
        with pytest.raises(CollectionInProgress) as caught:
            add_run(conn, collection)
        assert caught.value.extra == {"runId": str(first.id)}
        skipped = add_run(conn, collection, skip_reason="busy")
        assert (skipped.status, skipped.completed_at) == (RunStatus.SKIPPED, NOW)

    def test_the_run_of_an_execution_is_inserted_once(self, conn: Db) -> None:
        collection = add_collection(conn)
        execution: dict[str, Any] = {"workflow_id": "w", "temporal_run_id": "t"}
        first = add_run(conn, collection, **execution)
        assert add_run(conn, collection, **execution) == first
        runs.mark_canceled(conn, first.id, NOW)
        assert add_run(conn, collection, **execution).status is RunStatus.CANCELED

    @pytest.mark.parametrize("source", list(RunStatus), ids=str)
    def test_only_allowed_transitions_change_a_row(self, conn: Db, source: RunStatus) -> None:
        for target, allowed in ALLOWED_SOURCES.items():
            run = in_state(conn, add_collection(conn), source)
            after = move(conn, run.id, target)
            stored = runs.get_run(conn, run.id)
            assert stored is not None
            if source in allowed:
                assert after == stored, target
                assert stored.status is target
                assert (stored.completed_at is not None) == (target in TERMINAL)
            else:
                assert stored == run, target
                assert after == (run if source is target else None)

    def test_a_run_started_by_one_execution_is_not_anothers(self, conn: Db) -> None:
        run = in_state(conn, add_collection(conn), RunStatus.RUNNING)
        assert runs.mark_started(conn, run.id, "w", f"t-{run.id}", NOW + timedelta(1)) == run
        assert runs.mark_started(conn, run.id, "w", "other", NOW) is None

    def test_reports_count_only_while_running(self, conn: Db) -> None:
        run = in_state(conn, add_collection(conn), RunStatus.RUNNING)
        progress = RunProgress("read", 3, None, "public.a", NOW)
        assert runs.record_reading(conn, run.id, progress=progress)
        assert runs.record_attempt(conn, run.id, 2)
        assert runs.record_stats(conn, run.id, RunStats(seen=5, added=1))
        running = runs.get_run(conn, run.id)
        assert running is not None
        assert (running.progress, running.attempt) == (progress, 2)
        finished = runs.mark_completed(conn, run.id, True, NOW + timedelta(seconds=2))
        assert finished is not None
        assert (finished.status, finished.stats) == (RunStatus.PARTIAL, RunStats(seen=5, added=1))
        assert (finished.progress, finished.duration_ms) == (None, 2000)
        assert not runs.record_reading(conn, run.id, progress=progress, mode=ReadMode.FULL)
        cost = SourceCost(2, 0.5, 1, None)
        assert runs.record_reading(conn, run.id, progress=progress, cost=cost, mode=ReadMode.FULL)
        ended = runs.get_run(conn, run.id)
        assert ended is not None
        assert (ended.progress, ended.read_mode, ended.source_cost) == (None, None, cost)
        assert not runs.record_attempt(conn, run.id, 3)
        assert not runs.record_stats(conn, run.id, RunStats())

    def test_an_execution_is_recorded_once(self, conn: Db) -> None:
        run = add_run(conn, add_collection(conn))
        assert runs.record_execution(conn, run.id, "w", "t")
        assert not runs.record_execution(conn, run.id, "w", "other")

    def test_the_log_is_cut_once_and_says_so(self, conn: Db) -> None:
        run = add_run(conn, add_collection(conn))
        line = (NOW, "INFO", "read", {"n": 1})
        runs.add_log_lines(conn, run.id, [line] * (runs.MAX_LOG_LINES - 1))
        runs.add_log_lines(conn, run.id, [line] * 3)
        runs.add_log_lines(conn, run.id, [line] * 3)
        lines = runs.list_log_lines(conn, run.id, None, 2 * runs.MAX_LOG_LINES)
        assert len(lines) == runs.MAX_LOG_LINES + 1
        assert (lines[0].message, lines[0].fields) == ("read", {"n": 1})
        [warning] = runs.list_log_lines(conn, run.id, None, 10, "WARNING")
        assert warning == lines[-1]
        assert runs.list_log_lines(conn, run.id, lines[-2].id, 10) == [warning]
        with pytest.raises(BadInput, match="after"):
            runs.list_log_lines(conn, uuid4(), warning.id, 10)


class TestCollections:
    def test_what_temporal_was_told_is_followed_by_revision(self, conn: Db) -> None:
        collection = add_collection(conn, schedule_cron="@hourly")
        assert collection.schedule_state is ScheduleState.PENDING
        assert collections.record_schedule_error(conn, collection.id, 1, "refused")
        assert _state(conn, collection) is ScheduleState.ERROR
        assert collections.record_applied(conn, collection.id, 1, "collection::x")
        assert _state(conn, collection) is ScheduleState.ACTIVE
        collections.update_collection(
            conn, collection.id, schedule_cron="@hourly", schedule_timezone="UTC", is_enabled=False
        )
        assert _state(conn, collection) is ScheduleState.PENDING
        assert not collections.record_schedule_error(conn, collection.id, 1, "of the revision before")
        assert collections.record_applied(conn, collection.id, 2, "collection::x")
        assert not collections.record_applied(conn, collection.id, 1, None)
        assert _state(conn, collection) is ScheduleState.PAUSED

    def test_a_deleted_collection_is_only_found_by_those_who_ask(self, conn: Db) -> None:
        collection = add_collection(conn, schedule_cron="@hourly")
        assert collections.soft_delete_collection(conn, collection.id, NOW)
        assert not collections.soft_delete_collection(conn, collection.id, NOW)
        assert collections.get_collection(conn, collection.id) is None
        deleted = collections.get_collection(conn, collection.id, include_deleted=True)
        assert deleted is not None
        assert (deleted.revision, deleted.deleted_at) == (2, NOW)
        assert deleted.schedule_state is ScheduleState.NONE
        assert collections.list_collections(conn, first=10) == []
        assert collection.id in collections.collections_for_ids(conn, [collection.id])
        assert collections.had_collection(conn, collection.endpoint_id)

    def test_the_reconciler_hears_of_a_change_when_it_is_committed(self, conn: Db, database: str) -> None:
        concerned = uuid4()
        with psycopg.connect(database, autocommit=True) as listener:
            listener.execute("LISTEN muster_reconcile")
            collections.notify_reconciler(conn, concerned)
            assert list(listener.notifies(timeout=0.1)) == []
            conn.commit()
            [heard] = listener.notifies(timeout=10, stop_after=1)
        assert heard.payload == str(concerned)


class TestConnectionTests:
    def test_a_finished_test_keeps_its_result_and_no_secret(self, conn: Db) -> None:
        test_id = connection_tests.insert_test(conn, "postgres", {"host": "db"}, {"password": "sealed"})
        waiting = connection_tests.get_test(conn, test_id)
        assert waiting is not None
        assert (waiting.parameters, waiting.sealed, waiting.result) == (
            {"host": "db"},
            {"password": "sealed"},
            None,
        )
        result = TestResult(False, (FAILED_STEP,), "18.6")
        assert connection_tests.finish_test(conn, test_id, result)
        assert not connection_tests.finish_test(conn, test_id, TestResult(True, ()))
        finished = connection_tests.get_test(conn, test_id)
        assert finished is not None
        assert (finished.sealed, finished.result) == ({}, result)

    def test_forgotten_tests_are_deleted(self, conn: Db) -> None:
        test_id = connection_tests.insert_test(conn, "postgres", {}, {})
        assert connection_tests.delete_old_tests(conn, datetime.now(UTC) - timedelta(hours=1)) == 0
        assert connection_tests.delete_old_tests(conn, datetime.now(UTC) + timedelta(hours=1)) == 1
        assert connection_tests.get_test(conn, test_id) is None


def in_state(conn: Db, collection: Collection, status: RunStatus) -> Run:
    """A run that has come to `status` by allowed ways."""
    run = add_run(conn, collection)
    if status is RunStatus.QUEUED:
        return run
    started = move(conn, run.id, RunStatus.RUNNING)
    reached = started if status is RunStatus.RUNNING else move(conn, run.id, status)
    assert reached is not None
    return reached


def move(conn: Db, run_id: UUID, target: RunStatus) -> Run | None:
    match target:
        case RunStatus.RUNNING:
            return runs.mark_started(conn, run_id, "w", f"t-{run_id}", NOW)
        case RunStatus.SUCCEEDED | RunStatus.PARTIAL:
            return runs.mark_completed(conn, run_id, target is RunStatus.PARTIAL, NOW)
        case RunStatus.SKIPPED:
            return runs.mark_skipped(conn, run_id, "reason", NOW)
        case RunStatus.FAILED:
            return runs.mark_failed(conn, run_id, "INTERNAL", "It broke.", NOW)
        case _:
            return runs.mark_canceled(conn, run_id, NOW)


def _state(conn: Db, collection: Collection) -> ScheduleState:
    stored = collections.get_collection(conn, collection.id)
    assert stored is not None
    return stored.schedule_state
