"""The fork server: starts collectors in milliseconds. `python -m worker.collector_server`; Linux only.

It has loaded what a collector needs and has seen nothing else: a request goes from the worker to the forked
child through the child's own stdin, which the server hands on unread. It runs no thread, and its environment
is that of a collector. stdin is a socket; each message on it brings four descriptors: stdin, stdout and
stderr of a new child, and a pipe that tells the worker the child's process id and, at its end, its exit code
(negative: the signal). The end of the socket means that the worker is gone.
"""

import ctypes
import gc
import importlib
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from worker import collector

# All that a collection loads. Only loaded: nothing is opened, and no thread begins.
PRELOADED = (
    "encodings.idna",
    "encodings.utf_16_be",
    "fsspec.implementations.chained",
    "fsspec.implementations.local",
    "psycopg",
    "pymysql",
    "resource",
    "sqlite3",
    "worker.connectors.mysql",
    "worker.connectors.postgres",
    "worker.connectors.sqlite",
    "worker.staging",
)
NUMBER = struct.Struct("=i")
DESCRIPTORS = 4
# A child that is told to stop may take collector.STOP_GRACE_SECONDS to cancel what its source is doing.
GRACE_SECONDS = collector.STOP_GRACE_SECONDS + 2
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
_CHILD_NAME = b"collector"


def serve(main: Callable[[], int]) -> None:
    """Fork a child that runs `main` for every message on stdin, until its end; then end the children."""
    _Server(main).run()


class _Server:
    def __init__(self, main: Callable[[], int]) -> None:
        self._main = main
        self._pid = os.getpid()
        self._prctl = ctypes.CDLL(None, use_errno=True).prctl
        self._status_pipes: dict[int, int] = {}  # by process id
        self._control = socket.socket(fileno=os.dup(0))
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.close(nowhere)
        self._wakeup, write_end = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the pipe does the work
        gc.collect()
        gc.freeze()  # lest collecting garbage copies every page that the children share

    def run(self) -> None:
        waiting = select.poll()
        waiting.register(self._control, select.POLLIN)
        waiting.register(self._wakeup, select.POLLIN)
        is_wanted = True
        while is_wanted:
            ready = {descriptor for descriptor, _ in waiting.poll()}
            if self._wakeup in ready:
                self._reap()
            if self._control.fileno() in ready:
                is_wanted = self._start_child()
        self._end_children()

    def _start_child(self) -> bool:
        """False when nobody will ask for one any more."""
        message, descriptors, _, _ = socket.recv_fds(self._control, NUMBER.size, DESCRIPTORS)
        if not message:
            return False
        try:
            pid = os.fork()
        except OSError:
            pid = None  # the worker sees its pipes closed
        if pid == 0:
            self._become_child(descriptors)
        *streams, status = descriptors
        for descriptor in streams:
            os.close(descriptor)
        if pid is None:
            os.close(status)
        else:
            self._status_pipes[pid] = status
        return True

    def _become_child(self, descriptors: list[int]) -> NoReturn:
        exit_code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            self._end_with_the_server()
            *streams, status = descriptors
            for number, descriptor in enumerate(streams):
                os.dup2(descriptor, number)
            os.write(status, NUMBER.pack(os.getpid()))
            os.closerange(len(streams), os.sysconf("SC_OPEN_MAX"))
            exit_code = self._main()
        except SystemExit as leaving:
            exit_code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except BaseException:  # noqa: BLE001 - the last resort of a process, told as an interpreter tells it
            traceback.print_exc()
        finally:
            with suppress(OSError):
                sys.stdout.flush()
            os._exit(exit_code)

    def _end_with_the_server(self) -> None:
        self._prctl(_PR_SET_NAME, _CHILD_NAME)
        self._prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != self._pid:  # it had ended before that was said
            os._exit(collector.EXIT_CANCELED)

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wakeup, 4096)
        with suppress(ChildProcessError):
            while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
                # what it has left behind, while nobody else can have its number
                _signal_group(ended.si_pid, signal.SIGKILL)
                _, wait_status = os.waitpid(ended.si_pid, 0)
                self._report(ended.si_pid, os.waitstatus_to_exitcode(wait_status))

    def _report(self, pid: int, exit_code: int) -> None:
        status = self._status_pipes.pop(pid)
        with suppress(BrokenPipeError):  # nobody asks any more
            os.write(status, NUMBER.pack(exit_code))
        os.close(status)

    def _end_children(self) -> None:
        for pid in self._status_pipes:
            _signal_group(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._status_pipes and (left := deadline - time.monotonic()) > 0:
            select.select([self._wakeup], [], [], left)
            self._reap()
        for pid in self._status_pipes:
            _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _make_libpq_ready() -> None:
    """Have it load its defaults and its cryptography, which would take each child milliseconds to sign in.

    Nobody is spoken to: there is no such folder."""
    import psycopg

    nowhere = "host=/nonexistent user=nobody passfile=/nonexistent"
    with suppress(psycopg.OperationalError):
        psycopg.connect(nowhere)
    connection = psycopg.pq.PGconn.connect_start(nowhere.encode())
    connection.encrypt_password(b"", b"nobody", b"scram-sha-256")
    connection.finish()


if __name__ == "__main__":
    for module in PRELOADED:
        importlib.import_module(module)
    _make_libpq_ready()
    serve(collector.main)
