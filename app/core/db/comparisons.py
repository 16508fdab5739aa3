"""Two states of an endpoint's catalog, compared in Postgres."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.db.catalog import dataset_of
from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, fetch_one, pick
from app.core.domain.catalog_history import ComparisonCounts, ComparisonKind, DatasetComparison
from app.core.errors import BadInput


@dataclass(frozen=True)
class Span:
    """An endpoint's catalog as it was at `from_`, and at `to`."""

    endpoint_id: UUID
    from_: datetime
    to: datetime

    def params(self) -> Row:
        return {"endpoint_id": self.endpoint_id, "from": self.from_, "to": self.to}


def list_differences(
    conn: Conn, span: Span, first: int, after: UUID | None = None, kind: ComparisonKind | None = None
) -> list[DatasetComparison]:
    """At most `first` datasets that differ, by schema and name. Raises BadInput for an unknown `after`."""
    params = span.params() | {"first": first, "kind": kind} | _position(conn, after)
    return fetch_all(conn, query("comparisons", "list_differences"), params, _comparison)


def count_differences(conn: Conn, span: Span) -> ComparisonCounts:
    """How many datasets differ, by kind."""
    sql = query("comparisons", "count_differences")
    [counts] = fetch_all(conn, sql, span.params(), lambda row: pick(ComparisonCounts, row))
    return counts


def merge_moment(conn: Conn, run_id: UUID) -> datetime | None:
    """When the run changed the catalog; None when it changed nothing."""
    sql = query("comparisons", "merge_moment")
    moment: datetime | None = fetch_one(conn, sql, {"run_id": run_id}, lambda row: row["at"])
    return moment


def _position(conn: Conn, after: UUID | None) -> Row:
    if after is None:
        return {"after_schema": None, "after_name": None, "after_id": None}
    found = fetch_one(
        conn,
        query("comparisons", "comparison_position"),
        {"id": after},
        lambda row: {
            "after_schema": row["schema"],
            "after_name": row["name"],
            "after_id": row["id"],
        },
    )
    if found is None:
        raise BadInput({"after": ["This is not the id of a row of this list."]})
    return found


def _comparison(row: Row) -> DatasetComparison:
    return DatasetComparison(dataset_of(row), row["before"], row["after"])
