"""`muster collect`, run as a person runs it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.cli.source_url import BadSourceUrl, parse_source_url
from tests.sources import MariaDbServer, PostgresServer, Server, sqlite_file, wait_until

MUSTER = str(Path(sys.executable).with_name("muster"))


def _collect(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [MUSTER, "collect", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


def _datasets(output: bytes) -> dict[str, dict[str, Any]]:
    parsed = [json.loads(line) for line in output.splitlines()]
    assert {dataset["type"] for dataset in parsed} == {"dataset"}
    return {dataset["name"]: dataset for dataset in parsed}


def _url(scheme: str, server: Server, database: str, password: str | None = None) -> str:
    user = f"{server.username}:{quote(password or server.password, safe='')}"
    return f"{scheme}://{user}@{server.host}:{server.port}/{database}"


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    script = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE u (id int)"
    return f"sqlite://{sqlite_file(tmp_path / 'source.sqlite', script)}"


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "mariadb"])
def test_a_server_is_collected(scheme: str, postgres: PostgresServer, mariadb: MariaDbServer) -> None:
    server: PostgresServer | MariaDbServer = postgres if scheme == "postgresql" else mariadb
    server.create_database(f"command_{scheme}", "CREATE TABLE t (id int PRIMARY KEY)")
    finished = _collect(_url(scheme, server, f"command_{scheme}"))
    assert finished.returncode == 0, finished.stderr
    dataset = _datasets(finished.stdout)["t"]
    assert [column["name"] for column in dataset["columns"]] == ["id"]
    assert {"row_count_estimate", "size_bytes"} <= set(dataset)
    assert b"datasets" in finished.stderr


def test_schemas_restrict(postgres: PostgresServer) -> None:
    postgres.create_database("command_schemas", "CREATE SCHEMA s; CREATE TABLE s.a (); CREATE TABLE b ()")
    url = _url("postgresql", postgres, "command_schemas")
    assert set(_datasets(_collect(url, "--schema", "s").stdout)) == {"a"}
    assert set(_datasets(_collect(url, "--schema", "s", "--schema", "public").stdout)) == {"a", "b"}
    partial = _collect(url, "--schema", "s", "--schema", "nowhere")
    assert (partial.returncode, set(_datasets(partial.stdout))) == (3, {"a"})
    assert b"nowhere" in partial.stderr


def test_a_file_is_written_whole(file_url: str, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    finished = _collect(file_url, "--output", str(output))
    assert (finished.returncode, finished.stdout) == (0, b"")
    assert set(_datasets(output.read_bytes())) == {"t", "u"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "source.sqlite"]


def test_a_failure_is_one_line_and_leaves_the_old_file(postgres: PostgresServer, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("of yesterday")
    wrong = "Canary-wrong-pw-%41/51"
    finished = _collect(_url("postgresql", postgres, "postgres", wrong), "-o", str(output))
    assert finished.returncode == 1
    assert finished.stdout == b""
    assert finished.stderr.startswith(b"Error: The server refused to sign in")
    assert b'". Check user name and password.' in finished.stderr
    assert finished.stderr.count(b"\n") == 1
    assert b"Canary" not in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    assert output.read_text() == "of yesterday"


def test_a_password_from_the_environment(postgres: PostgresServer) -> None:
    url = f"postgresql://{postgres.username}@{postgres.host}:{postgres.port}/postgres"
    assert _collect(url, MUSTER_SOURCE_PASSWORD=postgres.password).returncode == 0
    assert _collect(url, PGPASSWORD=postgres.password).returncode == 1


def test_an_output_that_cannot_be_written(file_url: str, tmp_path: Path) -> None:
    finished = _collect(file_url, "-o", str(tmp_path / "no-folder" / "out.jsonl"))
    assert finished.returncode == 1
    assert b"cannot be written" in finished.stderr


def _waits_for_a_lock(postgres: PostgresServer, database: str) -> bool:
    with postgres.connect() as connection:
        waiting = connection.execute(
            "SELECT FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", [database]
        )
        return waiting.rowcount > 0


def test_interrupting_ends_the_collector_too(postgres: PostgresServer, tmp_path: Path) -> None:
    postgres.create_database("command_stuck", "CREATE TABLE t (id int DEFAULT 1)")
    with postgres.connect("command_stuck") as other, other.transaction():
        other.execute("LOCK TABLE pg_catalog.pg_attrdef IN ACCESS EXCLUSIVE MODE")
        url = _url("postgresql", postgres, "command_stuck")
        process = subprocess.Popen(
            [MUSTER, "collect", url, "-o", str(tmp_path / "out.jsonl")], stderr=subprocess.PIPE
        )
        # not just any session: those of tests before may take a moment to go
        wait_until(lambda: _waits_for_a_lock(postgres, "command_stuck"))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (130, b"Interrupted.\n")
        wait_until(lambda: postgres.sessions() == 0, 2, "the end of the session")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "template_id", "parameters"),
    [
        (
            "postgresql://u%40x:p%2Fw%3A@h:99/d%20b?sslmode=require",
            "postgres",
            {
                "host": "h",
                "port": 99,
                "username": "u@x",
                "password": "p/w:",
                "database": "d b",
                "ssl_mode": "require",
            },
        ),
        ("postgres://u@[::1]/d", "postgres", {"host": "::1", "username": "u", "database": "d"}),
        ("postgresql://u@/d?host=/run/pg", "postgres", {"host": "/run/pg", "username": "u", "database": "d"}),
        ("mariadb://u@h", "mysql", {"host": "h", "username": "u"}),
        ("sqlite:///data/a%20b.sqlite", "sqlite", {"path": "/data/a b.sqlite"}),
        ("sqlite:////data/x.sqlite", "sqlite", {"path": "/data/x.sqlite"}),
    ],
)
def test_urls_are_understood(url: str, template_id: str, parameters: dict[str, Any]) -> None:
    assert parse_source_url(url) == (template_id, parameters)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.db",
        "http://u:Canary@h/d",
        "postgresql://u:Canary@h",
        "postgresql://h/d",
        "mysql://u:Canary@/d",
        "postgresql://u:Canary@h:port/d",
        "postgresql://u:Canary@h/d?options=x",
    ],
)
def test_other_urls_are_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(BadSourceUrl) as refused:
        parse_source_url(url)
    assert "Canary" not in str(refused.value)
