"""Many rows at once, column by column: for lists that are asked for all the time.

A row that is made into a value takes a good many steps of Python. A column takes as many for all its rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar, overload

from psycopg.rows import tuple_row

from app.core.db.rows import Conn, field_names

Columns = dict[str, Sequence[Any]]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Rows(Sequence[T]):
    """Rows that are kept as columns. One that is looked at becomes an instance of the dataclass `of`."""

    of: type[T]
    columns: Columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows[T]": ...
    def __getitem__(self, index: int | slice) -> "T | Rows[T]":
        if isinstance(index, slice):
            return Rows(self.of, {name: values[index] for name, values in self.columns.items()})
        [made] = pick_all(self.of, {name: [values[index]] for name, values in self.columns.items()})
        return made

    def __iter__(self) -> Iterator[T]:
        return iter(pick_all(self.of, self.columns))

    def column(self, name: str) -> Sequence[Any]:
        """What the rows hold under `name`: as it was read, or as each of them makes it."""
        return self.columns[name] if name in self.columns else [getattr(row, name) for row in self]


def column(rows: Sequence[Any], name: str) -> Sequence[Any]:
    """What each of the `rows` has under `name`."""
    return rows.column(name) if isinstance(rows, Rows) else [getattr(row, name) for row in rows]


def fetch_columns(conn: Conn, sql: LiteralString, params: Mapping[str, Any]) -> Columns:
    """The answer's columns by name, all of the same length."""
    with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        rows = cursor.execute(sql, params).fetchall()
        result = cursor.pgresult
    # cursor.description would look much more up than the names
    names = [] if result is None else [(result.fname(i) or b"").decode() for i in range(result.nfields)]
    return dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))


def pick_all(cls: type[T], columns: Mapping[str, Sequence[Any]], **converted: Sequence[Any]) -> list[T]:
    """For each row an instance of the dataclass `cls`, as rows.pick makes it."""
    names = field_names(cls)  # type: ignore[arg-type]
    chosen = map({**columns, **converted}.__getitem__, names)
    made = []
    for values in zip(*chosen, strict=True):
        instance = object.__new__(cls)
        # As in rows.pick: the __init__ of a frozen dataclass takes longer than to read the row. To compare
        # lengths, which are the same, takes a quarter of the time.
        instance.__dict__.update(zip(names, values, strict=False))
        made.append(instance)
    return made
