"""Merging what one run staged into the catalog: set by set, in the caller's transaction.

Rows with identities and hashes go in first, as they were staged; only documents that differ follow. What is
unchanged is not written to: its parent's row in catalog_scopes confirms it.
"""

import dataclasses
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import TupleRow

from app.core.db import catalog_search, runs
from app.core.db.queries import query
from app.core.domain.catalog import document_hash
from app.core.domain.catalog_diff import diff_documents
from app.core.domain.policies import EndpointPolicy
from app.core.domain.removals import FoundGone
from app.core.domain.runs import RunStats, RunStatus
from app.core.domain.staged_document import AnnouncedDataset, copied_document, read_row, storable
from app.core.domain.staged_index import IndexRecord, StagedIndex, incomplete
from app.core.errors import RunNotActive, RunNotFound

Db = Connection[TupleRow]

DIFF_BATCH = 200
BLOCK_BYTES = 256 << 10
# As many are merged well by the plans that are there, even by those of a catalog that was empty then. To plan
# anew for them takes longer than to merge them.
FEW_DATASETS = 100


@dataclasses.dataclass(frozen=True)
class StagedRecords:
    """A run's staged records, whole and read one at a time.

    `findings` gives the index's records from the start; `rows` the rows of all datasets (dataset_row), in
    blocks of any size; `documents` the rows and the documents of the datasets with these ordinals.
    `complete_scope`: a schema that no record is of no longer exists in `scope_database`; `limited_scope`: the
    account may not see it.
    """

    findings: Callable[[], Iterable[IndexRecord]]
    rows: Callable[[], Iterable[bytes]]
    documents: Callable[[Collection[int]], Iterable[tuple[bytes, bytes]]]
    complete_scope: bool
    scope_database: str | None
    limited_scope: bool = False


@dataclasses.dataclass(frozen=True)
class Merged:
    """What became of a run's records. `is_settled`: it left nothing open, neither unread objects nor held
    removals. `is_repeated`: they had been merged before, and nothing was written."""

    is_partial: bool
    is_settled: bool
    is_repeated: bool = False


def merge_staged(conn: Db, run_id: UUID, staged: StagedRecords, *, limit_seconds: float) -> Merged:
    """Make the catalog what the run found, and write its changes, log and stats.

    Merging a run again changes nothing. Two merges of one endpoint wait for each other. The caller owns the
    transaction and must roll it back on any error. Raises StagingRefused when the records may not become the
    catalog's truth, RunNotActive when the run has ended meanwhile, RunNotFound, and psycopg's errors; no
    statement runs longer than `limit_seconds`.
    """
    bounds = {"limit_ms": int(limit_seconds * 1000)}
    [has_staged_tables, *_] = conn.execute(query("persist", "bound_transaction"), bounds).fetchall()[0]
    if not has_staged_tables:
        # psycopg sends several statements at once only when there are no parameters
        conn.execute(query("persist", "create_staged_tables"))
    conn.execute(query("persist", "lock_endpoint_of_run"), {"run_id": run_id})
    run = conn.execute(query("persist", "get_run_to_merge"), {"run_id": run_id}).fetchone()
    if run is None:
        raise RunNotFound(run_id)
    endpoint_id, status, is_merged, at, policy = run
    if not is_merged and status != RunStatus.RUNNING:
        raise RunNotActive(run_id, status)
    merge = _Merge(conn, run_id, endpoint_id, at, EndpointPolicy.from_document(policy))
    index = merge.read(staged)
    if is_merged:
        # what it left open was written down when it was merged
        is_partial = index.is_partial or merge.has_failures()
        return Merged(is_partial, is_settled=False, is_repeated=True)
    return merge.write(index, staged)


@dataclasses.dataclass(frozen=True)
class _Held:
    """How many removals are held, and why all of them are; None: only those that waited before."""

    count: int
    reason: str | None


@dataclasses.dataclass
class _Merge:
    conn: Db
    run_id: UUID
    endpoint_id: UUID
    at: datetime
    policy: EndpointPolicy

    def read(self, staged: StagedRecords) -> StagedIndex:
        """Copy what was staged beside the catalog, the documents aside."""
        if self._copy_blocks("copy_staged_datasets", staged.rows()) > FEW_DATASETS:
            self._execute("analyze_staged_datasets")
        index = StagedIndex()
        for database, schema, datasets, columns, has_doubles in self._execute("count_staged_datasets"):
            if has_doubles:
                raise incomplete("the same dataset is there twice")
            index.add_datasets((database, schema), datasets, columns)
        for record in staged.findings():
            index.add(record)
        return index

    def has_failures(self) -> bool:
        """Whether the run wrote down that something could not be read."""
        return self._execute("has_failures").fetchone() == (True,)

    def write(self, index: StagedIndex, staged: StagedRecords) -> Merged:
        """Make the catalog what was read."""
        index.check_something_was_listed()
        self._copy_findings(index)
        affected = self._execute("find_affected_datasets").rowcount
        self._allow_nested_loops(False)
        unseen = self._find_unseen_datasets(index, staged)
        held = self._hold_removals(index) if unseen else _Held(0, None)
        added = changed = removed = 0
        if affected or unseen:
            self._allow_nested_loops(True)
            self._execute("lock_datasets_to_write")
            added, changed = self._write_affected(staged) if affected else (0, 0)
            removed = self._write_unseen(held) if unseen else 0
            self._allow_nested_loops(False)
        self._execute("confirm_scopes")
        self._execute("record_observations")
        self._record_failures(index)
        stats = RunStats(
            seen=index.datasets,
            added=added,
            changed=changed,
            unchanged=index.datasets - added - changed,
            removed=removed,
            failed=index.failed,
            filtered=index.filtered,
            columns=index.columns,
            held_removals=held.count,
        )
        self._log(index, stats, held)
        # in the merge's own transaction: a run with stats has been merged, and only a running run may be
        if not runs.record_stats(self.conn, self.run_id, stats):
            raise RunNotActive(self.run_id, "it was ended while its records were merged")
        return Merged(index.is_partial, is_settled=not index.is_partial and held.count == 0)

    def _execute(self, name: str, **parameters: Any) -> Cursor[TupleRow]:
        common = {"endpoint_id": self.endpoint_id, "run_id": self.run_id, "at": self.at}
        return self.conn.execute(query("persist", name), common | parameters)

    def _allow_nested_loops(self, allowed: bool) -> None:
        """Not for what joins all that was staged with all of an endpoint's datasets."""
        self._execute("allow_nested_loops", allowed="on" if allowed else "off")

    @contextmanager
    def _no_nested_loops(self) -> Iterator[None]:
        self._allow_nested_loops(False)
        yield
        self._allow_nested_loops(True)

    def _copy(self, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self.conn.cursor() as cursor, cursor.copy(query("persist", name)) as copy:
            for row in rows:
                copy.write_row(row)

    def _copy_blocks(self, name: str, blocks: Iterable[bytes]) -> int:
        """Copy rows that are in COPY's text format already; how many they were."""
        with self.conn.cursor() as cursor:
            with cursor.copy(query("persist", name)) as copy:
                for block in blocks:
                    copy.write(block)
            return cursor.rowcount

    def _copy_findings(self, index: StagedIndex) -> None:
        if index.failed_identities:
            self._copy("copy_staged_failures", ((identity,) for identity in index.failed_identities))
        self._copy("copy_staged_scopes", map(dataclasses.astuple, index.scopes()))

    def _find_unseen_datasets(self, index: StagedIndex, staged: StagedRecords) -> int:
        unseen = self._execute(
            "find_unseen_datasets",
            complete_scope=staged.complete_scope,
            limited_scope=staged.limited_scope,
            scope_database=storable(staged.scope_database),
        ).rowcount
        if unseen:
            for database, schema, datasets in self._execute("count_hidden_datasets"):
                index.add_hidden((database, schema), datasets)
        return unseen

    def _hold_removals(self, index: StagedIndex) -> _Held:
        row = self._execute("count_removals").fetchone()
        if row is None or row[0] == 0:
            return _Held(0, None)
        reason = FoundGone(index.datasets, *row).why_all_are_held(self.policy)
        return _Held(self._execute("hold_removals", all=reason is not None).rowcount, reason)

    def _write_affected(self, staged: StagedRecords) -> tuple[int, int]:
        """Write what is there anew or differently; how many datasets were added, those that came back
        included, and how many changed."""
        added, changed = self._write_documents(staged)
        restored = self._execute("insert_restored_changes").rowcount
        self._execute("insert_superseded_versions")
        self._execute("update_documents")
        with self._no_nested_loops():
            catalog_search.index_merged(self.conn, self.endpoint_id)
        self._execute("confirm_returned_and_lagging")
        self._execute("settle_seen_removals")
        return added + restored, changed

    def _write_unseen(self, held: _Held) -> int:
        """Write what was not met; how many datasets were removed."""
        if held.count:
            self._execute("supersede_held_removals")
            self._execute("insert_held_removals")
        removed = self._execute("insert_removed_changes").rowcount
        self._execute("freeze_unseen")
        return removed

    def _write_documents(self, staged: StagedRecords) -> tuple[int, int]:
        """Store new datasets, and put by the documents that differ with their changes; how many of each.

        Datasets that came back are not among the changed.
        """
        new, known = set[int](), set[int]()
        for ordinal, is_new in self._execute("list_wanted_ordinals"):
            (new if is_new else known).add(ordinal)
        if new:
            self._copy_documents("copy_added_datasets", self._added_rows(staged.documents(new)), len(new))
            with self._no_nested_loops():
                self._execute("insert_added_changes")
        if not known:
            return len(new), 0
        self._copy_documents("copy_staged_documents", _document_rows(staged.documents(known)), len(known))
        self._execute("mark_new_versions")
        return len(new), self._write_differences()

    def _copy_documents(self, name: str, rows: Iterable[bytes], expected: int) -> None:
        if self._copy_blocks(name, _blocks(rows)) != expected:
            raise incomplete("documents are missing that the index announces")

    def _added_rows(self, documents: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
        at = self.at.isoformat()
        before, after = f"{self.endpoint_id}\t".encode(), f"\t{at}\t{at}\t{self.run_id}\n".encode()
        milliseconds = int(self.at.timestamp() * 1000)
        for row, document in documents:
            announced = _announced(row, document)
            # while a default like the table's is to be evaluated, COPY writes each row on its own
            id_, text = _new_id(milliseconds, announced.ordinal), copied_document(document)
            yield b"%b\t%b%b\t%b\t%b%b" % (id_, before, announced.heading, text, announced.hash, after)

    def _write_differences(self) -> int:
        """Write the changes of the documents that differ; how many datasets changed, returned ones aside."""
        changed = 0
        with self.conn.cursor(name="differing_documents") as differing:
            differing.execute(query("persist", "list_differing_documents"))
            while batch := differing.fetchmany(DIFF_BATCH):
                changed += sum(not is_returned for *_, is_returned in batch)
                self._copy("copy_changes", self._change_rows(batch))
        return changed

    def _change_rows(self, differing: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        for dataset_id, before, after, _ in differing:
            for change in diff_documents(before, after):
                yield (
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

    def _record_failures(self, index: StagedIndex) -> None:
        if index.failures:
            failures = (
                (self.run_id, number, *storable(list(dataclasses.astuple(failure))))
                for number, failure in enumerate(index.failures, start=1)
            )
            self._copy("copy_run_failures", failures)

    def _log(self, index: StagedIndex, stats: RunStats, held: _Held) -> None:
        lines: list[runs.NewLogLine] = []
        if index.failed or index.unread_scopes:
            fields = {"objects": index.failed, "schemas": index.unread_scopes}
            message = "Not everything could be read; what could not keeps the state of its last collection."
            lines.append((self.at, "WARNING", message, fields))
        if unaccounted := index.unaccounted_scopes():
            message = "Not every object that was listed was met; nothing there is taken for removed."
            lines.append((self.at, "WARNING", message, {"schemas": len(unaccounted)}))
        if index.hidden:
            message = (
                "Datasets that were known are not shown to the account; none of them is taken for removed."
            )
            lines.append((self.at, "WARNING", message, {"datasets": index.hidden}))
        if held.count:
            why = held.reason or "They were held before."
            message = f"Removals are held until they are approved or dismissed: {why}"
            lines.append((self.at, "WARNING", message, {"datasets": held.count}))
        found = f"{stats.seen} datasets with {stats.columns} columns found"
        merged = f"{stats.added} added, {stats.changed} changed, {stats.removed} removed"
        lines.append((self.at, "INFO", f"Catalog updated: {found}, {merged}.", None))
        runs.add_log_lines(self.conn, self.run_id, lines)


def _new_id(milliseconds: int, ordinal: int) -> bytes:
    """A UUID of version 7: what is added together lies together in every index, however much the catalog
    holds. Its counter counts down, so that lists, which are newest first, keep the order of reading."""
    left = 0xFFFFFFFF - ordinal
    version, variant, high, low = 0x7 << 76, 0b10 << 62, left >> 20, left & 0xFFFFF
    random = secrets.randbits(42)
    return b"%032x" % (milliseconds << 80 | version | high << 64 | variant | low << 42 | random)


def _document_rows(documents: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
    for row, document in documents:
        announced = _announced(row, document)
        yield b"%d\t%b\n" % (announced.ordinal, copied_document(document))


def _announced(row: bytes, document: bytes) -> AnnouncedDataset:
    """The row read, once the document is known to be the one that it announces."""
    announced = read_row(row)
    if document_hash(document).encode() != announced.hash:
        raise incomplete("a document is not the one that the index announces")
    return announced


def _blocks(rows: Iterable[bytes]) -> Iterable[bytes]:
    """The rows in fewer, larger pieces: to send a piece costs more than to make a row."""
    block, size = list[bytes](), 0
    for row in rows:
        block.append(row)
        size += len(row)
        if size > BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
    yield b"".join(block)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
