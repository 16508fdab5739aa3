"""What a run's records say: a parent is complete only when everything that was listed in it was met."""

from typing import Any

import pytest

from app.core.domain.runs import RunErrorCode
from app.core.domain.staged_index import MAX_FAILURES, ScopeFinding, StagedIndex, StagingRefused

DB, S = "db", "s"


def listing(schema: str | None = S, listed: int = 0, **changes: Any) -> dict[str, Any]:
    record = {"type": "listing", "database": DB, "schema": schema, "ok": True, "listed": listed}
    return record | {"complete": True, "reason": None} | changes


def failure(name: str | None, schema: str = S) -> dict[str, Any]:
    record = {"type": "failure", "database": DB, "schema": schema, "name": name}
    return record | {"code": "SOURCE_ERROR", "reason": "it vanished"}


def index_of(*records: dict[str, Any], seen: dict[str | None, int] | None = None) -> StagedIndex:
    index = StagedIndex()
    for schema, datasets in (seen or {}).items():
        index.add_datasets((DB, schema), datasets, datasets * 2)
    for record in records:
        index.add(record)
    return index


def finding(index: StagedIndex) -> ScopeFinding:
    [found] = index.scopes()
    return found


def test_what_was_listed_and_met_is_complete() -> None:
    index = index_of(listing(listed=3), failure("gone"), seen={S: 2})
    assert (index.datasets, index.columns, index.failed) == (2, 4, 1)
    assert index.unaccounted_scopes() == []
    assert finding(index) == ScopeFinding(DB, S, is_confirmed=True, is_complete=True, is_limited=False)
    assert index.is_partial  # for what failed
    assert not index_of(listing(listed=2), seen={S: 2}).is_partial


@pytest.mark.parametrize(
    ("listed", "seen", "failed"),
    [(3, 2, 0), (3, 1, 1), (1, 2, 0), (0, 1, 0), (1, 0, 0)],
)
def test_what_was_listed_and_not_met_makes_a_run_partial(listed: int, seen: int, failed: int) -> None:
    failures = [failure(f"f{number}") for number in range(failed)]
    index = index_of(listing(listed=listed), *failures, seen={S: seen} if seen else None)
    assert index.unaccounted_scopes() == [(DB, S)]
    assert index.is_partial
    assert not finding(index).is_complete


def test_a_surplus_of_one_parent_does_not_make_up_for_another() -> None:
    index = index_of(listing("a", 2), listing("b", 1), seen={"a": 1, "b": 2})
    assert sorted(index.unaccounted_scopes()) == [(DB, "a"), (DB, "b")]
    assert index.is_partial


def test_datasets_of_a_parent_that_was_never_listed_are_unaccounted() -> None:
    index = index_of(seen={S: 1})
    assert index.unaccounted_scopes() == [(DB, S)]
    assert finding(index) == ScopeFinding(DB, S, is_confirmed=True, is_complete=False, is_limited=False)


def test_a_parent_that_was_filtered_is_neither_confirmed_nor_complete() -> None:
    index = index_of({"type": "filtered", "database": DB, "schema": S, "count": 7})
    assert (index.filtered, index.is_partial) == (7, False)
    assert finding(index) == ScopeFinding(DB, S, is_confirmed=False, is_complete=False, is_limited=False)


def test_a_parent_that_could_not_be_listed_proves_nothing() -> None:
    index = index_of(listing(ok=False, reason="permission denied"), listing("other"))
    assert index.is_partial
    assert index.unread_scopes == 1
    assert [each.reason for each in index.failures] == ["permission denied"]
    found = {each.schema: each for each in index.scopes()}
    assert not found[S].is_confirmed
    assert not found[S].is_complete
    index.check_something_was_listed()


def test_a_schema_that_failed_after_its_listing_proves_nothing() -> None:
    index = index_of(listing(listed=2), failure(None), seen={S: 1})
    assert index.is_partial
    assert not finding(index).is_complete


def test_a_run_that_listed_nothing_is_refused() -> None:
    index = index_of(listing(ok=False, reason="permission denied"))
    with pytest.raises(StagingRefused, match="permission denied") as refusal:
        index.check_something_was_listed()
    assert refusal.value.code == RunErrorCode.SOURCE_ERROR
    index_of(listing()).check_something_was_listed()  # an empty source says something


def test_what_may_be_hidden_makes_a_run_partial() -> None:
    index = index_of(listing(listed=1, complete=False), seen={S: 1})
    assert finding(index) == ScopeFinding(DB, S, is_confirmed=True, is_complete=False, is_limited=True)
    assert not index.is_partial
    index.add_hidden((DB, S), 3)
    assert (index.is_partial, index.hidden, index.failed) == (True, 3, 0)
    [told] = index.failures
    assert (told.schema, told.name, told.code) == (S, None, "SOURCE_PERMISSION_DENIED")
    assert "not shown any more: 3." in told.reason


def test_parents_that_are_stored_alike_are_one() -> None:
    index = index_of(listing("a\0", 1), listing("a\ud800", 1), seen={"a\ufffd": 2})
    assert index.unaccounted_scopes() == []
    assert finding(index).schema == "a\ufffd"


def test_an_unknown_record_is_refused() -> None:
    with pytest.raises(StagingRefused, match="unknown type"):
        index_of({"type": "surprise", "database": DB, "schema": S})


def test_failures_are_kept_up_to_a_number_and_all_counted() -> None:
    index = index_of(*(failure(f"f{number}") for number in range(MAX_FAILURES + 5)))
    assert (index.failed, len(index.failures)) == (MAX_FAILURES + 5, MAX_FAILURES)
