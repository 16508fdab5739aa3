"""The server that forks collectors: what it knows, how it ends, and what it does when it cannot."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import worker.children
from tests.sources import sqlite_file
from tests.stack import wait_until
from tests.worker import children
from tests.worker.test_collector_process import PASSWORD, TICK_SECONDS, request, started
from worker.children import CHECKOUT, ForkServer, collectors
from worker.collector_events import Event, LogLine, Result
from worker.collector_process import CollectorProcess, CollectorRequest

TELLS_ITS_PARAMETER = children.Behaviour("say(event='log', level='INFO', message=request['parameters']['x'])")


@pytest.fixture
def server() -> Iterator[ForkServer]:
    """Forks real collectors."""
    with ForkServer() as server:
        yield server


@pytest.fixture
def asked(tmp_path: Path) -> CollectorRequest:
    """A collection of two tables."""
    path = sqlite_file(tmp_path / "source.db", "CREATE TABLE a (id int); CREATE TABLE b (id int)")
    staging = f"file://{tmp_path / 'staging'}"
    return replace(request(path=str(path)), staging_url=staging, staging_key="run/1")


def heard(process: CollectorProcess) -> list[Event]:
    """All that a child says; it has ended then."""
    with process:
        return [event for event in process.events(TICK_SECONDS) if event is not None]


def memory_holds(pid: int, text: str) -> bool:
    """Whether `text` stands in the writable memory of a process."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, permissions = line.split()[:2]
            begin, end = (int(number, 16) for number in span.split("-"))
            if permissions.startswith("rw"):
                memory.seek(begin)
                if text.encode() in (memory.read(end - begin) or b""):
                    return True
    return False


def test_what_is_started_in_production_reads_a_source(asked: CollectorRequest) -> None:
    with collectors() as start:
        result = heard(CollectorProcess(asked, [PASSWORD], start))[-1]
    assert isinstance(result, Result)
    assert (result.ok, result.datasets) == (True, 2)


def test_the_server_keeps_nothing_of_a_run(server: ForkServer, asked: CollectorRequest) -> None:
    heard(CollectorProcess(asked, [PASSWORD], server.start))
    process = psutil.Process(server.pid)
    descriptors = process.num_fds()
    for memory_mb in (200, 300):
        limited = replace(asked, memory_mb=memory_mb)
        assert isinstance(heard(CollectorProcess(limited, [PASSWORD], server.start))[-1], Result)
    assert process.num_threads() == 1
    # a child's end is told a moment before its pipe is closed
    wait_until(lambda: process.num_fds() <= descriptors, 5)
    assert resource.prlimit(process.pid, resource.RLIMIT_DATA) == resource.getrlimit(resource.RLIMIT_DATA)
    assert not memory_holds(process.pid, PASSWORD)


def test_a_child_sees_nothing_of_another() -> None:
    with children.SLEEPS.server() as server:
        first = started(server.start)
        unaware = CollectorProcess(replace(request(), parameters={}), [], server.start)
        next(event for event in unaware.events(TICK_SECONDS) if event is not None)
        with first, unaware:
            assert memory_holds(first.pid, PASSWORD)
            assert not memory_holds(unaware.pid, PASSWORD)
            assert os.getsid(unaware.pid) == unaware.pid


def test_children_that_are_started_at_once_keep_their_own_streams() -> None:
    with TELLS_ITS_PARAMETER.server() as server, ThreadPoolExecutor(8) as threads:

        def told(number: int) -> list[Event]:
            return heard(CollectorProcess(request(x=f"number {number}"), [], server.start))

        assert list(threads.map(told, range(32))) == [[LogLine("INFO", f"number {n}")] for n in range(32)]


def test_a_server_that_dies_takes_its_children_along_and_is_replaced() -> None:
    with children.SLEEPS.server() as server:
        orphan, killed = started(server.start), server.pid
        os.kill(killed, signal.SIGKILL)
        assert list(orphan.events(TICK_SECONDS))[-1:] in ([], [None])
        assert orphan.exit_sentence() == "The collector process was ended by the signal SIGKILL."
        wait_until(lambda: not psutil.pid_exists(orphan.pid), 5)
        orphan.stop()
        with started(server.start):
            assert server.pid != killed


def test_a_server_that_is_stuck_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with children.SLEEPS.server() as server:
        started(server.start).stop()
        stuck = server.pid
        os.kill(stuck, signal.SIGSTOP)
        monkeypatch.setattr(worker.children, "START_SECONDS", 3.0)
        with started(server.start):
            assert server.pid != stuck


def test_a_server_that_cannot_start_is_an_error_of_the_system() -> None:
    leaves_at_once = (sys.executable, "-c", "")
    with ForkServer(leaves_at_once) as server, pytest.raises(OSError, match=r"fork server|Broken"):
        server.start()


def test_whoever_leaves_the_server_leaves_no_child() -> None:
    with children.SLEEPS.server() as server:
        left = started(server.start)
        pids = (server.pid, left.pid)
    assert not any(psutil.pid_exists(pid) for pid in pids)
    left.stop()


def test_a_killed_worker_leaves_no_server_and_no_child_that_would_not_go() -> None:
    script = textwrap.dedent(
        """
        import time
        from tests.worker import children
        from tests.worker.test_collector_process import started

        server = children.IGNORES_SIGTERM.server()
        print(started(server.start).pid, server.pid, flush=True)
        time.sleep(600)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=CHECKOUT)
    with parent:
        assert parent.stdout is not None
        family = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        parent.kill()
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []
