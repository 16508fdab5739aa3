"""Rows for tests of the API, written straight into the database."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

from app.core.domain.catalog import dataset_identity
from app.core.domain.secrets import SecretBox
from tests.searching import index_datasets

SECRET_KEY = Fernet.generate_key().decode()
BEGIN = datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Seed:
    """Inserts rows; each `…_at` is BEGIN plus the given number of minutes."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """`connection` commits by itself."""
        self._connection = connection

    def endpoint(self, name: str = "Shop", minutes: int = 0, **columns: object) -> UUID:
        given = {
            "source_id": f"{name}-{minutes}",
            "name": name,
            "url": "postgresql://***@db:5432/shop",
            "template_id": "postgres",
            "parameters": json.dumps({"host": "db", "port": 5432, "database": "shop", "username": "u"}),
            "secrets": json.dumps(SecretBox([SECRET_KEY]).seal({"password": "seed-pw-5512"})),
            "capabilities": ["metadata"],
            "created_at": BEGIN + timedelta(minutes=minutes),
        }
        return self._insert("metadata_endpoints", given | columns)

    def collection(self, endpoint_id: UUID, minutes: int = 0, **columns: object) -> UUID:
        given = {"endpoint_id": endpoint_id, "created_at": BEGIN + timedelta(minutes=minutes)}
        return self._insert("metadata_collections", given | columns)

    def run(
        self,
        endpoint_id: UUID,
        collection_id: UUID | None,
        minutes: int = 0,
        status: str = "SUCCEEDED",
        **columns: object,
    ) -> UUID:
        requested = BEGIN + timedelta(minutes=minutes)
        given = {
            "endpoint_id": endpoint_id,
            "collection_id": collection_id,
            "status": status,
            "trigger": "MANUAL",
            "requested_at": requested,
            "completed_at": None if status in ("QUEUED", "RUNNING") else requested + timedelta(seconds=9),
        }
        return self._insert("metadata_collection_runs", given | columns)

    def log_line(self, run_id: UUID, message: str, level: str = "INFO") -> None:
        self._execute(
            "INSERT INTO metadata_collection_run_logs (run_id, level, message) VALUES (%s, %s, %s)",
            run_id,
            level,
            message,
        )

    def dataset(
        self, endpoint_id: UUID, name: str, run_id: UUID | None = None, minutes: int = 0, **document: object
    ) -> UUID:
        """A table public.<name> of database shop, with a column `id` that is its key."""
        described = {
            "columns": [
                {
                    "position": 1,
                    "name": "id",
                    "type": "bigint",
                    "nullable": False,
                    "default": None,
                    "comment": "The key",
                },
                {
                    "position": 2,
                    "name": "note",
                    "type": "text",
                    "nullable": True,
                    "default": "'-'",
                    "comment": None,
                },
            ],
            "primary_key": ["id"],
            "foreign_keys": [],
            "indexes": [{"name": f"{name}_pkey", "columns": ["id"], "unique": True}],
            "definition": None,
        }
        seen = BEGIN + timedelta(minutes=minutes)
        given = {
            "endpoint_id": endpoint_id,
            "identity": dataset_identity("shop", "public", name),
            "database": "shop",
            "schema": "public",
            "name": name,
            "kind": "TABLE",
            "comment": f"All {name}",
            "document": json.dumps(described | document),
            "document_hash": name,
            "first_seen_at": seen,
            "changed_at": seen,
            "changed_run_id": run_id,
        }
        inserted = self._insert("catalog_datasets", given)
        self.index_dataset(inserted)
        return inserted

    def index_dataset(self, dataset_id: UUID) -> None:
        """Let a dataset that was written past the merge be found as it is now."""
        index_datasets(self._connection, [dataset_id])

    def lineage(self, dataset_id: UUID, *reads: str, note: str | None = None) -> None:
        """Say that a dataset is a view over others of its schema, by their names."""
        self._execute("UPDATE catalog_datasets SET kind = 'VIEW' WHERE id = %s", dataset_id)
        self._execute(
            "INSERT INTO catalog_lineage SELECT id, document_hash, 1, %s, %s"
            " FROM catalog_datasets WHERE id = %s",
            BEGIN,
            note,
            dataset_id,
        )
        for name in reads:
            self._execute(
                "INSERT INTO catalog_lineage_sources"
                """ SELECT id, %s, endpoint_id, 'public', %s, 'COLUMN', '[["id", "id"]]'"""
                " FROM catalog_datasets WHERE id = %s",
                dataset_identity("shop", "public", name),
                name,
                dataset_id,
            )

    def observation(self, dataset_id: UUID, rows: int, size_bytes: int) -> None:
        self._execute(
            "INSERT INTO catalog_observations VALUES (%s, %s, %s, %s)", dataset_id, rows, size_bytes, BEGIN
        )

    def change(
        self, endpoint_id: UUID, dataset_id: UUID, run_id: UUID, minutes: int = 0, **columns: object
    ) -> None:
        given = {
            "at": BEGIN + timedelta(minutes=minutes),
            "kind": "DATASET_ADDED",
            "endpoint_id": endpoint_id,
            "dataset_id": dataset_id,
            "run_id": run_id,
        }
        self._insert_row("catalog_changes", given | columns)

    def version(self, dataset_id: UUID, run_id: UUID, minutes: int = 0) -> None:
        """A superseded version, the dataset's document half a minute earlier."""
        self._execute(
            """INSERT INTO catalog_versions
                (dataset_id, version, valid_from, valid_to, from_run_id, kind, document)
            SELECT id, 0, %s, changed_at, %s, kind, document FROM catalog_datasets WHERE id = %s""",
            BEGIN + timedelta(minutes=minutes - 0.5),
            run_id,
            dataset_id,
        )

    def failed_object(self, run_id: UUID, number: int, name: str) -> None:
        self._execute(
            "INSERT INTO metadata_collection_run_failures (run_id, id, schema, name, code, reason)"
            " VALUES (%s, %s, 'public', %s, 'SOURCE_ERROR', 'it vanished')",
            run_id,
            number,
            name,
        )

    def held_removal(self, endpoint_id: UUID, dataset_id: UUID, run_id: UUID, minutes: int = 0) -> None:
        """The removal of a dataset that waits for a person."""
        self._execute(
            "INSERT INTO catalog_held_removals (run_id, dataset_id, endpoint_id, held_at)"
            " VALUES (%s, %s, %s, %s)",
            run_id,
            dataset_id,
            endpoint_id,
            BEGIN + timedelta(minutes=minutes),
        )

    def _insert(self, table: str, columns: dict[str, object]) -> UUID:
        found = self._insert_row(table, columns)
        assert isinstance(found, UUID)
        return found

    def _insert_row(self, table: str, columns: dict[str, object]) -> object:
        names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
        row = self._execute(
            f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *columns.values()
        )
        assert row is not None
        return row[0]

    def _execute(self, sql: str, *params: object) -> tuple[object, ...] | None:
        cursor = self._connection.execute(sql.encode(), params)
        return cursor.fetchone() if cursor.description else None
