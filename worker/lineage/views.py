"""What is asked and told about a view's text, on both sides of the parser's process."""

from dataclasses import dataclass
from typing import NamedTuple


class Unreadable(Exception):
    """A text that nothing can be taken from; the message is a sentence that quotes nothing of it."""


class TableName(NamedTuple):
    """A table as a text names it, its schema filled in."""

    schema: str | None
    name: str


class View(NamedTuple):
    """A view: the template of its source, its schema, its columns in order, its text."""

    template: str
    schema: str | None
    columns: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Traced:
    """What a view is made from. `pairs`: for each table, its columns and the view's that are made from them;
    `unknown`: those of the view's columns that may be made from others than told; `note`: why, where no
    column is known."""

    pairs: dict[TableName, list[tuple[str, str]]]
    unknown: tuple[str, ...] = ()
    note: str | None = None
