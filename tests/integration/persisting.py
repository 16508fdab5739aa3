"""What the persist and reconciler tests share: rows to work on, and staged records made by hand."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from app.core.db.catalog_merge import StagedRecords, merge_staged
from app.core.domain.staged_document import dataset_row, read_document
from app.core.domain.staged_index import IndexRecord

Db = Connection[Any]


def insert_endpoint(conn: Db, name: str = "source") -> UUID:
    row = conn.execute(
        "INSERT INTO metadata_endpoints (source_id, name, url, template_id, capabilities)"
        " VALUES (gen_random_uuid()::text, %s, 'postgres://db', 'postgres', '{metadata}') RETURNING id",
        (name,),
    ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def insert_run(conn: Db, endpoint_id: UUID, status: str = "RUNNING", **columns: Any) -> UUID:
    values = {"endpoint_id": endpoint_id, "status": status, "trigger": "MANUAL"} | columns
    names = ", ".join(values)
    marks = ", ".join(f"%({name})s" for name in values)
    row = conn.execute(
        f"INSERT INTO metadata_collection_runs ({names}) VALUES ({marks}) RETURNING id", values
    ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


@dataclass(frozen=True)
class Table:
    name: str
    schema: str | None = "public"
    database: str | None = "db"
    columns: Sequence[str] = ("id",)
    kind: str = "TABLE"
    rows: int | None = None
    size: int | None = None

    def document(self) -> dict[str, Any]:
        columns = [
            {"position": i, "name": c, "type": "integer", "nullable": True, "default": None, "comment": None}
            for i, c in enumerate(self.columns, start=1)
        ]
        return {
            "type": "dataset",
            "database": self.database,
            "schema": self.schema,
            "name": self.name,
            "kind": self.kind,
            "comment": None,
            "columns": columns,
            "primary_key": [],
            "foreign_keys": [],
            "indexes": [],
            "definition": None,
        }


@dataclass(frozen=True)
class Staging:
    """A run's staging. Schemas of tables and failures are listed unless `unlisted` names them."""

    tables: Sequence[Table] = ()
    failures: Sequence[Table] = ()
    schemas: Sequence[str | None] = ()
    unlisted: Sequence[str | None] = ()
    incomplete: Sequence[str | None] = ()
    filtered: Sequence[str | None] = ()
    complete_scope: bool = True
    limited_scope: bool = False
    scope_database: str | None = "db"

    def findings(self) -> list[IndexRecord]:
        known = [t.schema for t in (*self.tables, *self.failures)]
        records = [self._listing(s, known.count(s)) for s in dict.fromkeys([*self.schemas, *known])]
        records += [self._listing(s, 0) for s in self.unlisted if s not in (*self.schemas, *known)]
        records += [_record("filtered", Table("", schema), count=7) for schema in self.filtered]
        records += [
            _record("failure", t, name=t.name, code="SOURCE_ERROR", reason="it vanished")
            for t in self.failures
        ]
        return records

    def datasets(self) -> Iterator[tuple[bytes, bytes]]:
        """The row and the document of each table."""
        for ordinal, table in enumerate(self.tables):
            document = read_document(json.dumps(table.document()).encode())
            yield dataset_row(document, ordinal, len(table.columns), table.rows, table.size), document.text

    def rows(self) -> Iterator[bytes]:
        return (row for row, _ in self.datasets())

    def _listing(self, schema: str | None, listed: int) -> IndexRecord:
        ok = schema not in self.unlisted
        return _record(
            "listing",
            Table("", schema, self.scope_database),
            ok=ok,
            listed=listed if ok else 0,
            complete=ok and schema not in self.incomplete,
            reason=None if ok else "permission denied",
        )

    def documents(self, ordinals: Collection[int]) -> Iterator[tuple[bytes, bytes]]:
        for ordinal, (row, document) in enumerate(self.datasets()):
            if ordinal in ordinals:
                yield row.removesuffix(b"\n"), document

    def records(self) -> StagedRecords:
        read = self.findings, self.rows, self.documents
        return StagedRecords(*read, self.complete_scope, self.scope_database, self.limited_scope)


def _record(kind: str, table: Table, **rest: Any) -> IndexRecord:
    return {"type": kind, "database": table.database, "schema": table.schema, **rest}


def collect(conn: Db, endpoint_id: UUID, staging: Staging) -> UUID:
    """One run from RUNNING to its end with this staging merged; its id."""
    run_id = insert_run(conn, endpoint_id)
    with conn.transaction():
        partial = merge_staged(conn, run_id, staging.records(), limit_seconds=60).is_partial
    end_run(conn, run_id, "PARTIAL" if partial else "SUCCEEDED")
    return run_id


def end_run(conn: Db, run_id: UUID, status: str) -> None:
    conn.execute(
        "UPDATE metadata_collection_runs SET status = %s, completed_at = now() WHERE id = %s",
        (status, run_id),
    )
    conn.commit()


def rows(conn: Db, sql: str, *parameters: Any) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(sql.encode(), parameters).fetchall()
    conn.commit()
    return found


def stats(conn: Db, run_id: UUID) -> dict[str, int]:
    [row] = rows(conn, "SELECT stats FROM metadata_collection_runs WHERE id = %s", run_id)
    return {key: value for key, value in row["stats"].items() if value}


def live(conn: Db, endpoint_id: UUID) -> set[tuple[str | None, str]]:
    """Schema and name of what the catalog holds as present."""
    found = rows(
        conn,
        "SELECT schema, name FROM catalog_datasets WHERE endpoint_id = %s AND removed_at IS NULL",
        endpoint_id,
    )
    return {(row["schema"], row["name"]) for row in found}


def changes(conn: Db, run_id: UUID) -> list[tuple[str, str, str | None, bool]]:
    """Kind, dataset name, field and breaking of what a run changed."""
    found = rows(
        conn,
        "SELECT c.kind, d.name, c.field, c.is_breaking FROM catalog_changes c"
        " JOIN catalog_datasets d ON d.id = c.dataset_id WHERE c.run_id = %s ORDER BY c.id",
        run_id,
    )
    return [(row["kind"], row["name"], row["field"], row["is_breaking"]) for row in found]


def tables(*names: str, schema: str = "public") -> list[Table]:
    return [Table(name, schema) for name in names]


def written(conn: Db, relations: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Each row's place and writing transaction: equal before and after means nothing was written."""
    return {
        relation: [
            (row["ctid"], row["xmin"])
            for row in rows(conn, f"SELECT ctid::text, xmin::text FROM {relation} ORDER BY ctid")
        ]
        for relation in relations
    }
