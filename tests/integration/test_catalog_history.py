"""What the catalog remembers: versions, the catalog at any moment, observations, two states compared."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from app.core.db import comparisons, renames, run_failures, versions
from app.core.db.comparisons import Span
from app.core.domain.catalog import DatasetFilter
from app.core.domain.catalog_history import ComparisonCounts
from tests.integration.persisting import Db, Staging, Table, collect, insert_endpoint, rows, tables, written

HISTORY = ("catalog_versions", "catalog_observation_days", "catalog_held_removals")


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    with psycopg.connect(database, options="-c timezone=UTC") as connection:
        yield connection


@pytest.fixture
def endpoint_id(conn: Db) -> UUID:
    return insert_endpoint(conn)


def now(conn: Db) -> datetime:
    [row] = rows(conn, "SELECT clock_timestamp() AS at")
    at: datetime = row["at"]
    return at


def names_at(conn: Db, at: datetime, *, include_removed: bool = False) -> dict[str, list[str]]:
    """The columns of each dataset as of a moment, by its name."""
    wanted = DatasetFilter(include_removed=include_removed)
    found = versions.list_datasets_as_of(conn, wanted, at, first=100)
    assert versions.count_datasets_as_of(conn, wanted, at) == len(found)
    return {each.name: [column["name"] for column in each.document["columns"]] for each in found}


def test_a_first_and_an_unchanged_run_write_no_history(conn: Db, endpoint_id: UUID) -> None:
    for _ in range(2):
        collect(conn, endpoint_id, Staging([Table("a", rows=1), Table("b")]))
    assert written(conn, HISTORY) == {name: [] for name in HISTORY}


def test_the_catalog_stands_as_it_was_at_any_moment(conn: Db, endpoint_id: UUID) -> None:
    before = now(conn)
    states = [
        [Table("a", columns=("x",)), Table("b")],
        [Table("a", columns=("x", "y")), Table("b")],
        [Table("a", columns=("x", "y"))],
        [Table("a", columns=("x", "y")), Table("c")],
        [Table("a", columns=("z",)), Table("b", columns=("id", "n")), Table("c")],
    ]
    moments = []
    for state in states:
        collect(conn, endpoint_id, Staging(state))
        moments.append(now(conn))
    assert names_at(conn, before) == {}
    for at, state in zip(moments, states, strict=True):
        assert names_at(conn, at) == {table.name: list(table.columns) for table in state}
    gone = names_at(conn, moments[2], include_removed=True)
    assert gone == {"a": ["x", "y"], "b": ["id"]}
    conn.execute("UPDATE metadata_endpoints SET deleted_at = now() WHERE id = %s", (endpoint_id,))
    assert names_at(conn, moments[1]) == {"a": ["x", "y"], "b": ["id"]}
    assert names_at(conn, now(conn)) == {}


def test_a_return_begins_a_version_and_keeps_the_id(conn: Db, endpoint_id: UUID) -> None:
    for state in (tables("a", "b"), tables("a"), tables("a", "b")):
        collect(conn, endpoint_id, Staging(state))
    [b] = rows(conn, "SELECT id FROM catalog_datasets WHERE name = 'b'")
    newest, oldest = versions.versions_for_dataset_ids(conn, [b["id"]], 10)[b["id"]]
    assert (newest.version, oldest.version) == (2, 1)
    assert newest.valid_to is None
    assert oldest.valid_to is not None
    assert oldest.valid_from < oldest.valid_to < newest.valid_from
    keys = [(b["id"], each.valid_from) for each in (oldest, newest)]
    found = versions.changes_for_versions(conn, keys)
    assert [[change.kind for change in found[key]] for key in keys] == [
        ["DATASET_ADDED"],
        ["DATASET_RESTORED"],
    ]
    gap = oldest.valid_to + (newest.valid_from - oldest.valid_to) / 2
    in_the_gap = versions.get_dataset_as_of(conn, b["id"], gap)
    assert in_the_gap is not None
    assert in_the_gap.removed_at == oldest.valid_to
    assert versions.get_dataset_as_of(conn, b["id"], oldest.valid_from - timedelta(seconds=1)) is None


def test_observations_are_one_a_day_and_make_no_version(conn: Db, endpoint_id: UUID) -> None:
    collect(conn, endpoint_id, Staging([Table("a", rows=1, size=10)]))
    collect(conn, endpoint_id, Staging([Table("a", rows=2, size=20)]))
    assert written(conn, ["catalog_observation_days"]) == {"catalog_observation_days": []}
    conn.execute("UPDATE catalog_observations SET observed_at = observed_at - interval '3 days'")
    collect(conn, endpoint_id, Staging([Table("a", rows=3, size=30)]))
    collect(conn, endpoint_id, Staging([Table("a", rows=4, size=30)]))
    [a] = rows(conn, "SELECT id, version FROM catalog_datasets")
    assert a["version"] == 1
    today = datetime.now(UTC).date()
    for since in (today - timedelta(days=9), today):
        found = versions.observations_for_dataset_ids(conn, [a["id"]], since)[a["id"]]
        assert [(each.row_count_estimate, each.size_bytes) for each in found] == [(2, 20), (4, 30)]
    past = versions.get_dataset_as_of(conn, a["id"], now(conn) - timedelta(days=1))
    assert past is None  # it was not known then, whatever was observed


def test_two_states_are_compared_and_renames_suggested(conn: Db, endpoint_id: UUID) -> None:
    begin = now(conn)
    wide = ("id", "code", "title", "amount")
    first = [Table("customer", columns=wide), Table("b", columns=("user_name",)), Table("same")]
    collect(conn, endpoint_id, Staging(first))
    middle = now(conn)
    second = [Table("customers", columns=wide), Table("b", columns=("username",)), Table("same")]
    run_id = collect(conn, endpoint_id, Staging(second))
    span = Span(endpoint_id, middle, now(conn))
    assert comparisons.count_differences(conn, span) == ComparisonCounts(1, 1, 1)
    found = comparisons.list_differences(conn, span, 10)
    assert [(each.dataset.name, each.kind) for each in found] == [
        ("b", "CHANGED"),
        ("customer", "REMOVED"),
        ("customers", "ADDED"),
    ]
    assert [change.kind for change in found[0].changes] == ["COLUMN_REMOVED", "COLUMN_ADDED"]
    assert comparisons.list_differences(conn, span, 1, after=found[0].id)[0].id == found[1].id
    suggested = renames.renames_within(conn, span)
    assert [(each.kind, each.before, each.after) for each in suggested] == [
        ("DATASET", "public.customer", "public.customers"),
        ("COLUMN", "user_name", "username"),
    ]
    assert renames.renames_of_run(conn, endpoint_id, run_id) == suggested
    whole = Span(endpoint_id, begin, now(conn))
    assert comparisons.count_differences(conn, whole) == ComparisonCounts(3, 0, 0)
    back = collect(conn, endpoint_id, Staging(first))
    assert comparisons.count_differences(conn, Span(endpoint_id, middle, now(conn))) == ComparisonCounts(
        0, 0, 0
    )
    assert renames.renames_of_run(conn, endpoint_id, back) != []


def test_what_could_not_be_read_is_kept_with_its_reason(conn: Db, endpoint_id: UUID) -> None:
    failing = Staging(tables("a"), failures=[Table("f\0"), Table("g")], unlisted=["closed"])
    run_id = collect(conn, endpoint_id, failing)
    found = run_failures.list_failed_objects(conn, run_id, first=10)
    told = [(each.schema, each.name, each.reason) for each in found]
    assert told == [
        ("closed", None, "permission denied"),
        ("public", "f\ufffd", "it vanished"),
        ("public", "g", "it vanished"),
    ]
    assert run_failures.count_failed_objects(conn, run_id) == 3
    assert run_failures.list_failed_objects(conn, run_id, first=1, after=2)[0].name == "g"
