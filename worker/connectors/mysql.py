"""MySQL and MariaDB, read through information_schema: the same few statements for any number of tables.
The server sorts one stream of all parts of all objects; each object is put together here."""

import hashlib
import socket
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.domain.runs import RunErrorCode
from app.core.domain.templates.mysql import DEFAULT_PORT
from app.core.domain.templates.parts import DEFAULT_SSL_MODE
from worker.connectors import base
from worker.connectors.base import DatasetStats, Reporter, Scope, Sink
from worker.connectors.mysql_rows import (
    COLUMN,
    FOREIGN_KEY,
    HEADER,
    INDEX,
    VIEW_TEXT,
    by_key,
    column,
    foreign_key,
    index,
)
from worker.network import CANCEL_TIMEOUT_SECONDS, LOCK_TIMEOUT_SECONDS, NetworkConnector
from worker.sources import Source, SourceError

if TYPE_CHECKING:
    import ssl

    import pymysql
    from pymysql.cursors import Cursor

FINGERPRINT_FORMAT = 2
SYSTEM_SCHEMAS = ("information_schema", "mysql", "performance_schema", "sys")

_FIRST_OBJECT = """
SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') AND TABLE_SCHEMA IN %(schemas)s
LIMIT 1
"""

_SCOPE = "TABLE_SCHEMA IN %(schemas)s"

# A digest of all that a document is made of, made on the server; d and e of a header are its rows and bytes.
# Texts are digested one by one: together they may be longer than the server makes a text.
_FINGERPRINT = """
SELECT CAST(COUNT(*) AS CHAR), CAST(SUM(CAST(CONV(LEFT(digest, 15), 16, 10) AS UNSIGNED)) AS CHAR),
    CAST(SUM(CAST(CONV(RIGHT(digest, 15), 16, 10) AS UNSIGNED)) AS CHAR)
FROM (SELECT MD5(CONCAT_WS(',', HEX(s), HEX(t), part, HEX(key_name), position, COALESCE(MD5(a), '-'),
    COALESCE(MD5(b), '-'), COALESCE(MD5(c), '-'), IF(part = 0, '', COALESCE(MD5(d), '-')),
    IF(part = 0, '', COALESCE(MD5(e), '-')), COALESCE(MD5(f), '-'), COALESCE(MD5(g), '-'))) AS digest
    FROM ({parts}) AS parts) AS digests
"""

# Server error numbers of a refused sign-in.
_SIGN_IN_FAILURES: dict[int, tuple[RunErrorCode, str, str | None]] = {
    1044: (RunErrorCode.SOURCE_PERMISSION_DENIED, "The account may not use this database.", "database"),
    1045: (RunErrorCode.SOURCE_AUTH_FAILED, "Check user name and password.", "password"),
    1130: (
        RunErrorCode.SOURCE_AUTH_FAILED,
        "The server lets nobody in from the worker's address.",
        "username",
    ),
    1698: (RunErrorCode.SOURCE_AUTH_FAILED, "Check user name and password.", "password"),
    1049: (RunErrorCode.SOURCE_NOT_FOUND, "Check the spelling, upper and lower case included.", "database"),
    1040: (RunErrorCode.SOURCE_REFUSED, "The server has no connection left. Try again later.", None),
    1129: (RunErrorCode.SOURCE_REFUSED, "Run FLUSH HOSTS on the server.", None),
    2026: (
        RunErrorCode.SOURCE_TLS_FAILED,
        "Choose another TLS mode, or set TLS up on the server.",
        "ssl_mode",
    ),
    3159: (RunErrorCode.SOURCE_TLS_FAILED, "The server insists on TLS.", "ssl_mode"),
}
_BROKEN_VIEW = (
    RunErrorCode.SOURCE_ERROR,
    "The view refers to what is missing or forbidden to its definer.",
)
_HIDDEN_COLUMNS = (RunErrorCode.SOURCE_PERMISSION_DENIED, "The account may not see its columns.")
_STATEMENT_GIVEN_UP = frozenset({1205, 1317, 1969, 3024})
_ACCESS_DENIED = frozenset({1044, 1142, 1143, 1227})
_CONNECTION_LOST = frozenset({0, 1053, 1927, 2006, 2013, 2014, 4031})


class MySqlConnector(NetworkConnector):
    """Reads the databases of one MySQL or MariaDB server."""

    default_port = DEFAULT_PORT

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._socket: socket.socket | None = None
        self._connection: pymysql.Connection[Any] | None = None
        self._thread_id, self._is_mariadb = 0, False
        self._schemas: dict[str, tuple[int, bool]] = {}
        self._sees_all_schemas = False

    def collect(self, sink: Sink, report: Reporter) -> Scope:
        report.progress("listing", 0, None)
        self._list_schemas()
        wanted = self._wanted_schemas()
        missing = base.check_scope(wanted, self._schemas)
        in_scope = [n for n in self._schemas if wanted is None or n in wanted]
        for name, (count, _) in self._schemas.items():
            if name not in in_scope:
                sink.filtered(None, name, count)
        for name in missing:
            base.record_missing_schema(sink, None, name)
        self._read(in_scope, sink, report)
        is_whole, sees_all = wanted is None, self._sees_all_schemas
        return Scope(None, complete=is_whole and sees_all, limited=is_whole and not sees_all)

    def cancel(self) -> None:
        if self._connection is not None:
            with closing(self._unopened_connection(CANCEL_TIMEOUT_SECONDS)) as other:
                other.connect(self.dial(CANCEL_TIMEOUT_SECONDS))
                other.query(f"KILL {self._thread_id}")

    def close(self) -> None:
        if self._connection is not None and self._connection.open:
            self._connection.close()

    # ------------------------------------------------------------------ steps
    def keep(self, connection: socket.socket) -> None:
        """The sign-in uses the same connection: the server bars hosts that often give one up."""
        self._socket = connection

    def sign_in(self) -> str:
        import pymysql

        # Any: the stubs of the driver lack what the protocol's greeting says.
        connection: Any = self._unopened_connection(self.remaining_seconds())
        try:
            connection.connect(self._socket)
            # From here on a long silence is a long query, not a dead host.
            connection._read_timeout = self.source.statement_timeout_seconds + 60
            version = str(connection.server_version)
            self._thread_id = int(connection.server_thread_id[0])
            self._is_mariadb = "MariaDB" in version
            self._connection = connection
            with connection.cursor() as cursor:
                self._prepare_session(cursor)
        except pymysql.Error as error:
            raise self._sign_in_error(error) from None
        product = "MariaDB" if self._is_mariadb else "MySQL"
        self.version = f"{product} {version.partition('-MariaDB')[0].removeprefix('5.5.5-')}"
        return f"Signed in as {self.source.required('username')} ({self.version})."

    def list_scope(self) -> str:
        self._list_schemas()
        missing = base.check_scope(self._wanted_schemas(), self._schemas)
        if missing:
            raise base.missing_schemas(missing)
        return f"{sum(count for count, _ in self._schemas.values())} objects in {len(self._schemas)} schemas."

    def read_one(self) -> str:
        scope = list(self._wanted_schemas() or self._schemas)
        found = self._fetch(_FIRST_OBJECT, {"schemas": scope}) if scope else []
        if not found:
            return "There is nothing to read yet: the schemas are empty."
        schema, name = found[0]
        for _ in self._rows([schema], table=name):
            pass
        return f"Read the metadata of {schema}.{name}."

    def fingerprint(self) -> str:
        self._list_schemas()
        wanted = self._wanted_schemas()
        scope = sorted(n for n in self._schemas if wanted is None or n in wanted)
        found: list[tuple[Any, ...]] = []
        if scope:
            found = self._fetch(_FINGERPRINT.format(parts=self._query(_SCOPE)), {"schemas": tuple(scope)})
        seen = (FINGERPRINT_FORMAT, self.version, self._schemas, self._sees_all_schemas, found)
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    # ------------------------------------------------------------------ reading
    def _wanted_schemas(self) -> tuple[str, ...] | None:
        wanted = self.source.wanted_schemas()
        database = self.source.text("database")
        return (database,) if wanted is None and database is not None else wanted

    def _list_schemas(self) -> None:
        query = Path(__file__).with_name("mysql_schemas.sql").read_text(encoding="utf-8")
        rows = self._fetch(query, {"system": SYSTEM_SCHEMAS})
        self._schemas = {name: (count, bool(sees_all)) for name, count, sees_all, _ in rows}
        self._sees_all_schemas = any(sees_schemas for *_, sees_schemas in rows)

    def _read(self, schemas: Sequence[str], sink: Sink, report: Reporter) -> None:
        total = sum(self._schemas[name][0] for name in schemas)
        listed, done = dict.fromkeys(schemas, 0), 0
        with closing(self._rows(schemas)) as stream:
            for (schema_bytes, name_bytes), rows in groupby(stream, key=lambda row: row[:2]):
                schema, name = schema_bytes.decode(), name_bytes.decode()
                parts = list(rows)
                # The server compares names without regard to case, and lists sequences among the columns.
                if schema not in listed or parts[0][2] != HEADER:
                    continue
                listed[schema] += 1
                report.progress("reading", done, total, f"{schema}.{name}")
                self._put(schema, name, parts, sink)
                done += 1
        for schema, count in listed.items():
            announced, sees_all = self._schemas[schema]
            base.record_listing(sink, None, schema, announced=announced, met=count, complete=sees_all)
            if not sees_all:
                report.log(
                    "INFO",
                    f"The account holds no right on the whole schema “{schema}”: what it does not see there "
                    "is not taken for removed.",
                    schema=schema,
                )
        report.progress("reading", done, done)

    def _put(self, schema: str, name: str, rows: list[tuple[Any, ...]], sink: Sink) -> None:
        kind, engine, comment, row_count, size = rows[0][5:10]
        is_view = kind == "VIEW"
        columns = [column(row) for row in rows if row[2] == COLUMN]
        if not is_view and engine is None:
            reason = self.source.words(comment) or "The server cannot open it."
            sink.failure(None, schema, name, RunErrorCode.SOURCE_ERROR, reason)
            return
        if not columns:
            code, reason = _BROKEN_VIEW if is_view else _HIDDEN_COLUMNS
            sink.failure(None, schema, name, code, reason)
            return
        indexes = [index(key, list(part)) for key, part in by_key(rows, INDEX)]
        document = base.make_document(
            database=None,
            schema=schema,
            name=name,
            kind="VIEW" if is_view else "TABLE",
            comment=None if is_view else comment or None,
            columns=columns,
            primary_key=next((each["columns"] for each in indexes if each["name"] == "PRIMARY"), []),
            foreign_keys=[foreign_key(key, list(part)) for key, part in by_key(rows, FOREIGN_KEY)],
            indexes=indexes,
            definition=next((row[5] or None for row in rows if row[2] == VIEW_TEXT), None),
        )
        stats = DatasetStats(_number(row_count), _number(size), len(columns))
        sink.dataset(None, schema, name, document, stats)

    def _rows(
        self, schemas: Sequence[str], table: str | None = None
    ) -> Generator[tuple[Any, ...], None, None]:
        import pymysql
        from pymysql.cursors import SSCursor

        if not schemas:
            return
        scope = _SCOPE + ("" if table is None else " AND TABLE_NAME = %(table)s")
        query = self._query(scope)
        self.meter.begin_statement()
        try:
            with self._open().cursor(SSCursor) as cursor:
                cursor.execute(self._tagged(query), {"schemas": tuple(schemas), "table": table})
                for row in cursor:
                    self.meter.received(1, sum(len(value) for value in row if hasattr(value, "__len__")))
                    yield row
        except pymysql.Error as error:
            raise self._query_error(error) from None

    def _fetch(self, query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        import pymysql

        self.meter.begin_statement()
        try:
            with self._open().cursor() as cursor:
                cursor.execute(self._tagged(query), parameters)
                rows = list(cursor.fetchall())
        except pymysql.Error as error:
            raise self._query_error(error) from None
        self.meter.received(len(rows), sum(len(str(value)) for row in rows for value in row))
        return rows

    def _query(self, scope: str) -> str:
        query = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").replace("{scope}", scope)
        return query.replace("{index_expression}", "NULL" if self._is_mariadb else "EXPRESSION")

    def _tagged(self, statement: str) -> str:
        """With the reader's name where the server's list of processes shows it."""
        return f"/* {self.source.application_name} */ {statement.lstrip()}"

    # ------------------------------------------------------------------ session
    def _unopened_connection(self, timeout_seconds: float) -> "pymysql.Connection[Any]":
        import pymysql

        source = self.source
        mode = source.text("ssl_mode") or DEFAULT_SSL_MODE
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user=source.required("username"),
            password=(source.text("password") or "").encode(),
            database=source.text("database"),
            charset="utf8mb4",
            connect_timeout=timeout_seconds,
            read_timeout=timeout_seconds,
            write_timeout=timeout_seconds,
            ssl=_tls_context(mode),
            ssl_disabled=mode == "disable",
            program_name=self.source.application_name,
            local_infile=False,
            defer_connect=True,
        )

    def _prepare_session(self, cursor: "Cursor") -> None:
        seconds = self.source.statement_timeout_seconds
        limit = (
            f"max_statement_time = {seconds}" if self._is_mariadb else f"max_execution_time = {seconds}000"
        )
        locks = min(seconds, LOCK_TIMEOUT_SECONDS)
        self.meter.begin_statement()
        cursor.execute(f"SET SESSION {limit}, lock_wait_timeout = {locks}, sql_mode = ''")
        self.meter.begin_statement()
        cursor.execute("START TRANSACTION READ ONLY")

    def _open(self) -> "pymysql.Connection[Any]":
        if self._connection is None:
            raise RuntimeError("sign in before reading")
        return self._connection

    # ------------------------------------------------------------------ errors
    def _sign_in_error(self, error: "pymysql.Error") -> SourceError:
        number, told = _number_and_text(error)
        message = self.source.sentence("The server refused to sign in", told)
        if time.monotonic() >= self._deadline:
            return self.no_answer()
        if number in _SIGN_IN_FAILURES:
            code, hint, field = _SIGN_IN_FAILURES[number]
            return SourceError(code, message, hint, field)
        if number in _CONNECTION_LOST:
            return SourceError(
                RunErrorCode.SOURCE_CONNECTION_LOST,
                f"{self.host} closed the connection on port {self.port} during sign-in.",
                hint="Check that a MySQL or MariaDB server listens on this port.",
                field="port",
            )
        return SourceError(RunErrorCode.SOURCE_ERROR, message)

    def _query_error(self, error: "pymysql.Error") -> SourceError:
        number, told = _number_and_text(error)
        if number in _ACCESS_DENIED:
            return SourceError(
                RunErrorCode.SOURCE_PERMISSION_DENIED,
                self.source.sentence("The account may not read the metadata", told),
                hint="Run the template's grant script for the account.",
                field="username",
            )
        if number in _STATEMENT_GIVEN_UP:
            message = self.source.sentence("The server gave a statement up", told)
            return SourceError(RunErrorCode.SOURCE_TIMEOUT, message)
        if number in _CONNECTION_LOST:
            return SourceError(RunErrorCode.SOURCE_CONNECTION_LOST, "The connection was lost.")
        message = self.source.sentence(f"The server answered with an error ({number})", told)
        return SourceError(RunErrorCode.SOURCE_ERROR, message)


def _number_and_text(error: "pymysql.Error") -> tuple[int, str]:
    number, told = (*error.args, "", "")[:2]
    return number if isinstance(number, int) else 0, str(told)


def _tls_context(mode: str) -> "ssl.SSLContext | None":
    if mode in {"disable", "prefer"}:
        return None
    import ssl

    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
