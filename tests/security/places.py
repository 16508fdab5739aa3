"""What Muster keeps and shows, read as bytes: files, tables, Temporal's histories, processes."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType

import psutil
import psycopg
from psycopg import sql
from temporalio.client import Client

SAMPLE_SECONDS = 0.05

Piece = tuple[str, bytes]
"""Where it is, and what is there."""


def files_below(folder: Path, *, without: Iterable[Path] = ()) -> Iterator[Piece]:
    """Every file of a folder that is in use; one that goes away meanwhile is left out."""
    left_out = set(without)
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path not in left_out:
                yield str(path.relative_to(folder)), path.read_bytes()


def database_tables(url: str) -> Iterator[Piece]:
    """Every table of every schema of a PostgreSQL database, the system's with its statistics too."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema'
                 AND NOT pg_is_other_temp_schema(n.oid) -- nobody but their sessions may, and they are emptied
                 AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2"""
        ).fetchall()
        for schema, name in tables:
            copy = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(schema, name))
            with connection.cursor().copy(copy) as rows:
                yield f"{schema}.{name}", b"".join(bytes(row) for row in rows)


def sqlite_tables(path: Path) -> Iterator[Piece]:
    """Every row of a SQLite file that its server has open: values that its pages may hold in parts."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in listed:
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
            values = (value for row in rows for value in row)
            yield name, b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in values)


def temporal_contents(address: str) -> list[Piece]:
    """What Temporal's API tells of all workflows and schedules: histories, payloads, memos, attributes."""

    async def read() -> list[Piece]:
        client = await Client.connect(address)
        pieces = []
        async for workflow in client.list_workflows():
            handle = client.get_workflow_handle(workflow.id, run_id=workflow.run_id)
            where = f"{workflow.workflow_type} {workflow.id}"
            pieces.append((where, (await handle.describe()).raw_description.SerializeToString()))
            # a payload's data stands in the serialised event as it is
            events = [event.SerializeToString() async for event in handle.fetch_history_events()]
            pieces.append((f"{where}, {len(events)} events", b"\n".join(events)))
        async for schedule in await client.list_schedules():
            described = await client.get_schedule_handle(schedule.id).describe()
            pieces.append((f"schedule {schedule.id}", described.raw_description.SerializeToString()))
        return pieces

    return asyncio.run(read())


class Sampler:
    """Watches processes and folders while things happen: what is there for a moment only is seen too.

    `processes` answers those to watch now. A context manager; `pieces` may be read when it has been left.
    """

    def __init__(self, processes: Callable[[], list[psutil.Process]], folders: Iterable[Path]) -> None:
        self.pieces: dict[str, set[Piece]] = {"command lines": set(), "environments": set(), "files": set()}
        self.samples = 0
        self._seen: set[tuple[int, tuple[str, ...]]] = set()
        self._processes = processes
        self._folders = list(folders)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler")

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def is_filled(self) -> bool:
        """Whether something of every kind has been seen."""
        return all(self.pieces.values())

    def _run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._sample()
            self.samples += 1

    def _sample(self) -> None:
        # a process may end, and a supervisor be gone, between the list and the look
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in self._processes():
                self._look_at(process)
        for folder in self._folders:
            with contextlib.suppress(FileNotFoundError):
                self.pieces["files"].update(files_below(folder))

    def _look_at(self, process: psutil.Process) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            command = tuple(process.cmdline())
            # a program keeps the environment that it was started with
            if (process.pid, command) in self._seen:
                return
            where = " ".join(command)[:80]
            self.pieces["command lines"].add((where, "\0".join(command).encode()))
            variables = "\0".join(f"{name}={value}" for name, value in process.environ().items())
            self.pieces["environments"].add((where, variables.encode()))
            self._seen.add((process.pid, command))
