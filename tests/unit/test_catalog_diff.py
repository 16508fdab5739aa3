"""The catalog diff names every change, and breaking is what a reader of the dataset can trip over."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.domain.catalog import ChangeKind
from app.core.domain.catalog_diff import diff_documents, is_wider_type


def _column(name: str, **changed: Any) -> dict[str, Any]:
    return {"position": 1, "name": name, "type": "integer", "nullable": True, "default": None} | changed


def _document(**changed: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": "TABLE",
        "comment": None,
        "columns": [_column("a"), _column("b")],
        "primary_key": ["a"],
        "foreign_keys": [{"name": "fk", "columns": ["b"], "to_name": "other", "to_columns": ["id"]}],
        "indexes": [
            {"name": "u", "columns": ["b"], "unique": True},
            {"name": "i", "columns": ["b"], "unique": False},
        ],
        "definition": None,
    }
    return document | changed


C = ChangeKind


def _b(**changed: Any) -> dict[str, Any]:
    return {"columns": [_column("a"), _column("b", **changed)]}


@pytest.mark.parametrize(
    ("changed", "kind", "field", "is_breaking"),
    [
        ({"columns": [_column("a"), _column("b"), _column("c")]}, C.COLUMN_ADDED, "c", False),
        ({"columns": [_column("a")]}, C.COLUMN_REMOVED, "b", True),
        (_b(type="bigint"), C.COLUMN_TYPE_CHANGED, "b", False),
        (_b(type="text"), C.COLUMN_TYPE_CHANGED, "b", True),
        (_b(nullable=False), C.COLUMN_NULLABILITY_CHANGED, "b", True),
        (_b(default="0"), C.COLUMN_DEFAULT_CHANGED, "b", False),
        (_b(comment="x"), C.COLUMN_COMMENT_CHANGED, "b", False),
        (_b(position=9), C.DATASET_CHANGED, None, False),
        ({"columns": [_column("b"), _column("a")]}, C.DATASET_CHANGED, "column_order", False),
        ({"primary_key": ["a", "b"]}, C.KEY_CHANGED, "primary_key", True),
        ({"foreign_keys": []}, C.KEY_CHANGED, "fk", True),
        ({"comment": "words"}, C.DATASET_CHANGED, "comment", False),
        ({"kind": "VIEW"}, C.DATASET_CHANGED, "kind", False),
        ({"definition": "SELECT 1"}, C.DATASET_CHANGED, "definition", False),
    ],
)
def test_a_single_difference_is_a_single_change(
    changed: dict[str, Any], kind: ChangeKind, field: str | None, is_breaking: bool
) -> None:
    [difference] = diff_documents(_document(), _document(**changed))
    assert (difference.kind, difference.field, difference.is_breaking) == (kind, field, is_breaking)


def test_an_index_is_a_key_only_when_it_is_unique() -> None:
    without_unique = _document(indexes=[{"name": "i", "columns": ["b"], "unique": False}])
    without_plain = _document(indexes=[{"name": "u", "columns": ["b"], "unique": True}])
    [key] = diff_documents(_document(), without_unique)
    [plain] = diff_documents(_document(), without_plain)
    assert (key.kind, key.field, key.after) == (ChangeKind.KEY_CHANGED, "u", None)
    assert (plain.kind, plain.field, plain.after) == (ChangeKind.DATASET_CHANGED, "indexes", [])


def test_a_change_carries_both_values() -> None:
    [change] = diff_documents(_document(), _document(columns=[_column("a"), _column("b", default="now()")]))
    assert (change.before, change.after) == (None, "now()")


@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [
        ("integer", "bigint", True),
        ("bigint", "integer", False),
        ("int(11)", "int", True),
        ("int", "int unsigned", False),
        ("varchar(10)", "varchar(20)", True),
        ("character varying(20)", "character varying(10)", False),
        ("character varying(20)", "character varying", True),
        ("character varying", "character varying(20)", False),
        ("varchar(20)", "text", True),
        ("text", "varchar(20)", False),
        ("numeric(10,2)", "numeric(12,2)", True),
        ("numeric(10,2)", "numeric(10,4)", False),
        ("numeric(10,2)", "numeric", True),
        ("numeric", "numeric(10,2)", False),
        ("char(5)", "char(9)", False),
        ("timestamp without time zone", "timestamp with time zone", False),
        ("enum('a','b')", "enum('a','b','c')", False),
        ("", "integer", False),
    ],
)
def test_only_a_type_known_to_hold_every_old_value_is_wider(before: str, after: str, wider: bool) -> None:
    assert is_wider_type(before, after) is wider


_NAMES = st.sampled_from(["a", "b", "c", "d"])
_COLUMNS = st.lists(
    st.fixed_dictionaries(
        {
            "position": st.integers(1, 3),
            "name": _NAMES,
            "type": st.sampled_from(["integer", "bigint"]),
            "nullable": st.booleans(),
            "default": st.sampled_from([None, "0"]),
        }
    ),
    max_size=4,
)
_DOCUMENTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["TABLE", "VIEW"]),
        "columns": _COLUMNS,
        "primary_key": st.lists(_NAMES, max_size=2),
        "indexes": st.lists(
            st.fixed_dictionaries({"name": _NAMES, "columns": st.just(["a"]), "unique": st.booleans()}),
            max_size=3,
        ),
    }
)


@given(before=_DOCUMENTS, after=_DOCUMENTS)
def test_documents_differ_only_with_a_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(diff_documents(before, after)) == (before != after)
    assert diff_documents(before, copy.deepcopy(before)) == []
