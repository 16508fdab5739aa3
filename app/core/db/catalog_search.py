"""Searching the catalog, and counting what a list of datasets can be narrowed to."""

from datetime import datetime
from typing import LiteralString

from app.core.db.catalog import dataset_filter
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all
from app.core.domain.catalog import DatasetFilter
from app.core.domain.catalog_search import Facets, FacetValue

# How many values of each facet are told.
MOST_VALUES = 100


def count_facets(conn: Conn, wanted: DatasetFilter) -> Facets:
    """How many of the datasets there are by kind, endpoint, schema and label.

    Each facet is counted as if its own condition were absent; labels narrow each other.
    """
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


def _facet_value(row: Row) -> tuple[str, FacetValue]:
    return row["facet"], FacetValue(row["value"], row["label"], row["count"])
