"""The connection test: each kind of trouble stops at its own step and reads differently."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.collecting import Collected, run
from tests.sources import (
    MariaDbServer,
    PostgresServer,
    Server,
    free_port,
    silent_server,
    sqlite_file,
)

UNKNOWN_HOST = "no-such-host.invalid"


@pytest.fixture(scope="module")
def silent() -> Iterator[Server]:
    with silent_server() as server:
        yield server


@pytest.fixture(scope="module")
def sources(postgres: PostgresServer, mariadb: MariaDbServer) -> dict[str, dict[str, Any]]:
    """Parameters that work, by template."""
    return {
        "postgres": postgres.create_database("steps", "CREATE TABLE t (id int)"),
        "mysql": mariadb.create_database("steps", "CREATE TABLE t (id int)"),
    }


def _test(template_id: str, parameters: dict[str, Any], staging: Path, **changes: Any) -> Collected:
    return run(template_id, parameters, staging, mode="test", **changes)


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
def test_a_good_source_passes_every_step(
    template_id: str, sources: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    tested = _test(template_id, sources[template_id], tmp_path)
    steps = ["RESOLVE_HOST", "CONNECT", "AUTHENTICATE", "LIST", "READ"]
    assert [d["code"] for d in tested.diagnostics] == steps
    assert {d["level"] for d in tested.diagnostics} == {"INFO"}
    assert tested.last["ok"] is True
    assert tested.last["version"].startswith({"postgres": "PostgreSQL 18", "mysql": "MariaDB "}[template_id])


TROUBLE = {
    "unknown host": ({"host": UNKNOWN_HOST}, 0, "SOURCE_HOST_UNKNOWN", "host"),
    "closed port": ({"port": free_port()}, 1, "SOURCE_REFUSED", "port"),
    "wrong password": ({"password": "wrong-pw-33f9"}, 2, "SOURCE_AUTH_FAILED", "password"),
    "unknown user": ({"username": "nobody-here"}, 2, "SOURCE_AUTH_FAILED", "password"),
    "unknown database": ({"database": "nowhere"}, 2, "SOURCE_NOT_FOUND", "database"),
    "TLS refused": ({"ssl_mode": "require"}, 2, "SOURCE_TLS_FAILED", "ssl_mode"),
    "unknown schema": ({"schemas": ["nowhere"]}, 3, "SOURCE_NOT_FOUND", "schemas"),
    "port out of range": ({"port": 70000}, 1, "BAD_CONFIG", "port"),
    "NUL in a name": ({"database": "a\0b"}, 2, "BAD_CONFIG", "database"),
}


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
@pytest.mark.parametrize(("changes", "passed", "code", "field"), TROUBLE.values(), ids=TROUBLE)
def test_each_trouble_has_its_own_code(
    template_id: str,
    changes: dict[str, Any],
    passed: int,
    code: str,
    field: str,
    sources: dict[str, dict[str, Any]],
    tmp_path: Path,
) -> None:
    tested = _test(template_id, sources[template_id] | changes, tmp_path)
    assert tested.last["ok"] is False, tested.output
    *good, bad = tested.diagnostics
    assert len(good) == passed
    assert (bad["level"], bad["code"], bad["field"]) == ("ERROR", code, field)
    assert bad["message"]


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
def test_a_host_that_never_answers_is_given_up(template_id: str, silent: Server, tmp_path: Path) -> None:
    started = time.monotonic()
    parameters = silent.parameters("x")
    tested = _test(template_id, parameters, tmp_path, connect_timeout_seconds=3)
    assert time.monotonic() - started < 8
    assert (tested.diagnostics[-1]["code"], tested.diagnostics[-1]["field"]) == ("SOURCE_TIMEOUT", "host")
    assert "3 s" in tested.diagnostics[-1]["message"]


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
def test_a_port_that_speaks_another_protocol(
    template_id: str, postgres: PostgresServer, mariadb: MariaDbServer, tmp_path: Path
) -> None:
    other = mariadb if template_id == "postgres" else postgres
    tested = _test(template_id, other.parameters("x"), tmp_path, connect_timeout_seconds=3)
    assert tested.last["ok"] is False
    assert tested.diagnostics[-1]["code"] in {"SOURCE_REFUSED", "SOURCE_TIMEOUT"}


def test_collecting_meets_the_same_error(sources: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    collected = run("postgres", sources["postgres"] | {"password": "wrong-pw-33f9"}, tmp_path)
    assert collected.exit_code == 0
    assert (collected.last["event"], collected.last["code"]) == ("error", "SOURCE_AUTH_FAILED")


class TestSqlite:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "allowed"
        folder.mkdir()
        sqlite_file(folder / "good.sqlite", "CREATE TABLE t (id int)")
        (folder / "folder.sqlite").mkdir()
        (folder / "text.sqlite").write_text("no database at all, but long enough to look at it " * 50)
        os.mkfifo(folder / "pipe.sqlite")
        sqlite_file(tmp_path / "secret.sqlite", "CREATE TABLE t (id int)")
        (folder / "link.sqlite").symlink_to(tmp_path / "secret.sqlite")
        (folder / "circle.sqlite").symlink_to(folder / "circle.sqlite")
        return folder

    def test_a_good_file_passes_every_step(self, folder: Path, tmp_path: Path) -> None:
        tested = _test("sqlite", {"path": str(folder / "good.sqlite")}, tmp_path, file_roots=[str(folder)])
        assert [d["code"] for d in tested.diagnostics] == ["CONNECT", "LIST", "READ"]
        assert tested.last["ok"] is True

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("missing.sqlite", "SOURCE_NOT_FOUND"),
            ("folder.sqlite", "BAD_CONFIG"),
            ("text.sqlite", "BAD_CONFIG"),
            ("pipe.sqlite", "BAD_CONFIG"),
            ("circle.sqlite", "SOURCE_NOT_FOUND"),
            ("link.sqlite", "SOURCE_NOT_ALLOWED"),
            ("../secret.sqlite", "SOURCE_NOT_ALLOWED"),
            ("../nothing-here.sqlite", "SOURCE_NOT_ALLOWED"),
        ],
    )
    def test_each_trouble_has_its_own_code(self, name: str, code: str, folder: Path, tmp_path: Path) -> None:
        tested = _test("sqlite", {"path": str(folder / name)}, tmp_path, file_roots=[str(folder)])
        assert tested.last["ok"] is False
        assert (tested.diagnostics[-1]["code"], tested.diagnostics[-1]["field"]) == (code, "path")

    def test_no_folder_allowed_means_no_file(self, folder: Path, tmp_path: Path) -> None:
        tested = _test("sqlite", {"path": str(folder / "good.sqlite")}, tmp_path, file_roots=[])
        assert tested.diagnostics[-1]["code"] == "SOURCE_NOT_ALLOWED"

    def test_no_limit_allows_any_file(self, folder: Path, tmp_path: Path) -> None:
        tested = _test("sqlite", {"path": str(folder / "good.sqlite")}, tmp_path, file_roots=None)
        assert tested.last["ok"] is True
