"""Pages of keyset-paged lists, as the contract's connections show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from app.core.db.columns import column


class HasId(Protocol):
    @property
    def id(self) -> Any: ...


N = TypeVar("N", bound=HasId)


@dataclass(frozen=True)
class Edge(Generic[N]):
    cursor: str
    node: N


@dataclass(frozen=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True)
class Page(Generic[N]):
    """`count` is called only when the total is asked for."""

    nodes: Sequence[N]
    page_info: PageInfo
    count: Callable[[], int]

    @property
    def edges(self) -> list[Edge[N]]:
        return [Edge(str(node.id), node) for node in self.nodes]

    def total_count(self, _info: object) -> int:
        return self.count()


def page(rows: Sequence[N], first: int, after: object, count: Callable[[], int]) -> Page[N]:
    """A page of `first` rows out of `rows`, which hold one more when the list goes on."""
    nodes = rows[:first]
    ids = column(nodes, "id")
    info = PageInfo(
        has_next_page=len(rows) > first,
        has_previous_page=after is not None,
        start_cursor=str(ids[0]) if ids else None,
        end_cursor=str(ids[-1]) if ids else None,
    )
    return Page(nodes, info, count)
