"""Rows of mysql.sql, which are parts of objects, as parts of documents."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

Row = tuple[Any, ...]

HEADER, COLUMN, INDEX, FOREIGN_KEY, VIEW_TEXT = range(5)


def by_key(rows: list[Row], part: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """The rows of one part, grouped by the name of the index or key they belong to."""
    for key, group in groupby((row for row in rows if row[2] == part), key=lambda row: row[3]):
        yield key.decode(), group


def column(row: Row) -> dict[str, Any]:
    """A column as a document has it."""
    position, name, column_type, nullable, default, comment, extra, generated = row[4:12]
    extra = extra or ""
    if generated:
        default = f"GENERATED ALWAYS AS ({generated})"
    elif "auto_increment" in extra:
        default = "AUTO_INCREMENT"
    elif default == "NULL" and nullable == "YES":
        default = None  # MariaDB's way of saying that there is no default
    on_update = extra.lower().find("on update ")
    if on_update >= 0:
        default = f"{default or 'NULL'} {extra[on_update:]}"
    return {
        "name": name,
        "type": column_type,
        "comment": comment or None,
        "default": default,
        "nullable": nullable == "YES",
        "position": int(position),  # a UNION of unlike integers is a decimal
    }


def index(name: str, rows: list[Row]) -> dict[str, Any]:
    """An index as a document has it."""
    return {"name": name, "unique": rows[0][6] == "0", "columns": [row[5] for row in rows]}


def foreign_key(name: str, rows: list[Row]) -> dict[str, Any]:
    """A foreign key as a document has it."""
    return {
        "name": name,
        "columns": [row[5] for row in rows],
        "to_name": rows[0][7],
        "to_schema": rows[0][6],
        "to_columns": [row[8] for row in rows],
    }
