"""Many rows at once, column by column: for lists that are asked for all the time.

A row that is made into a value takes a good many steps of Python. A column takes as many for all its rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, TypeVar

from psycopg.rows import tuple_row

from app.core.db.rows import Conn, field_names

Columns = dict[str, Sequence[Any]]
T = TypeVar("T")


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
