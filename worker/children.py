"""How collectors are started: forked off a warm server where that is safe, else as fresh processes."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Protocol, Self

from worker.collector_server import GRACE_SECONDS, NUMBER

COLLECTOR = (sys.executable, "-m", "worker.collector")
SERVER = (sys.executable, "-m", "worker.collector_server")
CHECKOUT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0
# What a Python process needs to start, to speak and to trust; everything else of the worker's environment
# (settings, keys, database addresses, drivers' own variables) stays with the worker.
_PASSED_ON = frozenset({"PATH", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"})
_PASSED_ON_PREFIXES = ("LC_", "PYTHON")


class Child(Protocol):
    """A started process that leads a session of its own. The streams are the parent's ends of its pipes.
    subprocess.Popen is one."""

    @property
    def pid(self) -> int: ...

    @property
    def stdin(self) -> IO[bytes] | None: ...

    @property
    def stdout(self) -> IO[bytes] | None: ...

    @property
    def stderr(self) -> IO[bytes] | None: ...

    def poll(self) -> int | None:
        """The exit code (negative: the signal), None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises subprocess.TimeoutExpired after `timeout` seconds."""


# Raises OSError when no process can be started.
Start = Callable[[], Child]


def fresh(command: Sequence[str] = COLLECTOR) -> Start:
    """Starts each child as a process of its own from the beginning."""

    def start() -> Child:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            env=child_environment(os.environ),
            start_new_session=True,
        )

    return start


@contextmanager
def collectors() -> Iterator[Start]:
    """Starts collectors; on leaving, nothing that served to start them is left.

    A forked process is only sure of macOS's libraries after an exec, so that there each is a fresh one."""
    if sys.platform != "linux":
        yield fresh()
        return
    with ForkServer() as server:
        yield server.start


class ForkServer:
    """The worker's side of a collector_server; one that has died is replaced when the next child is asked
    for. May be used from any thread."""

    def __init__(self, command: Sequence[str] = SERVER) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._running: _Server | None = None

    def __enter__(self) -> Self:
        """Start it, so that it is warm when the first child is asked for. Raises OSError."""
        self._server()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._running is not None:
                self._running.end()

    @property
    def pid(self) -> int:
        """The process id of the server that would start the next child."""
        return self._server().process.pid

    def start(self) -> Child:
        """A new child. Raises OSError when none can be started."""
        server = self._server()
        try:
            return server.fork()
        except OSError:
            if not server.has_ended(within_seconds=1):
                raise
        return self._server().fork()

    def _server(self) -> "_Server":
        with self._lock:
            if self._running is None or self._running.has_ended():
                self._running = _Server(self._command)
            return self._running


class _Server:
    """One server process. Children that still run when it ends are ended with it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._control, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        with its_end:
            self.process = subprocess.Popen(
                command,
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=CHECKOUT,
                env=child_environment(os.environ),
                start_new_session=True,
            )

    def fork(self) -> Child:
        """Raises OSError when the server is gone, or cannot fork."""
        with ExitStack() as kept:
            with ExitStack() as passed_on:
                stdin, its_stdin = _pipe(kept, passed_on, "wb")
                stdout, its_stdout = _pipe(kept, passed_on, "rb")
                stderr, its_stderr = _pipe(kept, passed_on, "rb")
                status, its_status = _pipe(kept, passed_on, "rb", buffering=0)
                theirs = (its_stdin, its_stdout, its_stderr, its_status)
                socket.send_fds(self._control, [NUMBER.pack(len(theirs))], theirs)
            try:
                child = _ForkedChild(stdin, stdout, stderr, status)
            except TimeoutError:
                self.process.kill()  # it is stuck
                raise
            kept.pop_all()
        return child

    def has_ended(self, within_seconds: float = 0) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(within_seconds)
        return self.process.returncode is not None

    def end(self) -> None:
        """Ask it to end, and see to it."""
        self._control.close()
        try:
            self.process.wait(GRACE_SECONDS + 1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class _ForkedChild:
    """A child of the server. When that is killed the child's own end is not told: it is seen to."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes], status: IO[bytes]) -> None:
        """Raises OSError when it has not been started."""
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self._status = status
        self._exit_code: int | None = None
        if not self._is_told(START_SECONDS):
            raise TimeoutError("The fork server does not answer.")
        pid = self._next_number()
        if pid is None:
            raise ChildProcessError("The fork server has started no process.")
        self.pid = pid

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        exit_code = self._ended(timeout)
        if exit_code is None:
            raise subprocess.TimeoutExpired(COLLECTOR, timeout or 0)
        return exit_code

    def _ended(self, timeout: float | None) -> int | None:
        if self._exit_code is None and self._is_told(timeout):
            self._exit_code = self._next_number()
            if self._exit_code is None:
                self._exit_code = -signal.SIGKILL
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
            self._status.close()
        return self._exit_code

    def _next_number(self) -> int | None:
        """What the server has told; None when it is gone."""
        told = self._status.read(NUMBER.size)
        return int(NUMBER.unpack(told)[0]) if told else None

    def _is_told(self, timeout: float | None) -> bool:
        waiting = select.poll()
        waiting.register(self._status, select.POLLIN)
        return bool(waiting.poll(None if timeout is None else timeout * 1000))


def _pipe(
    kept: ExitStack, passed_on: ExitStack, mode: Literal["rb", "wb"], buffering: int = -1
) -> tuple[IO[bytes], int]:
    """The parent's end, opened in `mode` and closed with `kept`, and the child's, closed with `passed_on`."""
    read_end, write_end = os.pipe()
    own, other = (read_end, write_end) if mode == "rb" else (write_end, read_end)
    passed_on.callback(os.close, other)
    return kept.enter_context(os.fdopen(own, mode, buffering)), other


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What of the worker's environment a child may see."""
    return {
        name: value
        for name, value in environment.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
