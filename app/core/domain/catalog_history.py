"""What datasets were: versions, values observed, and two states of an endpoint compared. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.domain.catalog import Dataset
from app.core.domain.catalog_diff import Difference, diff_documents


@dataclass(frozen=True)
class DatasetVersion:
    """How a dataset was from `valid_from` until, but not at, `valid_to`; None: it still is."""

    dataset_id: UUID
    version: int
    valid_from: datetime
    valid_to: datetime | None
    run_id: UUID | None
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Observation:
    """Row count and bytes, as a run observed them; they held until the next observation."""

    dataset_id: UUID
    at: datetime
    row_count_estimate: int | None
    size_bytes: int | None


class ComparisonKind(StrEnum):
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class ComparisonCounts:
    """How many datasets differ between two states, by kind."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class DatasetComparison:
    """One dataset in two states of its endpoint; a document is None where the dataset was not there.

    `dataset` is as in the later state that has it.
    """

    dataset: Dataset
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def id(self) -> UUID:
        return self.dataset.id

    @property
    def kind(self) -> ComparisonKind:
        if self.before is None:
            return ComparisonKind.ADDED
        return ComparisonKind.REMOVED if self.after is None else ComparisonKind.CHANGED

    @property
    def changes(self) -> Sequence[Difference]:
        """What differs within the dataset, when it is there in both states."""
        if self.before is None or self.after is None:
            return ()
        return diff_documents(self.before, self.after)
