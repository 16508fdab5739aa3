"""Searching the catalog, and counting what a list of datasets can be narrowed to."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from app.core.db.catalog import dataset_filter, datasets_for_ids
from app.core.db.queries import query
from app.core.db.rows import (
    Conn,
    Row,
    contains_pattern,
    ends_pattern,
    fetch_all,
    position_after,
    starts_pattern,
)
from app.core.domain.catalog import Dataset, DatasetFilter
from app.core.domain.catalog_search import Facets, FacetValue, term_of, words_of

# How many values of each facet are told.
MOST_VALUES = 100
# How many datasets a search gives at most, and how many names of columns it looks at.
MOST_HITS = 2_000
MOST_TERMS = 1_000
# What is spelled alike is looked for while fewer datasets than this contain what was searched for, if that is
# long enough to be misspelled.
MOST_NEAR = 20
MOST_FUZZY = 30
LEAST_FUZZY = 4

_THREE = re.compile(r"[^\W_]{3}")


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
    """At most `first` of the datasets that `search` finds after `after`; MOST_HITS are all it ever finds.

    Raises BadInput for an unknown `after`.
    """
    position_after(conn, query("catalog", "dataset_position"), after)
    params = _search(wanted, search) | {"after": after, "first": first}
    [(ids, total)] = fetch_all(conn, query("catalog_search", "search_datasets"), params, _hits)
    found = datasets_for_ids(conn, ids)
    return Hits([replace(found[id_], found_by=search) for id_ in ids if id_ in found], total)


def count_facets(conn: Conn, wanted: DatasetFilter) -> Facets:
    """How many of the datasets there are by kind, endpoint, schema and label.

    Each facet is counted as if its own condition were absent; labels narrow each other.
    """
    if wanted.search is not None:
        params = _search(wanted, wanted.search) | {"first": MOST_VALUES}
        return _facets(conn, query("catalog_facets", "count_search_facets"), params)
    params = dataset_filter(wanted) | {"first": MOST_VALUES}
    return _facets(conn, query("catalog_facets", "count_facets"), params)


def count_facets_as_of(conn: Conn, wanted: DatasetFilter, at: datetime) -> Facets:
    """count_facets as of a moment. Endpoints that have been deleted since are still there."""
    params = dataset_filter(wanted) | {"first": MOST_VALUES, "at": at}
    return _facets(conn, query("catalog_facets", "count_facets_as_of"), params)


def _facets(conn: Conn, sql: LiteralString, params: Row) -> Facets:
    facets = Facets([], [], [], [])
    for facet, value in fetch_all(conn, sql, params, _facet_value):
        getattr(facets, facet).append(value)
    return facets


def _hits(row: Row) -> tuple[list[UUID], int]:
    return row["ids"], row["total"]


def _facet_value(row: Row) -> tuple[str, FacetValue]:
    return row["facet"], FacetValue(row["value"], row["label"], row["count"])


def _search(wanted: DatasetFilter, search: str) -> Row:
    """The parameters of a search."""
    term = term_of(search)
    parents, dot, last = search.rpartition(".")
    last_term = term_of(last)
    words, has_trigrams = words_of(search), _THREE.search(term) is not None
    return dataset_filter(wanted) | {
        "search": search,
        "term": term,
        "prefix": starts_pattern(term),
        # Trigrams find only what has three letters or digits in a row. What has not is compared with all
        # names of datasets, and with the beginnings of the names of columns, which are many more.
        "long": contains_pattern(term) if has_trigrams else None,
        "short": term if term and not has_trigrams else None,
        "column_part": contains_pattern(term) if has_trigrams else starts_pattern(term) if words else None,
        "parents": ends_pattern(parents.lower()) if dot else None,
        "last_term": last_term,
        "last_prefix": starts_pattern(last_term),
        "words": " & ".join(f"{word}:*" for word in words),
        "most_hits": MOST_HITS,
        "most_terms": MOST_TERMS,
        "most_near": MOST_NEAR,
        "most_fuzzy": MOST_FUZZY,
        # signs are meant as they stand
        "fuzzy": term if len(term) >= LEAST_FUZZY and term.isalnum() else None,
    }
