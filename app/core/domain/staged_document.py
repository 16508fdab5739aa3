"""A staged document: the JSON text that describes one dataset, and what the catalog takes from it. Pure."""

import json
import re
from typing import Any, NamedTuple

from app.core.domain.catalog import dataset_identity


class StagedDocument(NamedTuple):
    """A document with its heading, as PostgreSQL can store them. `identity` is that of the exact names."""

    identity: bytes
    database: str | None
    schema: str | None
    name: str
    kind: str
    comment: str | None
    text: str


def read_document(raw: bytes) -> StagedDocument:
    """What the catalog stores of a document. Raises ValueError or KeyError for what is no document.

    A document whose heading stands first, as connectors write it, is not read any further: the database
    reads it anyway.
    """
    begun = _BEGINNING.match(raw)
    if begun is not None and not _UNSTORABLE_ESCAPE.search(raw):
        heading, text = [json.loads(value) for value in begun.groups()], raw.decode()
    else:
        document = json.loads(raw)
        heading, text = [document[key] for key in _HEADING], json.dumps(storable(document))
    identity = dataset_identity(*heading[:3])
    database, schema, name, kind, comment = storable(heading)
    return StagedDocument(identity, database, schema, name, kind, comment, text)


def storable(value: Any) -> Any:
    """`value`, as JSON has it, without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


_HEADING = ("database", "schema", "name", "kind", "comment")
_TEXT = r'"(?:[^"\\]|\\.)*+"'
_BEGINNING = re.compile(
    (
        r'\{"type" ?: ?"dataset"'
        + "".join(rf', ?"{key}" ?: ?(null|{_TEXT})' for key in _HEADING)
        + r', ?"columns" ?:'
    ).encode()
)
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
