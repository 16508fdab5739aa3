"""Lineage: which datasets, and which of their columns, a dataset is made from. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class LineageLevel(StrEnum):
    TABLE = "TABLE"
    COLUMN = "COLUMN"


class Direction(StrEnum):
    UPSTREAM = "UPSTREAM"
    DOWNSTREAM = "DOWNSTREAM"


@dataclass(frozen=True)
class ColumnPair:
    """`to_column` is made from `from_column`, alone or with others."""

    from_column: str
    to_column: str


@dataclass(frozen=True)
class LineageEdge:
    """The dataset `to_id` is made from `from_id`."""

    from_id: UUID
    to_id: UUID
    level: LineageLevel
    columns: tuple[ColumnPair, ...]


@dataclass(frozen=True)
class LineageNode:
    """A dataset, `depth` steps from where the lineage begins."""

    dataset_id: UUID
    depth: int


@dataclass(frozen=True)
class Lineage:
    """What lies around a dataset in one direction, the nearest first, without the dataset itself."""

    nodes: tuple[LineageNode, ...] = ()
    edges: tuple[LineageEdge, ...] = ()
    is_truncated: bool = False


@dataclass(frozen=True)
class Reference:
    """A foreign key of `dataset_id`, seen from the dataset that it refers to."""

    dataset_id: UUID
    name: str | None
    columns: tuple[str, ...]
    to_columns: tuple[str, ...]
