"""Lineage: which datasets, and which of their columns, a dataset is made from. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MAX_NODES = 200
# A picture of more says nothing to anybody; a program asks again from further on.
MAX_PAIRS = 20_000
NAMES_TOLD = 5


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


@dataclass(frozen=True)
class TracedSource:
    """A dataset that a view reads, by its names; whether the catalog holds it is another question.

    `columns` are (column read, column of the view made from it)."""

    identity: bytes
    schema: str | None
    name: str
    level: LineageLevel
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TracedView:
    """What a view is made from, taken from its document of `document_hash` and the catalog at `seen_at`.

    `note`: why it is not known to the column."""

    dataset_id: UUID
    document_hash: str
    seen_at: datetime
    sources: tuple[TracedSource, ...]
    note: str | None = None


EdgesOf = Callable[[Collection[UUID]], Mapping[UUID, Sequence[LineageEdge]]]
"""The edges that leave each dataset in one direction, at most one more than MAX_NODES of each."""


def lineages(
    roots: Collection[UUID], direction: Direction, depth: int, edges_of: EdgesOf
) -> dict[UUID, Lineage]:
    """What lies around each of the roots, up to `depth` steps away. `edges_of` is asked once a step."""
    walks = [_Walk(root, direction) for root in roots]
    known: dict[UUID, Sequence[LineageEdge]] = {}
    for step in range(1, depth + 1):
        reached = {dataset_id for walk in walks for dataset_id in walk.reached}
        if unknown := reached - known.keys():
            found = edges_of(unknown)
            known.update((dataset_id, found.get(dataset_id, ())) for dataset_id in unknown)
        for walk in walks:
            walk.take(step, known)
    return {walk.root: walk.lineage() for walk in walks}


@dataclass
class _Walk:
    """From one dataset outwards, step by step. A circle ends where it meets what has been met."""

    root: UUID
    direction: Direction
    depths: dict[UUID, int] = field(default_factory=dict)
    edges: dict[tuple[UUID, UUID], LineageEdge] = field(default_factory=dict)
    reached: list[UUID] = field(default_factory=list)
    pairs: int = 0
    is_truncated: bool = False

    def __post_init__(self) -> None:
        self.reached = [self.root]

    def take(self, step: int, known: Mapping[UUID, Sequence[LineageEdge]]) -> None:
        begun, self.reached = self.reached, []
        for dataset_id in begun:
            edges = known[dataset_id]
            self.is_truncated |= len(edges) > MAX_NODES
            for edge in edges:
                self._follow(edge, step)

    def lineage(self) -> Lineage:
        nodes = tuple(LineageNode(dataset_id, depth) for dataset_id, depth in self.depths.items())
        return Lineage(nodes, tuple(self.edges.values()), self.is_truncated)

    def _follow(self, edge: LineageEdge, step: int) -> None:
        other = edge.from_id if self.direction is Direction.UPSTREAM else edge.to_id
        if other != self.root and other not in self.depths:
            if len(self.depths) >= MAX_NODES:
                self.is_truncated = True
                return
            self.depths[other] = step
            self.reached.append(other)
        if self.pairs + len(edge.columns) > MAX_PAIRS:
            self.is_truncated = True
            edge = replace(edge, columns=())
        self.pairs += len(edge.columns)
        self.edges[edge.from_id, edge.to_id] = edge


def note_of(*, is_traced: bool, note: str | None, missing: Sequence[str]) -> str | None:
    """What is to be said of a view's lineage, in sentences; None when all of it is known."""
    if not is_traced:
        return "Its text has not been read for its lineage yet; the next run of its endpoint does."
    absent = f"It reads what the catalog does not hold: {some_of(missing)}." if missing else None
    return " ".join(each for each in (note, absent) if each) or None


def some_of(names: Sequence[str]) -> str:
    """The first of the names, and how many there are besides, for a sentence."""
    told = ", ".join(names[:NAMES_TOLD])
    rest = len(names) - NAMES_TOLD
    return told if rest <= 0 else f"{told} and {rest} more"
