"""Merging what one run staged into the catalog: set by set, in the caller's transaction.

Identities and hashes go in first; only documents that differ follow. What is unchanged is not written to:
its parent's row in catalog_scopes confirms it.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import TupleRow

from app.core.db import runs
from app.core.db.queries import query
from app.core.domain.catalog_diff import diff_documents
from app.core.domain.runs import RunStats, RunStatus
from app.core.domain.staged_index import IndexRecord, StagedIndex, identity_of, incomplete
from app.core.errors import RunNotActive, RunNotFound

Db = Connection[TupleRow]

DIFF_BATCH = 200


@dataclasses.dataclass(frozen=True)
class StagedRecords:
    """A run's staged records, whole and read one at a time.

    `index` gives the index's records from the start; `documents` the chosen documents with their ordinals,
    which count the index's dataset records from 0. `complete_scope`: a schema that no record is of no longer
    exists in `scope_database`.
    """

    index: Callable[[], Iterable[IndexRecord]]
    documents: Callable[[Collection[int]], Iterable[tuple[int, bytes]]]
    complete_scope: bool
    scope_database: str | None


def merge_staged(conn: Db, run_id: UUID, staged: StagedRecords, *, limit_seconds: float) -> bool:
    """Make the catalog what the run found, write its changes, log and stats; True when it is only partial.

    Merging a run again changes nothing. Two merges of one endpoint wait for each other. The caller owns the
    transaction and must roll it back on any error. Raises StagingRefused when the records may not become the
    catalog's truth, RunNotActive when the run has ended meanwhile, RunNotFound, and psycopg's errors; no
    statement runs longer than `limit_seconds`.
    """
    conn.execute(query("persist", "bound_transaction"), {"limit_ms": int(limit_seconds * 1000)})
    conn.execute(query("persist", "lock_endpoint_of_run"), {"run_id": run_id})
    run = conn.execute(query("persist", "get_run_to_merge"), {"run_id": run_id}).fetchone()
    if run is None:
        raise RunNotFound(run_id)
    endpoint_id, status, is_merged, at = run
    if is_merged:
        return _read_index(staged).is_partial
    if status != RunStatus.RUNNING:
        raise RunNotActive(run_id, status)
    return _Merge(conn, run_id, endpoint_id, at).run(staged)


@dataclasses.dataclass
class _Merge:
    conn: Db
    run_id: UUID
    endpoint_id: UUID
    at: datetime

    def run(self, staged: StagedRecords) -> bool:
        # psycopg sends several statements at once only when there are no parameters
        self.conn.execute(query("persist", "create_staged_tables"))
        index = self._copy_index(staged)
        index.check_something_was_listed()
        self._copy_findings(index)
        self._execute("find_affected_datasets")
        self._copy_differing_documents(staged)
        self._find_unseen_datasets(staged)
        self._execute("lock_datasets_to_write")
        stats = self._write(index)
        self._log(index, stats)
        # in the merge's own transaction: a run with stats has been merged, and only a running run may be
        if not runs.record_stats(self.conn, self.run_id, stats):
            raise RunNotActive(self.run_id, "it was ended while its records were merged")
        return index.is_partial

    def _execute(self, name: str, **parameters: Any) -> Cursor[TupleRow]:
        common = {"endpoint_id": self.endpoint_id, "run_id": self.run_id, "at": self.at}
        return self.conn.execute(query("persist", name), common | parameters)

    def _copy_index(self, staged: StagedRecords) -> StagedIndex:
        index = StagedIndex()
        with self.conn.cursor() as cursor, cursor.copy(query("persist", "copy_staged_datasets")) as copy:
            for record in staged.index():
                if record["type"] == "dataset":
                    estimate, size = record["row_count_estimate"], record["size_bytes"]
                    copy.write_row((identity_of(record), index.datasets, record["hash"], estimate, size))
                index.add(record)
        try:
            self.conn.execute(query("persist", "index_staged_datasets"))
        except UniqueViolation:
            raise incomplete("the same dataset is there twice") from None
        return index

    def _copy_findings(self, index: StagedIndex) -> None:
        with self.conn.cursor() as cursor, cursor.copy(query("persist", "copy_staged_failures")) as copy:
            for identity in index.failed_identities:
                copy.write_row((identity,))
        with self.conn.cursor() as cursor, cursor.copy(query("persist", "copy_staged_scopes")) as copy:
            for scope in index.scopes():
                names = (_storable(scope.database), _storable(scope.schema))
                copy.write_row((*names, scope.is_confirmed, scope.is_complete))

    def _copy_differing_documents(self, staged: StagedRecords) -> None:
        wanted = {ordinal for (ordinal,) in self._execute("list_wanted_ordinals")}
        if wanted:
            with self.conn.cursor() as cursor, cursor.copy(query("persist", "copy_staged_documents")) as copy:
                for _, text in staged.documents(wanted):
                    copy.write_row(_document_row(text))
        self.conn.execute(query("persist", "index_staged_documents"))
        missing = self._execute("count_missing_documents").fetchone()
        if missing != (0,):
            raise incomplete("documents are missing that the index announces")

    def _find_unseen_datasets(self, staged: StagedRecords) -> None:
        self._execute("allow_nested_loops", allowed="off")
        self._execute(
            "find_unseen_datasets",
            complete_scope=staged.complete_scope,
            scope_database=_storable(staged.scope_database),
        )
        self._execute("allow_nested_loops", allowed="on")

    def _write(self, index: StagedIndex) -> RunStats:
        changed = self._write_differences()
        restored = self._execute("insert_restored_changes").rowcount
        added = self._execute("insert_added_datasets").rowcount + restored
        self._execute("update_documents")
        self._execute("confirm_returned_and_lagging")
        removed = self._execute("insert_removed_changes").rowcount
        self._execute("freeze_unseen")
        self._execute("confirm_scopes")
        self._execute("record_observations")
        return RunStats(
            seen=index.datasets,
            added=added,
            changed=changed,
            unchanged=index.datasets - added - changed,
            removed=removed,
            failed=index.failed,
            filtered=index.filtered,
            columns=index.columns,
        )

    def _write_differences(self) -> int:
        """Write the changes of the documents that differ; how many datasets changed, returned ones aside."""
        changed = 0
        with self.conn.cursor(name="differing_documents") as differing:
            differing.execute(query("persist", "list_differing_documents"))
            while batch := differing.fetchmany(DIFF_BATCH):
                changed += sum(not is_returned for *_, is_returned in batch)
                with self.conn.cursor() as cursor, cursor.copy(query("persist", "copy_changes")) as copy:
                    for dataset_id, before, after, _ in batch:
                        for change in diff_documents(before, after):
                            copy.write_row(
                                (
                                    self.at,
                                    change.kind,
                                    self.endpoint_id,
                                    dataset_id,
                                    self.run_id,
                                    change.field,
                                    _json(change.before),
                                    _json(change.after),
                                    change.is_breaking,
                                )
                            )
        return changed

    def _log(self, index: StagedIndex, stats: RunStats) -> None:
        lines: list[runs.NewLogLine] = []
        if index.is_partial:
            fields = {"objects": index.failed, "schemas": index.unread_scopes}
            message = "Not everything could be read; what could not keeps the state of its last collection."
            lines.append((self.at, "WARNING", message, fields))
        found = f"{stats.seen} datasets with {stats.columns} columns found"
        merged = f"{stats.added} added, {stats.changed} changed, {stats.removed} removed"
        lines.append((self.at, "INFO", f"Catalog updated: {found}, {merged}.", None))
        runs.add_log_lines(self.conn, self.run_id, lines)


def _read_index(staged: StagedRecords) -> StagedIndex:
    index = StagedIndex()
    for record in staged.index():
        index.add(record)
    return index


def _document_row(text: bytes) -> tuple[Any, ...]:
    document = json.loads(text)
    names = (_storable(document[key]) for key in ("database", "schema", "name", "kind", "comment"))
    if _ESCAPED_UNSTORABLE.search(text):
        text = json.dumps(_storable(document)).encode()
    return (identity_of(document), *names, text.decode())


# PostgreSQL stores neither NUL nor half a surrogate pair; the identity is taken from the exact name before.
_ESCAPED_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
