"""Values fetched for a whole list at once, and what the list's rows refer to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from app.core.db.versions import VersionKey
from app.core.domain.catalog import Change, Dataset
from app.core.domain.collections import Collection
from app.core.domain.endpoints import Endpoint
from app.core.domain.overview import TimelineLane, TimelineSpan
from app.core.domain.removals import HeldRemovals
from app.core.domain.runs import Run

K = TypeVar("K")
V = TypeVar("V")
AnyRow = Endpoint | Collection | Run | Dataset | Change | TimelineLane | HeldRemovals
Row = TypeVar("Row", Endpoint, Collection, Run, Dataset, Change, TimelineLane, HeldRemovals)
Identity = tuple[UUID, bytes]


class Batch(Generic[K, V]):
    """Values by key, fetched for all the `noted` keys when the first unknown one is asked for."""

    def __init__(
        self, fetch: Callable[[list[K]], dict[K, V]], noted: set[K], settle: Callable[[], None]
    ) -> None:
        """`noted` is looked at anew each time, after `settle` has added to it what is to be there."""
        self._fetch = fetch
        self._settle = settle
        self._noted = noted
        self._found: dict[K, V | None] = {}

    def get(self, key: K) -> V | None:
        """The value of `key`; None when there is none."""
        if key not in self._found:
            self._settle()
            self._add(self._noted | {key})
        return self._found[key]

    def get_all(self, keys: Sequence[K]) -> list[V | None]:
        """The values of the keys of a whole list, in order; None for those that have none."""
        if len(keys) == 1:
            return [self.get(keys[0])]
        try:
            return [self._found[key] for key in keys]
        except KeyError:
            self._add({*keys})
            return [self._found[key] for key in keys]

    def _add(self, keys: set[K]) -> None:
        wanted = keys - self._found.keys()
        self._found |= dict.fromkeys(wanted) | self._fetch([*wanted])


@dataclass
class Noted:
    """What the rows handed out so far are, and what they refer to."""

    endpoints: set[UUID] = field(default_factory=set)
    collections: set[UUID] = field(default_factory=set)
    runs: set[UUID] = field(default_factory=set)
    datasets: set[UUID] = field(default_factory=set)
    versions: set[VersionKey] = field(default_factory=set)
    endpoint_refs: set[UUID] = field(default_factory=set)
    collection_refs: set[UUID] = field(default_factory=set)
    held_removals: set[HeldRemovals] = field(default_factory=set)
    run_refs: set[UUID] = field(default_factory=set)
    dataset_refs: set[UUID] = field(default_factory=set)
    foreign_keys: set[Identity] = field(default_factory=set)
    datasets_with_keys: list[Dataset] = field(default_factory=list)
    lanes: defaultdict[TimelineSpan, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    _pending: list[AnyRow] = field(default_factory=list)

    def add(self, rows: Iterable[AnyRow]) -> None:
        """Note the rows: with the next `settle`, since most of it is never asked for."""
        self._pending.extend(rows)

    def settle(self) -> None:
        """Bring the sets up to date."""
        for row in self._pending:
            self._add(row)
        self._pending.clear()

    def _add(self, row: AnyRow) -> None:
        match row:
            case Endpoint():
                self.endpoints.add(row.id)
            case Collection():
                self.collections.add(row.id)
                self.endpoint_refs.add(row.endpoint_id)
            case Run():
                self.runs.add(row.id)
                self.endpoint_refs.add(row.endpoint_id)
                if row.collection_id is not None:
                    self.collection_refs.add(row.collection_id)
            case Dataset():
                self.datasets.add(row.id)
                self.endpoint_refs.add(row.endpoint_id)
                self.datasets_with_keys.append(row)
                if row.collected_run_id is not None:
                    self.run_refs.add(row.collected_run_id)
            case Change():
                self.dataset_refs.add(row.dataset_id)
            case TimelineLane():
                self.lanes[row.span].add(row.endpoint_id)
            case HeldRemovals():
                self.held_removals.add(row)
                self.endpoints.add(row.endpoint_id)
                self.run_refs.add(row.run_id)
                self.endpoint_refs.add(row.endpoint_id)
