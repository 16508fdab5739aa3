"""The catalog as it was: versions, observations by day, and all of it at a moment."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from app.core.db.catalog import change_of, dataset_filter, dataset_of
from app.core.db.queries import query
from app.core.db.rows import NEWEST, Conn, fetch_all, fetch_count, pick, position_after
from app.core.domain.catalog import Change, Dataset, DatasetFilter
from app.core.domain.catalog_history import DatasetVersion, Observation

VersionKey = tuple[UUID, datetime]
"""Which dataset, and from when."""


def versions_for_dataset_ids(
    conn: Conn, ids: Collection[UUID], first: int
) -> dict[UUID, list[DatasetVersion]]:
    """The newest versions of each dataset, at most `first` of each, newest first."""
    params = {"ids": list(ids), "first": first}
    by_dataset: dict[UUID, list[DatasetVersion]] = defaultdict(list)
    sql = query("versions", "versions_for_dataset_ids")
    for version in fetch_all(conn, sql, params, lambda row: pick(DatasetVersion, row)):
        by_dataset[version.dataset_id].append(version)
    return by_dataset


def changes_for_versions(conn: Conn, keys: Sequence[VersionKey]) -> dict[VersionKey, list[Change]]:
    """What changed when each of the versions began, in the order it was found."""
    params = {"dataset_ids": [key[0] for key in keys], "ats": [key[1] for key in keys]}
    by_version: dict[VersionKey, list[Change]] = defaultdict(list)
    for change in fetch_all(conn, query("versions", "changes_at"), params, change_of):
        by_version[change.dataset_id, change.at].append(change)
    return by_version


def observations_for_dataset_ids(
    conn: Conn, ids: Collection[UUID], since: date
) -> dict[UUID, list[Observation]]:
    """What was observed of each dataset since that day, at most once a day, oldest first.

    The last observation before it is there too: it held when the day began.
    """
    params = {"ids": list(ids), "since": since}
    by_dataset: dict[UUID, list[Observation]] = defaultdict(list)
    sql = query("versions", "observations_for_dataset_ids")
    for observation in fetch_all(conn, sql, params, lambda row: pick(Observation, row)):
        by_dataset[observation.dataset_id].append(observation)
    return by_dataset


def get_dataset_as_of(conn: Conn, dataset_id: UUID, at: datetime) -> Dataset | None:
    """The dataset as the catalog had it at that moment; None before it was known.

    Gone by then, it is as it was last. A version's first confirmation counts as its last.
    """
    params = dataset_filter(DatasetFilter(include_removed=True)) | NEWEST.bounds()
    params |= {"at": at, "ids": [dataset_id], "first": 1}
    return next(iter(fetch_all(conn, query("versions", "datasets_as_of"), params, dataset_of)), None)


def list_datasets_as_of(
    conn: Conn, wanted: DatasetFilter, at: datetime, first: int, after: UUID | None = None
) -> list[Dataset]:
    """catalog.list_datasets as of a moment. Endpoints that have been deleted since are still there."""
    position = position_after(conn, query("catalog", "dataset_position"), after)
    params = dataset_filter(wanted) | position.bounds() | {"at": at, "ids": None, "first": first}
    return fetch_all(conn, query("versions", "datasets_as_of"), params, dataset_of)


def count_datasets_as_of(conn: Conn, wanted: DatasetFilter, at: datetime) -> int:
    """How many datasets list_datasets_as_of would give in all."""
    return fetch_count(conn, query("versions", "count_datasets_as_of"), dataset_filter(wanted) | {"at": at})
