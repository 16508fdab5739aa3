"""The catalog: datasets as the sources describe them, and how two descriptions differ. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from json.encoder import encode_basestring_ascii
from typing import Any
from uuid import UUID


class DatasetKind(StrEnum):
    TABLE = "TABLE"
    VIEW = "VIEW"
    MATERIALIZED_VIEW = "MATERIALIZED_VIEW"
    FOREIGN_TABLE = "FOREIGN_TABLE"
    FILE = "FILE"
    API_OPERATION = "API_OPERATION"
    TOPIC = "TOPIC"
    MODEL = "MODEL"


class ChangeKind(StrEnum):
    DATASET_ADDED = "DATASET_ADDED"
    DATASET_REMOVED = "DATASET_REMOVED"
    DATASET_RESTORED = "DATASET_RESTORED"
    DATASET_CHANGED = "DATASET_CHANGED"
    COLUMN_ADDED = "COLUMN_ADDED"
    COLUMN_REMOVED = "COLUMN_REMOVED"
    COLUMN_TYPE_CHANGED = "COLUMN_TYPE_CHANGED"
    COLUMN_NULLABILITY_CHANGED = "COLUMN_NULLABILITY_CHANGED"
    COLUMN_DEFAULT_CHANGED = "COLUMN_DEFAULT_CHANGED"
    COLUMN_COMMENT_CHANGED = "COLUMN_COMMENT_CHANGED"
    KEY_CHANGED = "KEY_CHANGED"


def dataset_identity(database: str | None, schema: str | None, name: str) -> bytes:
    """The digest of a dataset's exact names: two names that differ in anything are two datasets."""
    names = ["null" if part is None else encode_basestring_ascii(part) for part in (database, schema, name)]
    return hashlib.sha256(f"[{','.join(names)}]".encode("ascii")).digest()


def document_hash(document: bytes) -> str:
    """The hash by which a dataset is known to be unchanged: SHA-256 of its document, in hexadecimal."""
    return hashlib.sha256(document).hexdigest()


@dataclass(frozen=True)
class Dataset:
    """A row of the catalog. `document` is the connector's description: columns, keys, indexes, definition.

    `collected_at` and `collected_run_id` belong to the last run that confirmed the dataset; `found_by` is
    what was searched for in the list that it was read for.
    """

    id: UUID
    endpoint_id: UUID
    database: str | None
    schema: str | None
    name: str
    kind: DatasetKind
    comment: str | None
    document: Mapping[str, Any]
    version: int
    first_seen_at: datetime
    changed_at: datetime
    collected_at: datetime
    collected_run_id: UUID | None
    removed_at: datetime | None
    row_count_estimate: int | None
    size_bytes: int | None
    endpoint_labels: list[str]
    found_by: str | None = None

    @property
    def display_name(self) -> str:
        """The name with its schema, as people write it."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True)
class Change:
    """One difference that a run found. `id` grows with time."""

    id: int
    at: datetime
    kind: ChangeKind
    endpoint_id: UUID
    dataset_id: UUID
    run_id: UUID | None
    field: str | None
    before: Any
    after: Any
    is_breaking: bool


@dataclass(frozen=True)
class DatasetFilter:
    """Which datasets to list; None does not restrict.

    `search` is looked for in the names of dataset, schema and columns, and in the comments (catalog_search).
    `labels` are the endpoint's; all of them must be there.
    """

    endpoint_id: UUID | None = None
    search: str | None = None
    labels: Collection[str] | None = None
    schema: str | None = None
    kind: DatasetKind | None = None
    include_removed: bool = False


@dataclass(frozen=True)
class ChangeFilter:
    """Which changes to list; None does not restrict. `from_` and `to` bound `at`, inclusive."""

    endpoint_id: UUID | None = None
    dataset_id: UUID | None = None
    run_id: UUID | None = None
    kinds: Collection[ChangeKind] | None = None
    breaking_only: bool = False
    from_: datetime | None = None
    to: datetime | None = None
