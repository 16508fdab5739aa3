"""Searching the catalog, and counting what a list of datasets can be narrowed to."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from app.core.db.catalog import dataset_filter, datasets_for_ids
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, position_after
from app.core.domain.catalog import Dataset, DatasetFilter
from app.core.domain.catalog_search import Facets, FacetValue, words_of

# How many values of each facet are told.
MOST_VALUES = 100


def index_merged(conn: Connection[TupleRow], endpoint_id: UUID) -> None:
    """Let what the merge under way added or changed be found; in the merge's transaction."""
    conn.execute(query("persist", "index_datasets"), {"endpoint_id": endpoint_id})


@dataclass(frozen=True)
class Hits:
    """A page of what a search finds, the best match first, and how much it finds on all pages together."""

    datasets: list[Dataset]
    total: int


def search_datasets(
    conn: Conn, wanted: DatasetFilter, search: str, first: int, after: UUID | None = None
) -> Hits:
    """At most `first` of the datasets that `search` finds after `after`; 2,000 are all it ever finds.

    Raises BadInput for an unknown `after`.
    """
    position_after(conn, query("catalog", "dataset_position"), after)
    params = _search(wanted, search) | {"after": after, "first": first}
    [(ids, total)] = fetch_all(conn, query("catalog_search", "search_datasets"), params, _hits)
    found = datasets_for_ids(conn, ids)
    return Hits([replace(found[id_], found_by=search) for id_ in ids if id_ in found], total)


def count_facets(conn: Conn, wanted: DatasetFilter, at: datetime | None = None) -> Facets:
    """How many of the datasets there are by kind, endpoint, schema and label; as of `at` if that is given.

    Each facet is counted as if its own condition were absent; labels narrow each other. Endpoints that have
    been deleted since `at` are still there.
    """
    params = _search(wanted, wanted.search) | {"first": MOST_VALUES, "at": at}
    facets = Facets([], [], [], [])
    for facet, value in fetch_all(conn, query("catalog_facets", "count_facets"), params, _facet_value):
        getattr(facets, facet).append(value)
    return facets


def _hits(row: Row) -> tuple[list[UUID], int]:
    return row["ids"], row["total"]


def _facet_value(row: Row) -> tuple[str, FacetValue]:
    return row["facet"], FacetValue(row["value"], row["label"], row["count"])


def _search(wanted: DatasetFilter, search: str | None) -> Row:
    """The parameters of a search: as those of a list, and the words that comments must have."""
    words = " & ".join(f"{word}:*" for word in words_of(search or ""))
    return dataset_filter(wanted) | {"search": search, "words": words or None}
