"""Reading the catalog. What belongs to a deleted endpoint is hidden."""

from collections.abc import Collection, Sequence
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import (
    NEWEST_NUMBERED,
    Conn,
    Row,
    contains_pattern,
    fetch_all,
    fetch_count,
    pick,
    position_after,
)
from app.core.domain.catalog import Change, ChangeFilter, ChangeKind, Dataset, DatasetFilter, DatasetKind
from app.core.domain.catalog_search import term_of


def get_dataset(conn: Conn, dataset_id: UUID) -> Dataset | None:
    """The dataset, also when it has been removed from its source."""
    return datasets_for_ids(conn, [dataset_id]).get(dataset_id)


def datasets_for_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Dataset]:
    """The datasets by id, removed ones too; unknown ids are left out."""
    found = fetch_all(conn, query("catalog", "datasets_for_ids"), {"ids": list(ids)}, dataset_of)
    return {dataset.id: dataset for dataset in found}


def list_datasets(conn: Conn, wanted: DatasetFilter, first: int, after: UUID | None = None) -> list[Dataset]:
    """At most `first` datasets after `after`, newest first, whatever `wanted.search` is.

    Raises BadInput for an unknown `after`.
    """
    position = position_after(conn, query("catalog", "dataset_position"), after)
    params = dataset_filter(wanted) | position.bounds() | {"first": first}
    return fetch_all(conn, query("catalog", "list_datasets"), params, dataset_of)


def count_datasets(conn: Conn, wanted: DatasetFilter) -> int:
    """How many datasets list_datasets would give in all."""
    return fetch_count(conn, query("catalog", "count_datasets"), dataset_filter(wanted))


def list_schemas(conn: Conn, endpoint_id: UUID | None, first: int) -> list[str]:
    """The first `first` schemas that datasets lie in now, each once, in order."""
    params = {"endpoint_id": endpoint_id, "first": first}
    return fetch_all(conn, query("catalog", "list_schemas"), params, lambda row: str(row["schema"]))


def dataset_ids_for_identities(
    conn: Conn, identities: Sequence[tuple[UUID, bytes]]
) -> dict[tuple[UUID, bytes], UUID]:
    """The ids of the datasets that are there, by (endpoint id, identity); the others are left out."""
    params = {
        "endpoint_ids": [endpoint_id for endpoint_id, _ in identities],
        "identities": [identity for _, identity in identities],
    }
    found = fetch_all(
        conn,
        query("catalog", "dataset_ids_for_identities"),
        params,
        lambda row: ((row["endpoint_id"], row["identity"]), row["id"]),
    )
    return dict(found)


def list_changes(conn: Conn, wanted: ChangeFilter, first: int, after: int | None = None) -> list[Change]:
    """At most `first` changes after `after`, newest first. Raises BadInput for an unknown `after`."""
    position = position_after(conn, query("catalog", "change_position"), after, NEWEST_NUMBERED)
    position = position.no_later_than(wanted.to)
    params = _change_filter(wanted) | position.bounds() | {"first": first}
    return fetch_all(conn, query("catalog", "list_changes"), params, change_of)


def count_changes(conn: Conn, wanted: ChangeFilter) -> int:
    """How many changes list_changes would give in all."""
    return fetch_count(conn, query("catalog", "count_changes"), _change_filter(wanted))


def changes_for_run_ids(conn: Conn, ids: Collection[UUID], limit: int) -> dict[UUID, list[Change]]:
    """The newest changes that each run found, at most `limit` of each."""
    by_run: dict[UUID, list[Change]] = {run_id: [] for run_id in ids}
    params = {"ids": list(ids), "limit": limit}
    for change in fetch_all(conn, query("catalog", "changes_for_run_ids"), params, change_of):
        if change.run_id is not None:
            by_run[change.run_id].append(change)
    return by_run


def change_counts_for_run_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many changes each run found; runs without any are left out."""
    sql, params = query("catalog", "change_counts_for_run_ids"), {"ids": list(ids)}
    return dict(fetch_all(conn, sql, params, lambda row: (row["run_id"], row["changes"])))


def dataset_filter(wanted: DatasetFilter) -> Row:
    """The parameters of a list of datasets."""
    return {
        "endpoint_id": wanted.endpoint_id,
        "search": wanted.search,
        "pattern": contains_pattern(wanted.search),
        "part": contains_pattern(term_of(wanted.search)) if wanted.search else None,
        "labels": list(wanted.labels) if wanted.labels else None,
        "schema": wanted.schema,
        "kind": wanted.kind,
        "include_removed": wanted.include_removed,
    }


def _change_filter(wanted: ChangeFilter) -> Row:
    return {
        "endpoint_id": wanted.endpoint_id,
        "dataset_id": wanted.dataset_id,
        "run_id": wanted.run_id,
        "kinds": None if wanted.kinds is None else [kind.value for kind in wanted.kinds],
        "breaking_only": wanted.breaking_only,
        "from": wanted.from_,
        "to": wanted.to,
    }


def dataset_of(row: Row) -> Dataset:
    """The dataset that a row describes."""
    return pick(Dataset, row, kind=DatasetKind(row["kind"]), found_by=row.get("found_by"))


def change_of(row: Row) -> Change:
    """The change that a row describes."""
    return pick(Change, row, kind=ChangeKind(row["kind"]))
