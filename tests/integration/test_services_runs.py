"""Asking for runs, stopping them, and collections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.core.db import collections as stored_collections
from app.core.db import endpoints as stored_endpoints
from app.core.db.pool import autocommit
from app.core.domain.collections import ScheduleState
from app.core.domain.endpoints import Endpoint
from app.core.domain.runs import RunStatus
from app.core.errors import (
    AppError,
    BadInput,
    CapabilityMissing,
    CollectionDisabled,
    CollectionExists,
    CollectionInProgress,
    CollectionNotFound,
    EndpointNotFound,
    RunNotActive,
    RunNotFound,
    TemporalUnavailable,
)
from app.services import collections, endpoints, runs
from app.services.inputs import (
    CollectionChanges,
    EndpointChanges,
    EndpointConfig,
    NewCollection,
    NewEndpoint,
)
from tests.integration.stand import METADATA, Stand, is_waiting
from tests.stack import wait_until


class TestTrigger:
    def test_refusals_come_in_the_order_of_the_specification(self, stand: Stand, untested: Endpoint) -> None:
        ctx = stand.without_temporal()
        collection = stand.collection_of(untested)
        endpoints.update(ctx, untested.id, EndpointChanges(capabilities=()))
        collections.update(ctx, collection.id, CollectionChanges(is_enabled=False))

        def ask_both_ways(refusal: type[AppError]) -> None:
            with pytest.raises(refusal):
                runs.trigger(ctx, collection.id)
            with pytest.raises(refusal):
                runs.trigger_endpoint(ctx, untested.id)

        ask_both_ways(CapabilityMissing)
        endpoints.update(ctx, untested.id, EndpointChanges(capabilities=METADATA))
        ask_both_ways(CollectionDisabled)
        collections.update(ctx, collection.id, CollectionChanges(is_enabled=True))
        runs.trigger(ctx, collection.id)
        ask_both_ways(CollectionInProgress)
        collections.update(ctx, collection.id, CollectionChanges(is_enabled=False))
        ask_both_ways(CollectionDisabled)
        assert collections.delete(ctx, collection.id)
        ask_both_ways(CollectionNotFound)
        with pytest.raises(CollectionNotFound):
            runs.trigger(ctx, uuid4())
        with pytest.raises(EndpointNotFound):
            runs.trigger_endpoint(ctx, uuid4())

    def test_twenty_at_once_make_one_run(self, stand: Stand, untested: Endpoint) -> None:
        def attempt(_: int) -> UUID | AppError:
            try:
                return runs.trigger_endpoint(stand.ctx, untested.id).id
            except CollectionInProgress as refusal:
                return refusal

        with ThreadPoolExecutor(20) as threads:
            outcomes = list(threads.map(attempt, range(20)))
        [run_id] = [outcome for outcome in outcomes if isinstance(outcome, UUID)]
        refusals = [outcome for outcome in outcomes if isinstance(outcome, CollectionInProgress)]
        assert [refusal.extra for refusal in refusals] == [{"runId": str(run_id)}] * 19
        assert [run.id for run in stand.runs()] == [run_id]
        assert stand.count("metadata_collections") == 1

    def test_who_changes_the_endpoint_is_waited_for_and_keeps_the_collection(
        self, stand: Stand, untested: Endpoint
    ) -> None:
        collection = stand.collection_of(untested)
        pool = stand.ctx.pool
        with ThreadPoolExecutor(1) as threads, pool.connection() as conn, autocommit(pool) as watching:
            stored_endpoints.lock_endpoint(conn, untested.id)
            triggering = threads.submit(runs.trigger, stand.ctx, collection.id)
            wait_until(lambda: is_waiting(watching), 10)
            stored_collections.update_collection(
                conn, collection.id, schedule_cron=None, schedule_timezone="UTC", is_enabled=False
            )
            conn.commit()
            with pytest.raises(CollectionDisabled):
                triggering.result(10)

    def test_without_temporal_the_run_waits(self, stand: Stand, untested: Endpoint) -> None:
        run = runs.trigger_endpoint(stand.without_temporal(), untested.id)
        assert (run.status, run.workflow_id) == (RunStatus.QUEUED, None)
        started = runs.start(stand.ctx, run)
        assert started.workflow_id == f"collection-run::{run.id}"
        assert runs.start(stand.ctx, run) == started

    def test_a_workflow_that_cannot_be_recorded_breaks_nothing(
        self, stand: Stand, untested: Endpoint, caplog: pytest.LogCaptureFixture
    ) -> None:
        put_off: list[Callable[[], None]] = []
        run = runs.trigger_endpoint(replace(stand.ctx, put_off=put_off.append), untested.id)
        assert run.workflow_id is not None
        assert stand.runs()[0].workflow_id is None
        stand.ctx.pool.close()
        [record] = put_off
        record()
        assert [line.message for line in caplog.records] == ["execution_not_recorded"]

    @pytest.mark.parametrize(
        ("schemas", "override", "filters"),
        [
            (None, None, None),
            (["a", "b", "a"], None, {"schemas": ["a", "b"]}),
            (["a"], ["c"], {"schemas": ["c"]}),
        ],
        ids=["all", "filters", "override"],
    )
    def test_a_run_may_be_restricted(
        self, stand: Stand, untested: Endpoint, schemas: Any, override: Any, filters: Any
    ) -> None:
        assert runs.trigger_endpoint(stand.ctx, untested.id, schemas, override).filters == filters

    def test_what_has_no_connector_is_skipped(self, stand: Stand, worker: None, untested: Endpoint) -> None:
        runs.trigger_endpoint(stand.ctx, untested.id)
        wait_until(lambda: stand.runs()[0].status is RunStatus.SKIPPED, 30)
        assert "connector" in (stand.runs()[0].skip_reason or "")


class TestCancel:
    def test_a_queued_run_ends_at_once_even_without_temporal(self, stand: Stand, untested: Endpoint) -> None:
        ctx = stand.without_temporal()
        run = runs.trigger_endpoint(ctx, untested.id)
        assert runs.cancel(ctx, run.id).status is RunStatus.CANCELED
        with pytest.raises(RunNotActive):
            runs.cancel(ctx, run.id)

    def test_an_unknown_run(self, stand: Stand) -> None:
        with pytest.raises(RunNotFound):
            runs.cancel(stand.ctx, uuid4())

    def test_a_running_run_ends_by_its_workflow(
        self, stand: Stand, worker: None, source: EndpointConfig
    ) -> None:
        endpoints.register(stand.ctx, NewEndpoint("Items", config=source))
        wait_until(lambda: stand.runs()[0].status is RunStatus.RUNNING, 30)
        assert runs.cancel(stand.ctx, stand.runs()[0].id).status is RunStatus.CANCELED

    def test_a_running_run_that_temporal_does_not_know_ends(self, stand: Stand, untested: Endpoint) -> None:
        lost = stand.mark_started(runs.trigger_endpoint(stand.without_temporal(), untested.id))
        with pytest.raises(TemporalUnavailable):
            runs.cancel(stand.without_temporal(), lost.id)
        assert stand.runs() == [lost]
        assert runs.cancel(stand.ctx, lost.id).status is RunStatus.CANCELED


class TestCollections:
    def test_an_endpoint_has_one_at_a_time(self, stand: Stand, untested: Endpoint) -> None:
        first = stand.collection_of(untested)
        with pytest.raises(CollectionExists) as caught:
            collections.create(stand.ctx, NewCollection(untested.id))
        assert caught.value.extra == {"collectionId": str(first.id)}
        assert collections.delete(stand.ctx, first.id)
        second = collections.create(stand.ctx, NewCollection(untested.id, "@hourly", "Europe/Berlin"))
        assert second.id != first.id
        assert second.schedule_state is ScheduleState.PENDING
        with pytest.raises(CollectionNotFound):
            collections.delete(stand.ctx, first.id)
        with pytest.raises(EndpointNotFound):
            collections.create(stand.ctx, NewCollection(uuid4()))

    def test_all_that_is_wrong_with_a_schedule_is_said_at_once(
        self, stand: Stand, untested: Endpoint
    ) -> None:
        collections.delete(stand.ctx, stand.collection_of(untested).id)
        with pytest.raises(BadInput) as caught:
            collections.create(stand.ctx, NewCollection(untested.id, "61 * * * *", "Mars/Olympus"))
        assert list(caught.value.fields) == ["scheduleCron", "scheduleTimezone"]
        strict = replace(stand.ctx, min_schedule_interval_seconds=300)
        with pytest.raises(BadInput, match="scheduleCron"):
            collections.create(strict, NewCollection(untested.id, "* * * * *"))
        assert stand.count("metadata_collections") == 1  # the deleted one

    def test_a_patch_that_changes_nothing_is_no_revision(self, stand: Stand, untested: Endpoint) -> None:
        first = stand.collection_of(untested)
        stored = collections.update(stand.ctx, first.id, CollectionChanges(schedule_cron="@daily"))
        assert collections.update(stand.ctx, stored.id, CollectionChanges()) == stored
        same = CollectionChanges(schedule_cron="@daily", is_enabled=True)
        assert collections.update(stand.ctx, stored.id, same) == stored
        manual = collections.update(stand.ctx, stored.id, CollectionChanges(schedule_cron=None))
        assert (manual.schedule_cron, manual.revision) == (None, stored.revision + 1)
        with pytest.raises(BadInput, match="scheduleTimezone"):
            collections.update(stand.ctx, stored.id, CollectionChanges(schedule_timezone="Mars/Olympus"))
        with pytest.raises(CollectionNotFound):
            collections.update(stand.ctx, uuid4(), CollectionChanges())
