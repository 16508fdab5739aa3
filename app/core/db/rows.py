"""Running a named statement and turning its rows into values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from app.core.errors import BadInput

Conn = Connection[Any]
Row = dict[str, Any]
T = TypeVar("T")

_LAST_UUID = UUID(int=2**128 - 1)
_LAST_NUMBER = 2**63 - 1

_LIKE_SPECIAL = re.compile(r"([\\%_])")


def fetch_all(
    conn: Conn,
    sql: LiteralString,
    params: Mapping[str, Any],
    make: Callable[[Row], T],
    prepare: bool | None = None,
) -> list[T]:
    """Every row of the answer, made into a value. `prepare` False: planned for these very values."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return [make(row) for row in cursor.execute(sql, params, prepare=prepare)]


def fetch_one(
    conn: Conn, sql: LiteralString, params: Mapping[str, Any], make: Callable[[Row], T]
) -> T | None:
    """The first row of the answer, made into a value; None when there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(sql, params).fetchone()
        return None if row is None else make(row)


def fetch_inserted(conn: Conn, sql: LiteralString, params: Mapping[str, Any], make: Callable[[Row], T]) -> T:
    """The row that an INSERT … RETURNING made, as a value."""
    [made] = fetch_all(conn, sql, params, make)
    return made


def pick(cls: type[T], row: Row, **converted: Any) -> T:
    """An instance of the dataclass `cls` from the columns named like its fields, save those `converted`.

    A column that no field is named after is left out: a newer schema may have more. A field without a column
    is a KeyError that names it.
    """
    names = field_names(cls)  # type: ignore[arg-type]
    made = object.__new__(cls)
    # the __init__ of a frozen dataclass would set field by field, which takes longer than to read the row
    made.__dict__.update(zip(names, map((row | converted).__getitem__, names), strict=True))
    return made


@cache
def field_names(cls: type) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    return tuple(field.name for field in fields(cls))


def fetch_count(conn: Conn, sql: LiteralString, params: Mapping[str, Any]) -> int:
    """The single number of the answer."""
    with conn.cursor() as cursor:
        row = cursor.execute(sql, params).fetchone()
        return int(row[0]) if row is not None else 0


def execute(conn: Conn, sql: LiteralString, params: Mapping[str, Any]) -> int:
    """Run a statement without an answer; the number of rows it touched."""
    with conn.cursor() as cursor:
        return cursor.execute(sql, params).rowcount


@dataclass(frozen=True)
class Position:
    """A place in a list that is ordered newest first: the rows after it are smaller than (at, id).

    As bounds it is always there, so that one statement with one index condition serves every page.
    """

    at: datetime | str
    id: UUID | int

    def no_later_than(self, moment: datetime | None) -> "Position":
        """This place, or that of the newest row of `moment` where this is newer.

        As a condition of its own, `moment` would be checked on every row from this place on.
        """
        if moment is None or (isinstance(self.at, datetime) and self.at <= moment):
            return self
        return Position(moment, _LAST_UUID if isinstance(self.id, UUID) else _LAST_NUMBER)

    def bounds(self) -> Row:
        return {"before_at": self.at, "before_id": self.id}


NEWEST = Position("infinity", _LAST_UUID)
NEWEST_NUMBERED = Position("infinity", _LAST_NUMBER)


def position_after(
    conn: Conn, sql: LiteralString, after: UUID | int | None, start: Position = NEWEST
) -> Position:
    """Where the page past row `after` begins; `sql` finds its (at, id). Raises BadInput if unknown."""
    if after is None:
        return start
    found = fetch_one(conn, sql, {"id": after}, lambda row: Position(row["at"], row["id"]))
    if found is None:
        raise BadInput({"after": ["This is not the id of a row of this list."]})
    return found


def contains_pattern(text: str | None) -> str | None:
    """The LIKE pattern that finds `text` anywhere, taken literally; None for no text."""
    return f"%{_literally(text)}%" if text else None


def _literally(text: str) -> str:
    return _LIKE_SPECIAL.sub(r"\\\1", text)
