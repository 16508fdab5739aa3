"""A staged document: the JSON text that describes one dataset, and the row that announces it. Pure.

Rows are lines of PostgreSQL's COPY text format, made where the source is read: they are copied as they are.
"""

import json
import re
from typing import Any, NamedTuple

from app.core.domain.catalog import dataset_identity, document_hash


class StagedDocument(NamedTuple):
    """A document with its heading, as PostgreSQL can store them. `identity` is that of the exact names."""

    identity: bytes
    database: str | None
    schema: str | None
    name: str
    kind: str
    comment: str | None
    text: bytes


class AnnouncedDataset(NamedTuple):
    """A dataset's row as far as its document needs it: the fields that the row of the catalog begins with, as
    they are copied, the hash of the document, and which of the run's datasets it is."""

    heading: bytes
    hash: bytes
    ordinal: int


def read_document(raw: bytes) -> StagedDocument:
    """What the catalog stores of a document. Raises ValueError or KeyError for what is no document.

    A document whose heading stands first, as connectors write it, is not read any further: the database
    reads it anyway.
    """
    begun = _BEGINNING.match(raw)
    if begun is not None and not _UNSTORABLE_ESCAPE.search(raw):
        heading, text = [_read_text(literal) for literal in begun.groups()], raw
        identity = dataset_identity(*heading[:3])
    else:
        document = json.loads(raw)
        heading, text = [document[key] for key in _HEADING], json.dumps(storable(document)).encode()
        identity, heading = dataset_identity(*heading[:3]), storable(heading)
    database, schema, name, kind, comment = heading
    return StagedDocument(identity, database, schema, name, kind, comment, text)


def dataset_row(
    document: StagedDocument,
    ordinal: int,
    columns: int,
    row_count_estimate: int | None,
    size_bytes: int | None,
) -> bytes:
    """A dataset as one line: what its row of the catalog begins with, its document's hash, then the rest.

    `ordinal` counts the datasets of a run from 0.
    """
    *texts, text = document[1:]
    heading = [_field(value) for value in texts]
    numbers = (ordinal, columns, row_count_estimate, size_bytes)
    counts = ["\\N" if number is None else str(number) for number in numbers]
    fields = ["\\\\x" + document.identity.hex(), *heading, document_hash(text), *counts]
    return "\t".join(fields).encode() + b"\n"


def read_row(row: bytes) -> AnnouncedDataset:
    """A dataset's row, the end of its line cut off. Raises ValueError for what is none."""
    heading, digest, ordinal, *_ = row.rsplit(b"\t", 5)
    return AnnouncedDataset(heading, digest, int(ordinal))


def copied_document(document: bytes) -> bytes:
    """A document as a field of COPY's text format."""
    for special, escape in _BYTE_ESCAPES:
        document = document.replace(special, escape)
    return document


def storable(value: Any) -> Any:
    """`value`, as JSON has it, without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def _read_text(literal: bytes) -> Any:
    """A text, or None, as JSON has it: itself between quotes, mostly."""
    return literal[1:-1].decode() if _PLAIN.fullmatch(literal) else json.loads(literal)


def _field(text: str | None) -> str:
    if text is None:
        return "\\N"
    return text.translate(_ESCAPES) if _SPECIAL_TEXT.search(text) else text


_HEADING = ("database", "schema", "name", "kind", "comment")
_TEXT = r'"(?:[^"\\]|\\.)*+"'
_BEGINNING = re.compile(
    (
        r'\{"type" ?: ?"dataset"'
        + "".join(rf', ?"{key}" ?: ?(null|{_TEXT})' for key in _HEADING)
        + r', ?"columns" ?:'
    ).encode()
)
_PLAIN = re.compile(rb'"[^"\\\x00-\x1f]*"')
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# The backslash first: the others' escapes begin with one.
_BYTE_ESCAPES = ((b"\\", rb"\\"), (b"\t", rb"\t"), (b"\n", rb"\n"), (b"\r", rb"\r"))
_SPECIAL_TEXT = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({special.decode(): escape.decode() for special, escape in _BYTE_ESCAPES})
