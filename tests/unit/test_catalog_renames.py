"""Renames are suggested where a name is near and the rest alike, each at most once, always the same."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.domain.catalog_renames import (
    MAX_COMPARED,
    Described,
    RenameKind,
    column_renames,
    dataset_renames,
)

WIDE = ("id", "code", "title", "amount", "placed")


def dataset(number: int, name: str, columns: Sequence[str] = WIDE) -> Described:
    document = {"columns": [{"name": column, "type": "text"} for column in columns]}
    return Described(UUID(int=number), f"public.{name}", name, document)


def column(name: str, type_: str = "text") -> dict[str, Any]:
    return {"name": name, "type": type_}


@pytest.mark.parametrize(
    ("gone", "came", "is_suggested"),
    [
        pytest.param(dataset(1, "customer"), dataset(2, "customers"), True, id="near name, same columns"),
        pytest.param(dataset(1, "Customer"), dataset(2, "CUSTOMER"), True, id="another case"),
        pytest.param(
            dataset(1, "customer"), dataset(2, "customers", (*WIDE, "city")), True, id="a column more"
        ),
        pytest.param(dataset(1, "customer"), dataset(2, "invoice"), False, id="another name"),
        pytest.param(dataset(1, "customer"), dataset(2, "customers", ("x", "y")), False, id="other columns"),
        pytest.param(dataset(1, "customer", ()), dataset(2, "customers", ()), False, id="no columns at all"),
    ],
)
def test_a_dataset_may_have_been_renamed(gone: Described, came: Described, is_suggested: bool) -> None:
    found = dataset_renames([gone], [came])
    assert bool(found) is is_suggested
    for each in found:
        assert (each.kind, each.dataset_id, each.to_dataset_id) == (RenameKind.DATASET, gone.id, came.id)
        assert (each.before, each.after) == (gone.display_name, came.display_name)
        assert 0 < each.similarity <= 1


def test_the_likeliest_comes_first_and_each_is_in_one_suggestion() -> None:
    gone = [dataset(1, "customer_old"), dataset(2, "customers")]
    came = [dataset(3, "customer"), dataset(4, "customer_older")]
    found = dataset_renames(gone, came)
    assert {(each.before, each.after) for each in found} == {
        ("public.customers", "public.customer"),
        ("public.customer_old", "public.customer_older"),
    }
    assert [each.similarity for each in found] == sorted((each.similarity for each in found), reverse=True)


@pytest.mark.parametrize(
    ("gone", "came", "is_suggested"),
    [
        (column("user_name"), column("username"), True),
        (column("user_name"), column("username", "integer"), False),
        (column("user_name"), column("placed"), False),
    ],
)
def test_a_column_may_have_been_renamed(
    gone: dict[str, Any], came: dict[str, Any], is_suggested: bool
) -> None:
    found = column_renames(UUID(int=9), [gone], [came])
    assert [(each.before, each.after) for each in found] == (
        [(gone["name"], came["name"])] if is_suggested else []
    )
    assert all(each.dataset_id == each.to_dataset_id == UUID(int=9) for each in found)


def test_of_very_many_only_the_first_are_compared() -> None:
    gone = [column(f"same_name_{number:04}") for number in range(MAX_COMPARED + 1)]
    assert len(column_renames(UUID(int=1), gone, gone)) == MAX_COMPARED


NAMES = st.lists(st.text("abc_", min_size=1, max_size=6), max_size=6, unique=True)


@given(NAMES, NAMES)
def test_nothing_is_suggested_twice_and_the_answer_is_always_the_same(
    one: list[str], other: list[str]
) -> None:
    gone, came = [[column(name) for name in names] for names in (one, other)]
    found = column_renames(UUID(int=1), gone, came)
    assert found == column_renames(UUID(int=1), gone, came)
    assert len({each.before for each in found}) == len({each.after for each in found}) == len(found)
