"""SQLite files, opened read-only and read through their own schema table, inside one read transaction.

There is no network between us and the file: an object at a time is as quick as all at once, and lets one
that cannot be read (a view of a dropped table, a virtual table of a missing module) fail alone.
"""

import hashlib
import re
import sqlite3
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.core.domain.runs import RunErrorCode
from worker.connectors import base
from worker.connectors.base import DatasetStats, Reporter, Scope, Sink
from worker.metering import Meter
from worker.sources import Source, SourceError, Step

SCHEMA = "main"
BUSY_TIMEOUT_SECONDS = 5.0
# Of SQLite's own machine, between two looks at the clock: some milliseconds.
STEPS_BETWEEN_LOOKS = 100_000
FINGERPRINT_FORMAT = 1
# Sizes are found by reading every page; beyond this a file is too big for that.
MAX_BYTES_TO_MEASURE = 256 << 20

_LIST_OBJECTS = """
SELECT name, type, sql FROM main.sqlite_schema
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY name COLLATE BINARY
"""
_SCHEMA_TEXTS = """
SELECT type, name, tbl_name, sql FROM main.sqlite_schema
WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY type, name COLLATE BINARY
"""
_COLUMNS = """
SELECT cid + 1, name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?, 'main')
WHERE hidden <> 1 ORDER BY cid
"""
_FOREIGN_KEYS = """
SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?, 'main') ORDER BY id DESC, seq
"""
_INDEXES = """
SELECT l.name, l."unique", s.sql, x.name
FROM pragma_index_list(?, 'main') l
JOIN pragma_index_xinfo(l.name, 'main') x ON x.key
LEFT JOIN main.sqlite_schema s ON s.type = 'index' AND s.name = l.name
ORDER BY l.name COLLATE BINARY, x.seqno
"""
_SIZES = """
SELECT s.tbl_name, sum(d.pgsize) FROM dbstat('main', 1) d
JOIN main.sqlite_schema s ON s.name = d.name GROUP BY s.tbl_name
"""

_SQL_PIECE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|.""", re.DOTALL
)
_SORT_ORDER = re.compile(r"\s+(?:ASC|DESC)\s*$", re.IGNORECASE)


class SqliteConnector:
    """Reads one SQLite file."""

    def __init__(self, source: Source) -> None:
        self.version: str | None = f"SQLite {sqlite3.sqlite_version}"
        self.meter = Meter(source.pause_seconds)
        self._source = source
        self._connection: sqlite3.Connection | None = None
        self._objects: list[tuple[str, str, str | None]] = []
        self._exact_names: dict[str, str] = {}
        self._deadline = float("inf")

    def steps(self) -> Sequence[tuple[Step, Callable[[], str]]]:
        return (
            (Step.CONNECT, self._open_file),
            (Step.LIST, self._list),
            (Step.READ, self._read_one),
        )

    def collect(self, sink: Sink, report: Reporter) -> Scope:
        report.progress("listing", 0, None)
        self._list()
        wanted = self._source.wanted_schemas()
        for name in base.check_scope(wanted, [SCHEMA]):
            base.record_missing_schema(sink, None, name)
        total = len(self._objects)
        sink.listing(None, SCHEMA, ok=True, listed=total, complete=True)
        row_counts, sizes = self._row_counts(), self._sizes(report)
        for done, (name, kind, definition) in enumerate(self._objects):
            report.progress("reading", done, total, _printable(name))
            try:
                document, columns = self._describe(name, kind, definition)
            except sqlite3.Error as error:
                reason = self._source.words(error) or "SQLite cannot describe it."
                sink.failure(None, SCHEMA, _printable(name), RunErrorCode.SOURCE_ERROR, reason)
            except UnicodeEncodeError:
                reason = "One of its names or texts is not valid Unicode."
                sink.failure(None, SCHEMA, _printable(name), RunErrorCode.SOURCE_ERROR, reason)
            else:
                stats = DatasetStats(row_counts.get(name), sizes.get(name), columns)
                sink.dataset(None, SCHEMA, name, document, stats)
        report.progress("reading", total, total)
        return Scope(None, complete=wanted is None)

    def open_session(self) -> None:
        self._open_file()

    def fingerprint(self) -> str:
        """Of the texts that all else follows from; what ANALYZE keeps is left out."""
        try:
            texts = self._fetch(_SCHEMA_TEXTS)
        except sqlite3.Error as error:
            raise self._error(error, Path(self._source.required("path"))) from None
        seen = (FINGERPRINT_FORMAT, self.version, texts)
        return hashlib.sha256(repr(seen).encode("utf-8", "surrogateescape")).hexdigest()

    def cancel(self) -> None:
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _is_out_of_time(self) -> bool:
        return time.monotonic() > self._deadline

    # ------------------------------------------------------------------ steps
    def _open_file(self) -> str:
        path = self._allowed_file()
        try:
            self._connection = sqlite3.connect(
                f"file:{quote(str(path))}?mode=ro",
                uri=True,
                timeout=BUSY_TIMEOUT_SECONDS,
                isolation_level=None,
                check_same_thread=False,  # `cancel` comes from another thread
            )
            self._connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            # A file made by somebody else: nothing in its schema is to run, nothing is to be written.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.set_progress_handler(self._is_out_of_time, STEPS_BETWEEN_LOOKS)
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT 1 FROM main.sqlite_schema LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise self._error(error, path) from None
        return f"{path} is a SQLite database."

    def _list(self) -> str:
        try:
            self._objects = self._fetch(_LIST_OBJECTS)
        except sqlite3.Error as error:
            raise self._error(error, Path(self._source.required("path"))) from None
        self._exact_names = {_fold(name): name for name, _, _ in self._objects}
        base.check_scope(self._source.wanted_schemas(), [SCHEMA])
        return f"{len(self._objects)} tables and views."

    def _read_one(self) -> str:
        if not self._objects:
            return "There is nothing to read yet: the file holds no tables."
        for name, kind, definition in self._objects:
            try:
                self._describe(name, kind, definition)
            except (sqlite3.Error, UnicodeEncodeError):
                continue
            return f"Read the metadata of {name}."
        raise SourceError(RunErrorCode.SOURCE_ERROR, "None of the file's tables can be read.", field="path")

    # ------------------------------------------------------------------ reading
    def _describe(self, name: str, kind: str, definition: str | None) -> tuple[bytes, int]:
        rows = self._fetch(_COLUMNS, name)
        keyed = sorted((row for row in rows if row[5]), key=lambda row: row[5])
        # The one INTEGER PRIMARY KEY is the row id, which is never null whatever was declared.
        row_id = keyed[0][1] if len(keyed) == 1 and keyed[0][2].upper() == "INTEGER" else None
        document = base.make_document(
            database=None,
            schema=SCHEMA,
            name=name,
            kind="VIEW" if kind == "view" else "TABLE",
            columns=[
                {
                    "name": column,
                    "type": column_type,
                    "comment": None,
                    "default": default,
                    "nullable": not not_null and column != row_id,
                    "position": position,
                }
                for position, column, column_type, not_null, default, _ in rows
            ],
            primary_key=[row[1] for row in keyed],
            foreign_keys=self._foreign_keys(name),
            indexes=self._indexes(name),
            definition=definition if kind == "view" else None,
        )
        return document, len(rows)

    def _foreign_keys(self, name: str) -> list[dict[str, Any]]:
        keys: dict[int, dict[str, Any]] = {}
        for key_id, target, column, to_column in self._fetch(_FOREIGN_KEYS, name):
            key = keys.setdefault(
                key_id,
                {
                    "name": None,
                    "columns": [],
                    "to_name": self._exact_name(target),
                    "to_schema": SCHEMA,
                    "to_columns": [],
                },
            )
            key["columns"].append(column)
            key["to_columns"].append(to_column)
        for key in keys.values():
            if None in key["to_columns"]:  # REFERENCES without columns means the target's primary key
                target_key = sorted(
                    (r for r in self._fetch(_COLUMNS, key["to_name"]) if r[5]), key=lambda r: r[5]
                )
                key["to_columns"] = [row[1] for row in target_key]
        return list(keys.values())

    def _exact_name(self, name: str) -> str:
        """How a table that a key refers to is really spelt: SQLite does not mind ASCII case."""
        return self._exact_names.get(_fold(name), name)

    def _indexes(self, name: str) -> list[dict[str, Any]]:
        indexes: dict[str, dict[str, Any]] = {}
        for index, is_unique, index_sql, column in self._fetch(_INDEXES, name):
            entry = indexes.setdefault(index, {"name": index, "unique": bool(is_unique), "columns": []})
            position = len(entry["columns"])
            entry["columns"].append(index_terms(index_sql)[position] if column is None else column)
        return list(indexes.values())

    def _row_counts(self) -> dict[str, int]:
        """Rows per table as ANALYZE last found them; empty when it never ran."""
        if not self._fetch("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'"):
            return {}
        rows = self._fetch("SELECT tbl, CAST(stat AS INTEGER) FROM main.sqlite_stat1")
        counts: dict[str, int] = {}
        for table, count in rows:  # a row per index; a partial index counts fewer
            counts[table] = max(count, counts.get(table, 0))
        return counts

    def _sizes(self, report: Reporter) -> dict[str, int]:
        """Bytes per table, indexes included; empty when SQLite cannot tell, or the file is too big to ask."""
        pages, page_size = self._fetch("SELECT * FROM pragma_page_count, pragma_page_size")[0]
        can_measure = self._fetch("SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'")
        if not can_measure or pages * page_size > MAX_BYTES_TO_MEASURE:
            return {}
        try:
            return dict(self._fetch(_SIZES))
        except sqlite3.DatabaseError as error:
            report.log("WARNING", self._source.sentence("Sizes could not be read", error))
            return {}

    def _fetch(self, query: str, *parameters: str) -> list[Any]:
        if self._connection is None:
            raise RuntimeError("open the file before reading")
        self.meter.begin_statement()
        self._deadline = time.monotonic() + self._source.statement_timeout_seconds
        rows = self._connection.execute(query, parameters).fetchall()
        self.meter.received(len(rows))
        return rows

    def _allowed_file(self) -> Path:
        """The file that the path leads to once every symbolic link is followed.

        Raises SourceError when it is not allowed, is not there, or is no plain file; outside the allowed
        folders nothing is said about what exists."""
        path = self._source.required("path")
        try:
            resolved = Path(path).resolve()
        except (OSError, RuntimeError):  # a circle of links
            raise SourceError(RunErrorCode.SOURCE_NOT_FOUND, f"{path} leads nowhere.", field="path") from None
        if not self._source.may_use(resolved):
            raise SourceError(
                RunErrorCode.SOURCE_NOT_ALLOWED,
                f"{path} lies outside the folders that file sources may be read from.",
                hint="An administrator can allow its folder with MUSTER_FILE_ROOTS.",
                field="path",
            )
        try:
            mode = resolved.stat().st_mode
        except PermissionError:
            raise SourceError(
                RunErrorCode.SOURCE_PERMISSION_DENIED,
                f"The worker's account may not look into the folder of {path}.",
                field="path",
            ) from None
        except OSError:
            raise SourceError(
                RunErrorCode.SOURCE_NOT_FOUND,
                f"There is no file {path}.",
                hint="The path is one on the machine that does the reading.",
                field="path",
            ) from None
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no plain file"
            raise SourceError(
                RunErrorCode.BAD_CONFIG, f"{path} is {what}, not a SQLite database.", field="path"
            )
        return resolved

    def _error(self, error: sqlite3.Error, path: Path) -> SourceError:
        # The low byte is the error, the rest says more about it; Python's own errors carry none.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            return SourceError(RunErrorCode.BAD_CONFIG, f"{path} is not a SQLite database.", field="path")
        if code == sqlite3.SQLITE_INTERRUPT:
            limit = self._source.statement_timeout_seconds
            return SourceError(RunErrorCode.SOURCE_TIMEOUT, f"{path} took longer than {limit} s to answer.")
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return SourceError(RunErrorCode.SOURCE_TIMEOUT, f"{path} stayed locked by another program.")
        if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY}:
            return SourceError(
                RunErrorCode.SOURCE_PERMISSION_DENIED,
                self._source.sentence(f"{path} cannot be opened", error),
                hint="The worker's account must be able to read the file and its -wal and -shm files.",
                field="path",
            )
        message = self._source.sentence(f"{path} cannot be read", error)
        return SourceError(RunErrorCode.SOURCE_ERROR, message, field="path")


def index_terms(index_sql: str) -> list[str]:
    """The terms between the brackets of a CREATE INDEX statement, without their sort order."""
    terms: list[str] = []
    depth = 0
    for piece in _SQL_PIECE.findall(index_sql):
        if piece.startswith(("--", "/*")):
            continue
        if piece == ")":
            depth -= 1
            if depth == 0:
                break
        if depth == 1 and piece == ",":
            terms.append("")
        elif depth > 0:
            terms[-1] += piece
        if piece == "(":
            depth += 1
            terms = terms or [""]
    return [_SORT_ORDER.sub("", term.strip()) for term in terms]


def _fold(name: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in name)


def _printable(name: str) -> str:
    """A name whose bytes may be no Unicode, with those bytes escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
