"""The collector as a process: how it ends, what it leaves, and what it never says."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.collecting import CHECKOUT, Collected, request, run, start
from tests.sources import MariaDbServer, PostgresServer, sqlite_file, wait_until

CANARY = "Canary-pw-9f3b7c"
EXIT_CANCELED = 143


@contextmanager
def _stuck_postgres(server: PostgresServer, name: str) -> Iterator[dict[str, Any]]:
    """A database whose collection waits for a lock for as long as the block lasts."""
    parameters = server.create_database(name, "CREATE TABLE t (id int DEFAULT 1)")
    with server.connect(name) as other, other.transaction():
        other.execute("LOCK TABLE pg_catalog.pg_attrdef IN ACCESS EXCLUSIVE MODE")
        yield parameters


@contextmanager
def _stuck_mariadb(server: MariaDbServer, name: str) -> Iterator[dict[str, Any]]:
    """A database with a table that is being made for as long as the block lasts: reading it waits."""
    account = {"username": name, "password": CANARY}
    server.create_database(name)
    server.execute(f"CREATE USER {name} IDENTIFIED BY '{CANARY}'", f"GRANT SELECT ON {name}.* TO {name}")
    with closing(server.connect(name)) as other:
        making = threading.Thread(target=_make_slowly, args=(other,))
        making.start()
        wait_until(lambda: _is_running(server, "SLEEP(60)"))
        try:
            yield server.parameters(name) | account
        finally:
            server.execute(f"KILL {other.thread_id()}")  # type: ignore[no-untyped-call]
            making.join()


def _make_slowly(connection: Any) -> None:
    import pymysql

    with connection.cursor() as cursor, pytest.raises(pymysql.Error):
        cursor.execute("CREATE TABLE slow AS SELECT SLEEP(60) AS x")


def _is_running(server: MariaDbServer, text: str, username: str = "%") -> bool:
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
            " WHERE ID <> CONNECTION_ID() AND USER LIKE %s AND INSTR(INFO, %s)",
            [username, text],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _sigterm(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)


def _close_stdin(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()


ENDINGS = pytest.mark.parametrize("end", [_sigterm, _close_stdin], ids=["SIGTERM", "end of stdin"])


@ENDINGS
def test_postgres_is_left_without_a_session(
    end: Callable[["subprocess.Popen[bytes]"], None], postgres: PostgresServer, tmp_path: Path
) -> None:
    name = f"stuck{end.__name__}"
    with _stuck_postgres(postgres, name) as parameters:
        process = start(request("postgres", parameters, tmp_path))
        wait_until(lambda: _waiting_for_lock(postgres, name))
        end(process)
        assert process.wait(8) == EXIT_CANCELED
        wait_until(lambda: postgres.sessions() == 0, 2, "the end of the session")
    assert not _finished(process)


@ENDINGS
def test_mariadb_is_left_without_a_session(
    end: Callable[["subprocess.Popen[bytes]"], None], mariadb: MariaDbServer, tmp_path: Path
) -> None:
    name = f"stuck{end.__name__}"
    with _stuck_mariadb(mariadb, name) as parameters:
        process = start(request("mysql", parameters, tmp_path))
        wait_until(lambda: _is_running(mariadb, "information_schema", name))
        end(process)
        assert process.wait(8) == EXIT_CANCELED
        wait_until(lambda: mariadb.sessions(name) == 0, 2, "the end of the session")
    assert not _finished(process)


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
def test_a_statement_that_takes_too_long_is_given_up_by_the_server(
    template_id: str, postgres: PostgresServer, mariadb: MariaDbServer, tmp_path: Path
) -> None:
    is_postgres = template_id == "postgres"
    stuck = _stuck_postgres(postgres, "toolong") if is_postgres else _stuck_mariadb(mariadb, "toolong")
    with stuck as parameters:
        collected = run(template_id, parameters, tmp_path, statement_seconds=1)
        wait_until(
            lambda: (postgres.sessions() if is_postgres else mariadb.sessions("toolong")) == 0,
            2,
            "the end of the session",
        )
    assert (collected.last["event"], collected.last["code"]) == ("error", "SOURCE_TIMEOUT")


def _waiting_for_lock(server: PostgresServer, database: str) -> bool:
    with server.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = 'muster' AND datname = %s AND wait_event_type = 'Lock'",
            [database],
        ).fetchone()
    return bool(row and row[0])


def _finished(process: "subprocess.Popen[bytes]") -> bool:
    assert process.stdout is not None
    events = [json.loads(line) for line in process.stdout.read().splitlines()]
    return any(event["event"] in {"result", "error"} for event in events)


def test_a_parent_that_dies_takes_the_collector_with_it(postgres: PostgresServer, tmp_path: Path) -> None:
    with _stuck_postgres(postgres, "orphaned") as parameters:
        asked = json.dumps(request("postgres", parameters, tmp_path))
        parent_code = (
            "import subprocess, sys, time; "
            "c = subprocess.Popen([sys.executable, '-m', 'worker.collector'], stdin=subprocess.PIPE); "
            "c.stdin.write(sys.stdin.buffer.readline()); c.stdin.flush(); time.sleep(600)"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", parent_code],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=CHECKOUT,
        )
        assert parent.stdin is not None
        parent.stdin.write(asked.encode() + b"\n")
        parent.stdin.flush()
        wait_until(lambda: _waiting_for_lock(postgres, "orphaned"))
        parent.kill()
        parent.wait()
        wait_until(lambda: postgres.sessions() == 0, 8, "the end of the session")


def test_too_little_memory_is_told(tmp_path: Path) -> None:
    huge = "x" * (64 << 20)
    path = sqlite_file(tmp_path / "huge.sqlite", f"CREATE VIEW v AS SELECT '{huge}'")
    collected = run("sqlite", {"path": str(path)}, tmp_path, memory_mb=96)
    assert collected.exit_code == 0
    assert (collected.last["event"], collected.last["code"]) == ("error", "MEMORY_LIMIT")
    assert "96 MB" in collected.last["message"]


@pytest.mark.parametrize("memory_mb", [1, 16])
def test_too_little_memory_to_begin_with_is_told(
    memory_mb: int, postgres: PostgresServer, tmp_path: Path
) -> None:
    collected = run("postgres", postgres.parameters("postgres"), tmp_path, memory_mb=memory_mb)
    assert collected.last["code"] == "MEMORY_LIMIT"


@pytest.mark.parametrize("line", [b"", b"{", b"[]\n", b'{"mode":"collect"}\n', b"\xff\n"])
def test_a_malformed_request_is_told(line: bytes) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "worker.collector"], input=line, capture_output=True, cwd=CHECKOUT, check=True
    )
    assert json.loads(finished.stdout)["code"] == "BAD_CONFIG"


def test_an_unknown_template_is_told(tmp_path: Path) -> None:
    assert run("oracle", {}, tmp_path).last["code"] == "BAD_CONFIG"


def test_a_staging_area_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "t.sqlite", "CREATE TABLE t (id int)")
    (tmp_path / "file").write_text("in the way")
    collected = run("sqlite", {"path": str(path)}, tmp_path, staging_url=f"file://{tmp_path}/file")
    assert collected.last["code"] == "STAGING_FAILED"


def _troubles(server: PostgresServer | MariaDbServer, database: str) -> list[dict[str, Any]]:
    good = server.parameters(database, password=CANARY)
    return [
        good,
        good | {"host": "no-such-host.invalid"},
        good | {"port": 1},
        good | {"database": "nowhere"},
        good | {"ssl_mode": "require"},
        good | {"username": f"{CANARY}@elsewhere"},
        good | {"schemas": [CANARY]},
    ]


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
def test_the_password_is_never_said(
    template_id: str, postgres: PostgresServer, mariadb: MariaDbServer, tmp_path: Path
) -> None:
    server: PostgresServer | MariaDbServer = postgres if template_id == "postgres" else mariadb
    for mode in ("test", "collect"):
        for parameters in _troubles(server, "postgres" if template_id == "postgres" else "mysql"):
            collected = run(template_id, parameters, tmp_path, mode=mode)
            if CANARY not in str({**parameters, "password": None}):
                assert CANARY.encode() not in collected.output
            assert CANARY.encode() not in _words_of_the_server(collected)
    assert not any(CANARY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def _words_of_the_server(collected: Collected) -> bytes:
    return b"".join(line for line in collected.output.splitlines() if b"refused to sign in" in line)


def test_the_password_is_in_no_argument_and_no_environment(postgres: PostgresServer, tmp_path: Path) -> None:
    with _stuck_postgres(postgres, "visible") as parameters:
        process = start(request("postgres", parameters, tmp_path))
        wait_until(lambda: _waiting_for_lock(postgres, "visible"))
        seen = [Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
        process.terminate()
        process.wait(8)
    assert not any(postgres.password.encode() in text for text in seen)
