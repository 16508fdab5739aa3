"""How two documents of one dataset differ, as the changes that the catalog records. Pure.

A document is what a connector says of a dataset: `kind`, `comment`, `columns`, `primary_key`,
`foreign_keys`, `indexes`, `definition`. Two documents that differ in anything give at least one change.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.domain.catalog import ChangeKind

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One change between two documents. `field` names the column, the key, or the part of the document."""

    kind: ChangeKind
    field: str | None
    before: Any
    after: Any
    is_breaking: bool = False


def diff_documents(before: Document, after: Document) -> list[Difference]:
    """The changes from one document to the next: columns first, then keys, then everything else.

    Breaking is what a reader or a writer of the dataset can trip over: a column that is gone, a type that no
    longer holds every old value, nullability either way, another key.
    """
    differences = [
        *_column_differences(before.get("columns") or [], after.get("columns") or []),
        *_key_differences(before, after),
        *_other_differences(before, after),
    ]
    if not differences and before != after:
        # e.g. positions that were renumbered, or a key that an older connector did not write
        differences.append(Difference(ChangeKind.DATASET_CHANGED, None, None, None))
    return differences


_COLUMN_KINDS = {
    "type": ChangeKind.COLUMN_TYPE_CHANGED,
    "nullable": ChangeKind.COLUMN_NULLABILITY_CHANGED,
    "default": ChangeKind.COLUMN_DEFAULT_CHANGED,
    "comment": ChangeKind.COLUMN_COMMENT_CHANGED,
}


def _column_differences(before: Sequence[Document], after: Sequence[Document]) -> Iterator[Difference]:
    old = {column["name"]: column for column in before}
    new = {column["name"]: column for column in after}
    for name, column in old.items():
        if name not in new:
            yield Difference(ChangeKind.COLUMN_REMOVED, name, dict(column), None, is_breaking=True)
    for name, column in new.items():
        if name not in old:
            yield Difference(ChangeKind.COLUMN_ADDED, name, None, dict(column))
            continue
        for key, kind in _COLUMN_KINDS.items():
            was, now = old[name].get(key), column.get(key)
            if was != now:
                yield Difference(kind, name, was, now, _column_change_breaks(kind, was, now))
    old_order = [name for name in old if name in new]
    new_order = [name for name in new if name in old]
    if old_order != new_order:
        yield Difference(ChangeKind.DATASET_CHANGED, "column_order", list(old), list(new))


def _column_change_breaks(kind: ChangeKind, before: Any, after: Any) -> bool:
    if kind is ChangeKind.COLUMN_TYPE_CHANGED:
        return not is_wider_type(str(before), str(after))
    return kind is ChangeKind.COLUMN_NULLABILITY_CHANGED


def _key_differences(before: Document, after: Document) -> Iterator[Difference]:
    old_key, new_key = before.get("primary_key") or [], after.get("primary_key") or []
    if old_key != new_key:
        yield Difference(ChangeKind.KEY_CHANGED, "primary_key", old_key, new_key, is_breaking=True)
    for part, unique_only in (("foreign_keys", False), ("indexes", True)):
        old, new = (_named(document.get(part) or [], unique_only) for document in (before, after))
        for name in [*old, *(name for name in new if name not in old)]:
            if old.get(name) != new.get(name):
                yield Difference(ChangeKind.KEY_CHANGED, name, old.get(name), new.get(name), is_breaking=True)


def _named(items: Sequence[Document], unique_only: bool) -> dict[str | None, Document]:
    return {item.get("name"): dict(item) for item in items if item.get("unique") or not unique_only}


_REPORTED_ELSEWHERE = {"columns", "primary_key", "foreign_keys", "indexes"}


def _other_differences(before: Document, after: Document) -> Iterator[Difference]:
    for key in sorted({*before, *after} - _REPORTED_ELSEWHERE):
        if before.get(key) != after.get(key):
            yield Difference(ChangeKind.DATASET_CHANGED, key, before.get(key), after.get(key))
    old, new = (_plain_indexes(document) for document in (before, after))
    if old != new:
        yield Difference(ChangeKind.DATASET_CHANGED, "indexes", old, new)


def _plain_indexes(document: Document) -> list[Document]:
    return [dict(index) for index in document.get("indexes") or [] if not index.get("unique")]


_TYPE = re.compile(r"^([a-z][a-z_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*(unsigned)?$")
_SAME_TYPE = {
    "int2": "smallint",
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "double": "double precision",
    "decimal": "numeric",
    "varchar": "character varying",
    "nvarchar": "character varying",
}
_TYPES_WITH_LENGTH = {"character varying", "varbinary", "bit varying"}
# A number after an integer type is a display width and bounds nothing.
_ORDERED_TYPES = (
    ("tinyint", "smallint", "mediumint", "integer", "bigint"),
    ("real", "double precision"),
    ("float", "double precision"),
    ("tinytext", "text", "mediumtext", "longtext"),
    ("tinyblob", "blob", "mediumblob", "longblob"),
)


def is_wider_type(before: str, after: str) -> bool:
    """Whether every value of the type `before` also fits `after`; False when that is not known."""
    old, new = _TYPE.match(before.lower()), _TYPE.match(after.lower())
    if old is None or new is None or old[4] != new[4]:
        return False
    old_name, new_name = _SAME_TYPE.get(old[1], old[1]), _SAME_TYPE.get(new[1], new[1])
    if old_name == new_name == "numeric":
        return _is_wider_numeric(old, new)
    if old_name == new_name and old_name in _TYPES_WITH_LENGTH:
        return _is_longer(old, new)
    if old_name == "character varying" and new_name == "text":
        return True
    return any(
        old_name in names and new_name in names and names.index(old_name) <= names.index(new_name)
        for names in _ORDERED_TYPES
    )


def _is_longer(old: re.Match[str], new: re.Match[str]) -> bool:
    return new[2] is None or (old[2] is not None and int(new[2]) >= int(old[2]))


def _is_wider_numeric(old: re.Match[str], new: re.Match[str]) -> bool:
    if new[2] is None or old[2] is None:
        return new[2] is None
    old_scale, new_scale = int(old[3] or 0), int(new[3] or 0)
    return new_scale >= old_scale and int(new[2]) - new_scale >= int(old[2]) - old_scale
