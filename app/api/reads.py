"""What one request has read: nested fields of a whole list are fetched with one statement.

GraphQL resolves a list's items one after the other. So every row that a resolver hands out is noted here
(`saw`), and the first nested field asked for is fetched for all of them at once.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.api.batches import Batch, Identity, K, Noted, Row, V
from app.api.fields import PAGE_SIZE
from app.api.limits import Deadline
from app.core.db import (
    catalog,
    collections,
    comparisons,
    endpoints,
    held_removals,
    lineage,
    overview,
    run_failures,
    run_steps,
    runs,
    versions,
)
from app.core.db.comparisons import Span
from app.core.db.pool import Pool, autocommit
from app.core.db.rows import Conn
from app.core.domain.catalog import Change, Dataset, dataset_identity
from app.core.domain.catalog_history import ComparisonCounts, DatasetVersion, Observation
from app.core.domain.collections import Collection
from app.core.domain.endpoints import Endpoint, EndpointName
from app.core.domain.lineage import Direction, Lineage, Reference, lineages
from app.core.domain.overview import TimelineLane, TimelineRun
from app.core.domain.removals import HeldRemovals
from app.core.domain.run_steps import RunStep, StepName
from app.core.domain.runs import FailedObject, Run, RunLogLine


class Reads:
    """The rows of one request, and the connection they are read with. Not for several threads."""

    def __init__(self, pool: Pool, deadline: Deadline, catch_up: Callable[[], None] | None = None) -> None:
        """`catch_up` does what the request has put off: it is called before anything is read."""
        self._pool = pool
        self._deadline = deadline
        self._catch_up = catch_up
        self._conn: Conn | None = None
        self._failing: tuple[list[Collection], int] | None = None
        self._begin()

    @property
    def conn(self) -> Conn:
        """The request's connection, taken from the pool when it is first needed.

        Raises LimitExceeded when the request has lasted too long to read more.
        """
        self._deadline.check()
        if self._conn is None:
            if self._catch_up is not None:
                self._catch_up()
            self._conn = self._held.enter_context(autocommit(self._pool))
        return self._conn

    def end(self) -> None:
        """Forget everything and give the connection back: before a write."""
        try:
            self.close()
        finally:
            self._begin()

    def close(self) -> None:
        """Give the connection back: the request is over."""
        # they and this refer to each other: it would take the garbage collector to be rid of them
        self._batches.clear()
        self._held.close()

    def saw(self, rows: Iterable[Row]) -> None:
        """Note the rows that a resolver is about to hand out."""
        self._noted.add(rows)

    def endpoints(self, ids: Sequence[UUID]) -> Sequence[Endpoint | None]:
        return self._rows(endpoints.endpoints_for_ids, self._noted.endpoint_refs).get_all(ids)

    def endpoint_names(self, ids: Sequence[UUID]) -> Sequence[EndpointName | None]:
        return self._values(endpoints.endpoint_names_for_ids, self._noted.endpoint_refs).get_all(ids)

    def collections(self, ids: Sequence[UUID]) -> Sequence[Collection | None]:
        return self._rows(collections.collections_for_ids, self._noted.collection_refs).get_all(ids)

    def runs(self, ids: Sequence[UUID]) -> list[Run]:
        """Those that are there."""
        found = self._rows(runs.runs_for_ids, self._noted.run_refs).get_all(ids)
        return [run for run in found if run is not None]

    def run(self, run_id: UUID) -> Run | None:
        return self._rows(runs.runs_for_ids, self._noted.run_refs).get(run_id)

    def dataset(self, dataset_id: UUID) -> Dataset | None:
        return self._rows(catalog.datasets_for_ids, self._noted.dataset_refs).get(dataset_id)

    def collections_of(self, endpoint_id: UUID) -> list[Collection]:
        batch = self._batch(
            "collections of endpoints",
            lambda ids: self._noting_lists(collections.collections_for_endpoint_ids(self.conn, ids)),
            self._noted.endpoints,
        )
        return batch.get(endpoint_id) or []

    def dataset_count(self, endpoint_id: UUID) -> int:
        counts = self._values(endpoints.dataset_counts_for_endpoint_ids, self._noted.endpoints)
        return counts.get(endpoint_id) or 0

    def last_run(self, collection_id: UUID) -> Run | None:
        batch = self._rows(runs.last_runs_for_collection_ids, self._noted.collections)
        return batch.get(collection_id)

    def active_run(self, collection_id: UUID) -> Run | None:
        batch = self._rows(runs.active_runs_for_collection_ids, self._noted.collections)
        return batch.get(collection_id)

    def recorded_steps(self, run_id: UUID) -> dict[StepName, RunStep]:
        return self._values(run_steps.steps_for_run_ids, self._noted.runs).get(run_id) or {}

    def failing(self) -> tuple[list[Collection], int]:
        """As many failing collections as anybody may ask for, and how many there are: found once for both."""
        if self._failing is None:
            self._failing = collections.failing_collections(self.conn, PAGE_SIZE)
        return self._failing

    def runs_of_endpoint(self, endpoint_id: UUID, limit: int) -> list[Run]:
        """Newest first."""
        batch = self._batch(
            ("runs of endpoints", limit),
            lambda ids: self._noting_lists(runs.runs_for_endpoint_ids(self.conn, ids, limit)),
            self._noted.endpoints,
        )
        return batch.get(endpoint_id) or []

    def runs_of_collection(self, collection_id: UUID, limit: int) -> list[Run]:
        """Newest first."""
        batch = self._batch(
            ("runs of collections", limit),
            lambda ids: self._noting_lists(runs.runs_for_collection_ids(self.conn, ids, limit)),
            self._noted.collections,
        )
        return batch.get(collection_id) or []

    def runs_of_lane(self, lane: TimelineLane) -> list[TimelineRun]:
        """Oldest first."""
        batch = self._batch(
            ("runs of lanes", lane.span),
            lambda ids: overview.timeline_runs(self.conn, ids, lane.span),
            self._noted.lanes[lane.span],
        )
        return batch.get(lane.endpoint_id) or []

    def columns_of_lane(self, lane: TimelineLane) -> dict[str, list[Any]]:
        """The same in columns."""
        batch = self._batch(
            ("columns of lanes", lane.span),
            lambda ids: overview.timeline_columns(self.conn, ids, lane.span),
            self._noted.lanes[lane.span],
        )
        return batch.get(lane.endpoint_id) or {}

    def changes_of_run(self, run_id: UUID, limit: int) -> list[Change]:
        """Newest first."""
        batch = self._batch(
            ("changes of runs", limit),
            lambda ids: self._noting_lists(catalog.changes_for_run_ids(self.conn, ids, limit)),
            self._noted.runs,
        )
        return batch.get(run_id) or []

    def change_count(self, run_id: UUID) -> int:
        return self._values(catalog.change_counts_for_run_ids, self._noted.runs).get(run_id) or 0

    def failed_objects_of_run(self, run_id: UUID, limit: int) -> list[FailedObject]:
        """In the order the run met them."""
        batch = self._batch(
            ("failed objects of runs", limit),
            lambda ids: run_failures.failed_objects_for_run_ids(self.conn, ids, limit),
            self._noted.runs,
        )
        return batch.get(run_id) or []

    def failed_object_count(self, run_id: UUID) -> int:
        counts = self._values(run_failures.failed_object_counts_for_run_ids, self._noted.runs)
        return counts.get(run_id) or 0

    def dataset_ids_of_held(self, held: HeldRemovals, limit: int) -> list[UUID]:
        """Newest first."""
        batch = self._batch(
            ("datasets of held removals", limit),
            lambda several: self._noting_ids(held_removals.dataset_ids_for_held(self.conn, several, limit)),
            self._noted.held_removals,
        )
        return batch.get(held) or []

    def log_of_run(self, run_id: UUID, limit: int, level: str | None) -> list[RunLogLine]:
        """Oldest first."""
        batch = self._batch(
            ("logs of runs", limit, level),
            lambda ids: runs.log_lines_for_run_ids(self.conn, ids, limit, level),
            self._noted.runs,
        )
        return batch.get(run_id) or []

    def versions_of(self, dataset_id: UUID, first: int) -> list[DatasetVersion]:
        """Newest first."""
        batch = self._batch(
            ("versions of datasets", first),
            lambda ids: self._noting_versions(versions.versions_for_dataset_ids(self.conn, ids, first)),
            self._noted.datasets,
        )
        return batch.get(dataset_id) or []

    def changes_of(self, version: DatasetVersion) -> list[Change]:
        """What changed when the version began."""
        batch = self._batch(
            "changes of versions",
            lambda keys: self._noting_lists(versions.changes_for_versions(self.conn, keys)),
            self._noted.versions,
        )
        return batch.get((version.dataset_id, version.valid_from)) or []

    def observations_of(self, dataset_id: UUID, days: int) -> list[Observation]:
        """Oldest first; of the last `days` days, today among them."""
        since = datetime.now(UTC).date() - timedelta(days=days - 1)
        batch = self._batch(
            ("observations of datasets", since),
            lambda ids: versions.observations_for_dataset_ids(self.conn, ids, since),
            self._noted.datasets,
        )
        return batch.get(dataset_id) or []

    def lineage_of(self, dataset_id: UUID, direction: Direction, depth: int) -> Lineage | None:
        """What lies around the dataset, found for all the noted ones together: a statement for each step."""
        batch = self._batch(
            ("lineage of datasets", direction, depth),
            lambda ids: self._noting_nodes(
                lineages(ids, direction, depth, partial(lineage.edges_for_dataset_ids, self.conn, direction))
            ),
            self._noted.datasets,
        )
        return batch.get(dataset_id)

    def lineage_note(self, dataset_id: UUID) -> str | None:
        """What is not known of the dataset's lineage, in sentences."""
        return self._values(lineage.notes_for_dataset_ids, self._noted.datasets).get(dataset_id)

    def references_to(self, dataset_id: UUID, first: int) -> list[Reference]:
        """The foreign keys that refer to the dataset."""
        batch = self._batch(
            ("references to datasets", first),
            lambda ids: self._noting_references(lineage.references_for_dataset_ids(self.conn, ids, first)),
            self._noted.datasets,
        )
        return batch.get(dataset_id) or []

    def difference_counts(self, span: Span) -> ComparisonCounts:
        """How many datasets differ between two states."""
        if span not in self._difference_counts:
            self._difference_counts[span] = comparisons.count_differences(self.conn, span)
        return self._difference_counts[span]

    def referred_dataset_id(self, dataset: Dataset, foreign_key: Mapping[str, Any]) -> UUID | None:
        """The id of the dataset that a foreign key of `dataset` refers to, if the catalog has it."""
        # digesting every name would be a waste where nobody asks: it is done at the first question
        self._noted.settle()
        while self._noted.datasets_with_keys:
            seen = self._noted.datasets_with_keys.pop()
            keys = seen.document.get("foreign_keys", ())
            self._noted.foreign_keys.update(_identity(seen, key) for key in keys)
        ids = self._values(catalog.dataset_ids_for_identities, self._noted.foreign_keys)
        return ids.get(_identity(dataset, foreign_key))

    def _begin(self) -> None:
        self._held = ExitStack()
        self._conn = None
        self._noted = Noted()
        self._batches: dict[Hashable, Batch[Any, Any]] = {}
        self._failing = None
        self._difference_counts: dict[Span, ComparisonCounts] = {}

    def _batch(
        self, question: Hashable, fetch: Callable[[list[K]], dict[K, V]], noted: set[K]
    ) -> Batch[K, V]:
        """The batch that answers `question`: what is asked for, and with what arguments."""
        if question not in self._batches:
            self._batches[question] = Batch(fetch, noted, self._noted.settle)
        return self._batches[question]

    def _values(self, fetch: Callable[[Conn, list[K]], dict[K, V]], noted: set[K]) -> Batch[K, V]:
        return self._batch(fetch, lambda keys: fetch(self.conn, keys), noted)

    def _rows(
        self, fetch: Callable[[Conn, list[UUID]], dict[UUID, Row]], noted: set[UUID]
    ) -> Batch[UUID, Row]:
        def fetch_noting(ids: list[UUID]) -> dict[UUID, Row]:
            found = fetch(self.conn, ids)
            self.saw(found.values())
            return found

        return self._batch(fetch, fetch_noting, noted)

    def _noting_versions(self, found: dict[UUID, list[DatasetVersion]]) -> dict[UUID, list[DatasetVersion]]:
        self._noted.versions.update((v.dataset_id, v.valid_from) for each in found.values() for v in each)
        return found

    def _noting_nodes(self, found: dict[UUID, Lineage]) -> dict[UUID, Lineage]:
        self._noted.dataset_refs.update(node.dataset_id for each in found.values() for node in each.nodes)
        return found

    def _noting_references(self, found: dict[UUID, list[Reference]]) -> dict[UUID, list[Reference]]:
        self._noted.dataset_refs.update(key.dataset_id for each in found.values() for key in each)
        return found

    def _noting_ids(self, found: dict[HeldRemovals, list[UUID]]) -> dict[HeldRemovals, list[UUID]]:
        self._noted.dataset_refs.update(each for ids in found.values() for each in ids)
        return found

    def _noting_lists(self, found: dict[K, list[Row]]) -> dict[K, list[Row]]:
        for rows in found.values():
            self.saw(rows)
        return found


def _identity(dataset: Dataset, foreign_key: Mapping[str, Any]) -> Identity:
    identity = dataset_identity(dataset.database, foreign_key["to_schema"], foreign_key["to_name"])
    return dataset.endpoint_id, identity
