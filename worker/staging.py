"""The staging area: what a collector has read lies here until it is merged into the catalog.

A staged run is three files under `<staging URL>/<key>/`. `datasets.copy` has a row for each dataset, as the
catalog copies it; `documents.jsonl` has their documents, one a line, in the same order. `index.jsonl` has
what else was found, one record a line, the last of them the end marker. The other files are complete before
that is written: a run without it is never merged.
"""

import hashlib
import json
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any, cast

import fsspec

from app.core.domain.leaks import LeakGate
from app.core.domain.runs import RunErrorCode
from app.core.domain.staged_document import dataset_row, read_document
from worker.connectors.base import DatasetStats, Reporter, Scope

INDEX_FILE = "index.jsonl"
DATASETS_FILE = "datasets.copy"
DOCUMENTS_FILE = "documents.jsonl"
MAX_LOGGED_FAILURES = 100
BLOCK_BYTES = 256 << 10

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class StagingFailed(Exception):
    """The staging area cannot be written or read; the message is a sentence."""


class StagingIncomplete(Exception):
    """A staged run that is not whole: it must not be merged. The message says what is missing."""


@dataclass
class Tally:
    """What a collection counted, in objects; `columns` are those of the datasets. A schema that was asked for
    and is missing counts as one listed and failed."""

    datasets: int = 0
    columns: int = 0
    failed: int = 0
    filtered: int = 0
    listed: int = 0

    def check(self) -> None:
        """Raises StagingIncomplete unless everything the source listed is accounted for."""
        accounted = self.datasets + self.failed + self.filtered
        if self.listed != accounted:
            raise StagingIncomplete(
                f"The source listed {self.listed} objects, {accounted} are accounted for."
            )


@dataclass(frozen=True)
class StagedEnd:
    """The end marker. `complete_scope`: a schema absent from the run's listings no longer exists in
    `scope_database`; `limited_scope`: the account may not see it. `documents_bytes` is the size of the file
    of documents, `datasets_digest` the SHA-256 of that of rows, in hexadecimal. `fingerprint` is the
    source's, of what `fingerprint_scope` stands for, when everything in it was read; `is_unchanged`: it was
    the known one, and nothing else was read."""

    datasets: int
    columns: int
    failed: int
    filtered: int
    listed: int
    complete_scope: bool
    scope_database: str | None
    limited_scope: bool
    documents_bytes: int
    datasets_digest: str
    fingerprint: str | None = None
    fingerprint_scope: str | None = None
    is_unchanged: bool = False


class RecordWriter(ABC):
    """A Sink that counts, masks secrets, and hands on every record as a JSON object."""

    def __init__(self, report: Reporter, gate: LeakGate) -> None:
        self.tally = Tally()
        self._is_whole = True
        self._report = report
        self._gate = gate

    def listing(
        self,
        database: str | None,
        schema: str,
        *,
        ok: bool,
        listed: int,
        complete: bool,
        reason: str | None = None,
    ) -> None:
        self.tally.listed += listed
        self._is_whole &= ok and complete
        self._put_record(
            {
                "type": "listing",
                **self._names(database, schema),
                "ok": ok,
                "listed": listed,
                "complete": complete,
                "reason": None if reason is None else self._gate.text(reason),
            }
        )

    def filtered(self, database: str | None, schema: str, count: int) -> None:
        self.tally.listed += count
        self.tally.filtered += count
        self._put_record({"type": "filtered", **self._names(database, schema), "count": count})

    def dataset(
        self, database: str | None, schema: str, name: str, document: bytes, stats: DatasetStats
    ) -> None:
        self.tally.datasets += 1
        self.tally.columns += stats.columns
        self._put_dataset(self._gate.document(document), stats)

    def failure(
        self, database: str | None, schema: str, name: str | None, code: RunErrorCode, reason: str
    ) -> None:
        self.tally.failed += 1
        self._is_whole = False
        record = {
            **self._names(database, schema),
            "name": self._name(name),
            "code": code.value,
            "reason": self._gate.text(reason),
        }
        self._put_record({"type": "failure", **record})
        if self.tally.failed <= MAX_LOGGED_FAILURES:
            what = ".".join(filter(None, (record["schema"], record["name"])))
            self._report.log("WARNING", f"{what} could not be read: {record['reason']}", **record)

    def _names(self, database: str | None, schema: str) -> dict[str, str | None]:
        return {"database": self._name(database), "schema": self._name(schema)}

    def _name(self, name: str | None) -> str | None:
        """Masked as within a document, so that both name the same dataset."""
        return None if name is None else self._gate.catalog_text(name)

    @abstractmethod
    def finish(self, scope: Scope, fingerprint: str | None = None) -> None:
        """Make the output final; `fingerprint` is that of the source it was read from.

        Raises StagingIncomplete when something listed is not accounted for."""

    @abstractmethod
    def _put_record(self, record: dict[str, Any]) -> None: ...

    @abstractmethod
    def _put_dataset(self, document: bytes, stats: DatasetStats) -> None: ...


class StagingWriter(RecordWriter):
    """Writes a staged run, replacing what an earlier attempt left under the same key."""

    def __init__(
        self,
        report: Reporter,
        gate: LeakGate,
        staging_url: str,
        key: str,
        fingerprint_scope: str | None = None,
    ) -> None:
        super().__init__(report, gate)
        self._fingerprint_scope = fingerprint_scope
        delete(staging_url, key)
        files, folder = _locate(staging_url, key)
        self._digest = hashlib.sha256()
        try:
            files.makedirs(folder, exist_ok=True)
            self._index: IO[bytes] = files.open(f"{folder}/{INDEX_FILE}", "wb")
            self._datasets = _Lines(files.open(f"{folder}/{DATASETS_FILE}", "wb"), self._digest)
            self._documents = _Lines(files.open(f"{folder}/{DOCUMENTS_FILE}", "wb"))
        except OSError as error:
            raise _failed(error) from error

    def finish(self, scope: Scope, fingerprint: str | None = None) -> None:
        self.tally.check()
        self._end(scope, fingerprint if self._is_whole else None)

    def finish_unchanged(self, fingerprint: str) -> None:
        """Make the output final: the source is what it was when this fingerprint was taken."""
        self._end(Scope(None, complete=False), fingerprint, is_unchanged=True)

    def _end(self, scope: Scope, fingerprint: str | None, is_unchanged: bool = False) -> None:
        try:
            self._datasets.close()
            self._documents.close()
            end = StagedEnd(
                **asdict(self.tally),
                complete_scope=scope.complete,
                limited_scope=scope.limited,
                scope_database=self._name(scope.database),
                documents_bytes=self._documents.bytes,
                datasets_digest=self._digest.hexdigest(),
                fingerprint=fingerprint,
                fingerprint_scope=self._fingerprint_scope,
                is_unchanged=is_unchanged,
            )
            self._index.write(_line({"type": "end", **asdict(end)}))
            self._index.close()
        except OSError as error:
            raise _failed(error) from error

    def _put_record(self, record: dict[str, Any]) -> None:
        try:
            self._index.write(_line(record))
        except OSError as error:
            raise _failed(error) from error

    def _put_dataset(self, document: bytes, stats: DatasetStats) -> None:
        staged, ordinal = read_document(document), self.tally.datasets - 1
        row = dataset_row(staged, ordinal, stats.columns, stats.row_count_estimate, stats.size_bytes)
        try:
            self._datasets.write(row)
            self._documents.write(staged.text + b"\n")
        except OSError as error:
            raise _failed(error) from error


class _Lines:
    """A file of short lines, written and counted a block at a time: by itself, a line costs more to write
    than to make. What is written goes into `digest` as well, if there is one."""

    def __init__(self, file: IO[bytes], digest: "hashlib._Hash | None" = None) -> None:
        self.bytes = 0
        self._file = file
        self._digest = digest
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def write(self, line: bytes) -> None:
        self._waiting.append(line)
        self._waiting_bytes += len(line)
        if self._waiting_bytes >= BLOCK_BYTES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        block = b"".join(self._waiting)
        self._file.write(block)
        if self._digest is not None:
            self._digest.update(block)
        self.bytes += len(block)
        self._waiting, self._waiting_bytes = [], 0


class JsonLinesWriter(RecordWriter):
    """Writes each dataset as one JSON line, its estimates included, to a file descriptor of this process."""

    def __init__(self, report: Reporter, gate: LeakGate, descriptor: int) -> None:
        super().__init__(report, gate)
        self._output = os.fdopen(descriptor, "wb", closefd=False)

    def finish(self, scope: Scope, fingerprint: str | None = None) -> None:
        self.tally.check()
        try:
            self._output.close()
        except OSError as error:
            raise _failed(error, "output") from error

    def _put_record(self, record: dict[str, Any]) -> None:
        """Only datasets are written; failures are told as log lines."""

    def _put_dataset(self, document: bytes, stats: DatasetStats) -> None:
        moving = {"row_count_estimate": stats.row_count_estimate, "size_bytes": stats.size_bytes}
        try:
            self._output.write(document[:-1] + b"," + json.dumps(moving).encode()[1:] + b"\n")
        except OSError as error:
            raise _failed(error, "output") from error


class StagedRun:
    """A whole staged run, for reading."""

    def __init__(self, staging_url: str, key: str) -> None:
        """Raises StagingIncomplete when the end marker or anything it counts is missing, StagingFailed when
        the staging area cannot be read."""
        self._files, self._folder = _locate(staging_url, key)
        self.end = self._verify()

    def findings(self) -> Iterator[dict[str, Any]]:
        """The records of the index in order, the end marker left out."""
        with self._open(INDEX_FILE) as index:
            for line in index:
                record = json.loads(line)
                if record["type"] != "end":
                    yield record

    def rows(self) -> Iterator[bytes]:
        """The rows of all datasets, in blocks. Raises StagingIncomplete at their end when they are not those
        that the end marker counts."""
        digest = hashlib.sha256()
        with self._open(DATASETS_FILE) as rows:
            while block := rows.read(BLOCK_BYTES):
                digest.update(block)
                yield block
        if digest.hexdigest() != self.end.datasets_digest:
            raise StagingIncomplete("The staged rows are not those that the end marker tells of.")

    def documents(self, ordinals: Collection[int]) -> Iterator[tuple[bytes, bytes]]:
        """The rows of the chosen datasets with their documents, in order: 0 is the first dataset."""
        chosen = frozenset(ordinals)
        with self._open(DATASETS_FILE) as rows, self._open(DOCUMENTS_FILE) as documents:
            for ordinal, (row, line) in enumerate(zip(rows, documents, strict=False)):
                if ordinal in chosen:
                    yield row.rstrip(b"\n"), line.rstrip(b"\n")

    def _verify(self) -> StagedEnd:
        found = Tally()
        end: StagedEnd | None = None
        try:
            with self._open(INDEX_FILE) as index:
                for line in index:
                    if end is not None:
                        raise StagingIncomplete("The staged run goes on after its end marker.")
                    end = _count(json.loads(line), found)
            if end is None:
                raise StagingIncomplete("The staged run has no end marker.")
            size = self._files.size(f"{self._folder}/{DOCUMENTS_FILE}")
            self._files.size(f"{self._folder}/{DATASETS_FILE}")
        except FileNotFoundError:
            raise StagingIncomplete("The staged run is not there.") from None
        except (ValueError, KeyError, TypeError):
            raise StagingIncomplete("The staged run cannot be understood.") from None
        except OSError as error:
            raise _failed(error) from error
        if (end.failed, end.filtered, end.listed) != (found.failed, found.filtered, found.listed):
            raise StagingIncomplete("The staged run holds other counts than its end marker says.")
        if size != end.documents_bytes:
            raise StagingIncomplete(f"The staged documents are {size} bytes, not {end.documents_bytes}.")
        Tally(end.datasets, end.columns, end.failed, end.filtered, end.listed).check()
        return end

    def _open(self, name: str) -> IO[bytes]:
        return cast("IO[bytes]", self._files.open(f"{self._folder}/{name}", "rb"))


def delete(staging_url: str, key: str) -> None:
    """Remove a staged run; harmless when there is none. Raises StagingFailed."""
    files, folder = _locate(staging_url, key)
    try:
        files.rm(folder, recursive=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _failed(error) from error


def _count(record: dict[str, Any], found: Tally) -> StagedEnd | None:
    """Add one record to the tally; the end marker comes back."""
    kind = record.pop("type")
    if kind == "failure":
        found.failed += 1
    elif kind == "listing":
        found.listed += record["listed"]
    elif kind == "filtered":
        found.filtered += record["count"]
        found.listed += record["count"]
    elif kind == "end":
        return StagedEnd(**record)
    else:
        raise ValueError(kind)
    return None


def _locate(staging_url: str, key: str) -> tuple[Any, str]:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a staging key: {key!r}")
    files, root = fsspec.core.url_to_fs(staging_url)
    return files, f"{root.rstrip('/')}/{key}"


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _failed(error: OSError, what: str = "staging area") -> StagingFailed:
    return StagingFailed(f"The {what} cannot be used: {error.strerror or type(error).__name__}.")
