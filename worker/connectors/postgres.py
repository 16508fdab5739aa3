"""PostgreSQL, read through its catalogs: one connection, one read-only snapshot, and for any number of tables
the same few statements. The server builds each dataset's document; COPY streams them."""

import json
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.domain.runs import RunErrorCode
from app.core.domain.templates.parts import DEFAULT_SSL_MODE
from app.core.domain.templates.postgres import DEFAULT_PORT
from worker.connectors import base
from worker.connectors.base import DatasetStats, Reporter, Scope, Sink
from worker.network import CANCEL_TIMEOUT_SECONDS, LOCK_TIMEOUT_SECONDS, NetworkConnector
from worker.sources import Source, SourceError

if TYPE_CHECKING:
    import psycopg

OLDEST_VERSION = 120000

# What deparsed text depends on, fixed so that a document is the same whoever reads it.
_DEPARSE_SETTINGS = {
    "search_path": "",
    "quote_all_identifiers": "off",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "standard_conforming_strings": "on",
    "jit": "off",
}

# The planner knows nothing of what a part of the query gives: a loop over all tables for each table, chosen
# on a wrong guess, takes minutes. Nothing runs beside the one session that a source is asked for.
_PLAN_SETTINGS = {
    "enable_mergejoin": "off",
    "work_mem": "32MB",
    "max_parallel_workers_per_gather": "0",
}

# The last lets the server notice a collector that died within a statement; only where the server can.
_APPLY_SETTINGS = """
SELECT set_config(key, value, true) FROM json_each_text(%(settings)s::json)
UNION ALL
SELECT set_config('client_connection_check_interval', '5s', true)
WHERE current_setting('server_version_num')::int >= 140000 AND version() ~* 'linux'
"""


_LIST_SCHEMAS = """
SELECT textsend(n.nspname::text), current_database(), count(c.oid)
FROM pg_namespace n
LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
GROUP BY n.nspname
ORDER BY n.nspname
"""

_COPY_TYPES = ("bytea", "bytea", "bool", "int8", "int8", "int8", "bytea")

# Server and libpq report a failed sign-in as text alone. Servers may speak other languages: what matches none
# of these is told in the server's own words, as SOURCE_ERROR.
_SIGN_IN_FAILURES: tuple[tuple[str, RunErrorCode, str | None, str | None], ...] = (
    (
        "password authentication failed",
        RunErrorCode.SOURCE_AUTH_FAILED,
        "Check user name and password.",
        "password",
    ),
    ("no password supplied", RunErrorCode.SOURCE_AUTH_FAILED, "The server asks for a password.", "password"),
    ("authentication failed", RunErrorCode.SOURCE_AUTH_FAILED, "Check user name and password.", "username"),
    ("is not permitted to log in", RunErrorCode.SOURCE_AUTH_FAILED, "The account needs LOGIN.", "username"),
    (
        "no pg_hba.conf entry",
        RunErrorCode.SOURCE_AUTH_FAILED,
        "The server's pg_hba.conf lets no such account in from the worker's address.",
        "username",
    ),
    (
        "permission denied for database",
        RunErrorCode.SOURCE_PERMISSION_DENIED,
        "Grant CONNECT to it.",
        "database",
    ),
    ('role "', RunErrorCode.SOURCE_AUTH_FAILED, "Check the user name.", "username"),
    ("server closed", RunErrorCode.SOURCE_CONNECTION_LOST, "Check that the port is PostgreSQL's.", "port"),
    ("invalid response", RunErrorCode.SOURCE_REFUSED, "Check that the port is PostgreSQL's.", "port"),
    (
        "SSL",
        RunErrorCode.SOURCE_TLS_FAILED,
        "Choose another TLS mode, or set TLS up on the server.",
        "ssl_mode",
    ),
    (
        "certificate",
        RunErrorCode.SOURCE_TLS_FAILED,
        "Choose another TLS mode, or mend the certificate.",
        "ssl_mode",
    ),
    ("too many", RunErrorCode.SOURCE_REFUSED, "The server has no connection left. Try again later.", None),
    ("remaining connection slots", RunErrorCode.SOURCE_REFUSED, "Try again later.", None),
    ("starting up", RunErrorCode.SOURCE_REFUSED, "Try again shortly.", None),
    ("shutting down", RunErrorCode.SOURCE_REFUSED, "Try again shortly.", None),
)


class PostgresConnector(NetworkConnector):
    """Reads one PostgreSQL database."""

    default_port = DEFAULT_PORT

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._connection: psycopg.Connection[Any] | None = None
        self._host_address: str | None = None
        self._socket_folder: Path | None = None
        self._database: str | None = None
        self._schemas: dict[str, int] = {}
        self._is_prepared = False

    def collect(self, sink: Sink, report: Reporter) -> Scope:
        report.progress("listing", 0, None)
        self._list_schemas()
        wanted = self.source.wanted_schemas()
        missing = base.check_scope(wanted, self._schemas)
        in_scope = tuple(self._schemas) if wanted is None else tuple(n for n in wanted if n in self._schemas)
        for name, listed in self._schemas.items():
            if name in in_scope:
                sink.listing(self._database, name, ok=True, listed=listed, complete=True)
            else:
                sink.filtered(self._database, name, listed)
        for name in missing:
            base.record_missing_schema(sink, self._database, name)
        self._copy(in_scope, sink, report)
        return Scope(self._database, complete=wanted is None)

    def cancel(self) -> None:
        if self._connection is not None:
            self._connection.cancel_safe(timeout=CANCEL_TIMEOUT_SECONDS)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    # ------------------------------------------------------------------ steps
    def resolve(self) -> str:
        if "," in self.host:
            raise SourceError(RunErrorCode.BAD_CONFIG, "The host must be a single host.", field="host")
        if not self.host.startswith("/"):
            return super().resolve()
        self._deadline = time.monotonic() + self.source.connect_timeout_seconds
        self._socket_folder = self._allowed_socket_folder()
        return f"{self.host} is a folder on the worker's machine."

    def reach(self) -> str:
        if self._socket_folder is not None:
            return "A Unix socket needs no network."
        return super().reach()

    def keep(self, connection: socket.socket) -> None:
        """libpq makes its own connection; this one has found the address that answers."""
        with connection:
            self._host_address = str(connection.getpeername()[0])

    def sign_in(self) -> str:
        import psycopg
        from psycopg import IsolationLevel

        source = self.source
        options: dict[str, Any] = {
            "host": str(self._socket_folder or self.host),
            "port": self.port,
            "dbname": source.required("database"),
            "user": source.required("username"),
            "password": source.text("password"),
            "sslmode": source.text("ssl_mode") or DEFAULT_SSL_MODE,
            "application_name": self.source.application_name,
            "client_encoding": "UTF8",
            "connect_timeout": max(2, round(self.remaining_seconds())),
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "gssencmode": "disable",
            # The worker's own passwords, certificates and tickets are nothing that an endpoint may borrow.
            "passfile": "/nonexistent",
            "sslcertmode": "disable",
            "require_auth": "!gss,!sspi",
        }
        if self._host_address is not None:
            options["hostaddr"] = self._host_address
        if options["sslmode"] == "verify-full":
            options["sslrootcert"] = "system"
        try:
            self._connection = psycopg.connect(**options)
        except psycopg.errors.ConnectionTimeout:
            raise self.no_answer() from None
        except psycopg.Error as error:
            raise self._sign_in_error(error) from None
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        server_version = self._connection.info.server_version
        if server_version < OLDEST_VERSION:
            raise SourceError(
                RunErrorCode.BAD_CONFIG,
                f"The server is PostgreSQL {server_version // 10000}; Muster reads version 12 or newer.",
            )
        self.version = f"PostgreSQL {self._connection.info.parameter_status('server_version')}"
        return f"Signed in to database {options['dbname']} as {options['user']} ({self.version})."

    def list_scope(self) -> str:
        self._list_schemas()
        missing = base.check_scope(self.source.wanted_schemas(), self._schemas)
        if missing:
            raise base.missing_schemas(missing)
        return f"{sum(self._schemas.values())} objects in {len(self._schemas)} schemas."

    def read_one(self) -> str:
        wanted = self.source.wanted_schemas()
        scope = tuple(self._schemas if wanted is None else wanted)
        for schema, name, *_ in self._rows(scope, limit=1):
            return f"Read the metadata of {_shown(schema)}.{_shown(name)}."
        return "There is nothing to read yet: the schemas are empty."

    def fingerprint(self) -> str:
        self._prepare_session()
        query = Path(__file__).with_name("postgres_fingerprint.sql").read_text(encoding="utf-8")
        [row] = self._execute(query).fetchall()
        self.meter.received(1, len(row[0]))
        return str(row[0])

    # ------------------------------------------------------------------ reading
    def _prepare_session(self) -> None:
        if self._is_prepared:
            return
        self._is_prepared = True
        timeout = self.source.statement_timeout_seconds
        self._apply(
            {
                **_DEPARSE_SETTINGS,
                **_PLAN_SETTINGS,
                "statement_timeout": f"{timeout}s",
                "lock_timeout": f"{min(LOCK_TIMEOUT_SECONDS, timeout)}s",
            }
        )

    def _list_schemas(self) -> None:
        self._prepare_session()
        rows = self._execute(_LIST_SCHEMAS).fetchall()
        self.meter.received(len(rows))
        self._schemas = {_shown(name): count for name, _, count in rows}
        self._database = rows[0][1] if rows else self.source.required("database")

    def _copy(self, schemas: Sequence[str], sink: Sink, report: Reporter) -> None:
        total = sum(self._schemas[name] for name in schemas)
        rows = self._rows(schemas, limit=None)
        for done, (schema_bytes, name_bytes, is_locked, estimate, size, columns, document) in enumerate(rows):
            schema, name = _shown(schema_bytes), _shown(name_bytes)
            report.progress("reading", done, total, f"{schema}.{name}")
            if is_locked:
                reason = "Another session holds it exclusively; the next run reads it."
                sink.failure(self._database, schema, name, RunErrorCode.SOURCE_TIMEOUT, reason)
                continue
            if not _is_utf8(document):
                reason = "One of its names or texts is not valid Unicode."
                sink.failure(self._database, schema, name, RunErrorCode.SOURCE_ERROR, reason)
                continue
            sink.dataset(self._database, schema, name, document, DatasetStats(estimate, size, columns))
        report.progress("reading", total, total)

    def _rows(self, schemas: Sequence[str], limit: int | None) -> Iterator[tuple[Any, ...]]:
        import psycopg

        self._apply(
            {
                # All of them: whole catalogs are joined. A few: they are looked up.
                "enable_nestloop": "off" if limit is None else "on",
                "enable_hashjoin": "on" if limit is None else "off",
                "muster.schemas": json.dumps(list(schemas)),
                "muster.limit": "" if limit is None else str(limit),
            }
        )
        query = Path(__file__).with_suffix(".sql").read_bytes()
        self.meter.begin_statement()
        try:
            with (
                self._open().cursor() as cursor,
                cursor.copy(b"COPY (" + query + b") TO STDOUT (FORMAT binary)") as copy,
            ):
                copy.set_types(_COPY_TYPES)
                for row in copy.rows():
                    self.meter.received(1, sum(map(len, (row[0], row[1], row[6] or b""))))
                    yield row
        except psycopg.Error as error:
            raise self._query_error(error) from None

    def _apply(self, settings: dict[str, str]) -> None:
        self._execute(_APPLY_SETTINGS, {"settings": json.dumps(settings)})

    def _execute(self, statement: str, parameters: dict[str, Any] | None = None) -> "psycopg.Cursor[Any]":
        import psycopg

        self.meter.begin_statement()
        try:
            return self._open().execute(statement.encode(), parameters)
        except psycopg.Error as error:
            raise self._query_error(error) from None

    def _open(self) -> "psycopg.Connection[Any]":
        if self._connection is None:
            raise RuntimeError("sign in before reading")
        return self._connection

    def _allowed_socket_folder(self) -> Path:
        """The folder of the source's socket, symbolic links followed, those of the socket itself too.

        Raises SourceError when it is not allowed or not there."""
        try:
            folder = Path(self.host).resolve()
            socket_file = (folder / f".s.PGSQL.{self.port}").resolve()
        except (OSError, RuntimeError):  # a circle of links
            raise _no_socket_folder(self.host) from None
        if not (self.source.may_use(folder) and self.source.may_use(socket_file)):
            raise SourceError(
                RunErrorCode.SOURCE_NOT_ALLOWED,
                f"{self.host} lies outside the folders that sources may be reached in.",
                hint="An administrator can allow it with MUSTER_FILE_ROOTS.",
                field="host",
            )
        if not folder.is_dir():
            raise _no_socket_folder(self.host)
        return folder

    # ------------------------------------------------------------------ errors
    def _sign_in_error(self, error: Exception) -> SourceError:
        # With TLS preferred there is a line per attempt; indented lines only explain the one before, and so
        # do the server's details, hints, and what a login trigger was doing when it refused.
        explaining = ("\t", "DETAIL:", "HINT:", "CONTEXT:")
        lines = [line for line in str(error).splitlines() if line and not line.startswith(explaining)]
        told = lines[-1].rpartition("FATAL: ")[2].rpartition(" failed: ")[2] if lines else ""
        message = self.source.sentence("The server refused to sign in", told)
        database = self.source.required("database")
        if "database" in told and "does not exist" in told:
            return SourceError(
                RunErrorCode.SOURCE_NOT_FOUND,
                f"The server has no database “{database}”.",
                hint="Check the spelling, upper and lower case included.",
                field="database",
            )
        for part, code, hint, field in _SIGN_IN_FAILURES:
            if part in told:
                return SourceError(code, message, hint, field)
        return SourceError(RunErrorCode.SOURCE_ERROR, message)

    def _query_error(self, error: "psycopg.Error") -> SourceError:
        state = error.sqlstate or ""

        def told(beginning: str) -> str:
            return self.source.sentence(beginning, error.diag.message_primary or "")

        if state == "42501":
            return SourceError(
                RunErrorCode.SOURCE_PERMISSION_DENIED,
                told("The account may not read the catalogs"),
                hint="Run the template's grant script for the account.",
                field="username",
            )
        if state in {"57014", "55P03"}:
            return SourceError(RunErrorCode.SOURCE_TIMEOUT, told("The server gave a statement up"))
        if not state and "memory" in str(error):  # libpq's own
            raise MemoryError from None
        if not state or state.startswith(("08", "57P")):
            return SourceError(RunErrorCode.SOURCE_CONNECTION_LOST, told("The connection was lost"))
        return SourceError(RunErrorCode.SOURCE_ERROR, told(f"The server answered with an error ({state})"))


def _no_socket_folder(host: str) -> SourceError:
    return SourceError(
        RunErrorCode.SOURCE_HOST_UNKNOWN,
        f"There is no socket folder {host} on the worker's machine.",
        field="host",
    )


def _shown(name: bytes) -> str:
    """A name as text; bytes that are no Unicode are shown escaped, and the object is reported as failed."""
    return name.decode(errors="backslashreplace")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
