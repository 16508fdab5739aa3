"""The parent's side of a collector process: starting it, listening to it, watching it, ending it.

The child reads its configuration, secrets included, from stdin, which stays open: when the parent dies the
child reads the end of it and leaves. It runs in a session of its own, so that one signal reaches all of it.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import IO, Any, Literal, Self, cast

import psutil

from worker.children import Start
from worker.collector_events import Cleaner, Event, parse_event

GRACE_SECONDS = 5.0
_MAX_LINE_BYTES = 1 << 20
_MAX_WAITING_EVENTS = 1000
_KEPT_ERROR_LINES = 20


@dataclass(frozen=True)
class CollectorRequest:
    """What the child is to do. `parameters` holds secrets in plain text: it is never shown or logged.
    `networks` are NetworkRules as texts; without `statement_seconds` the mode's own limit holds. With a
    `fingerprint_scope` the source's fingerprint is taken; when it is the known one, nothing more is read."""

    mode: Literal["collect", "test"]
    template_id: str
    parameters: Mapping[str, Any] = field(repr=False)
    file_roots: Sequence[str]
    networks: Mapping[str, Sequence[str]]
    connect_timeout_seconds: int
    memory_mb: int
    schemas: Sequence[str] | None = None
    staging_url: str | None = None
    staging_key: str | None = None
    application_name: str = "muster"
    pause_seconds: float = 0.0
    statement_seconds: int | None = None
    fingerprint_scope: str | None = None
    known_fingerprint: str | None = None


class CollectorProcess:
    """One child. A context manager: on leaving, the child's whole process group has ended and is reaped."""

    def __init__(self, request: CollectorRequest, secrets: Sequence[str], start: Start) -> None:
        """`start` the child and hand it `request`. `secrets` are masked in everything it says.

        Raises OSError when no process can be started.
        """
        # One for each reading thread.
        self._event_cleaner, self._error_cleaner = Cleaner(secrets), Cleaner(secrets)
        # None: the child has closed its stdout
        self._events: queue.Queue[Event | None] = queue.Queue(_MAX_WAITING_EVENTS)
        self._error_lines: deque[str] = deque(maxlen=_KEPT_ERROR_LINES)
        self._is_stopping = threading.Event()
        self._process = start()
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._event_reader = self._start_reader(self._read_events, self._process.stdout)
        self._error_reader = self._start_reader(self._read_errors, self._process.stderr)
        with contextlib.suppress(BrokenPipeError):  # it died at once: its exit code will tell
            self._stdin.write(json.dumps(asdict(request)).encode() + b"\n")
            self._stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The child's process id, and that of its group."""
        return self._process.pid

    @property
    def redactions(self) -> int:
        """How many secret values have been masked in what the child said."""
        return self._event_cleaner.redactions + self._error_cleaner.redactions

    def events(self, tick_seconds: float) -> Iterator[Event | None]:
        """Events in order; None whenever `tick_seconds` pass without one. Ends when the child has ended."""
        while True:
            try:
                event = self._events.get(timeout=tick_seconds)
            except queue.Empty:
                # A grandchild may hold the pipe open for ever: the child's own end counts.
                if self._process.poll() is not None and not self._is_reading_on():
                    return
                yield None
                continue
            if event is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(GRACE_SECONDS)
                return
            yield event

    def memory_mb(self) -> float:
        """Resident memory of the child and its own children, in MiB; 0 once it has ended."""
        try:
            leader = psutil.Process(self.pid)
            family = [leader, *leader.children(recursive=True)]
        except psutil.NoSuchProcess:
            return 0.0
        total = 0
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total / (1 << 20)

    def exit_sentence(self) -> str | None:
        """How the child ended, as a sentence; None when it ended as a child that has reported does."""
        code = self._process.poll()
        if code == 0:
            return None
        if code is None:
            return "The collector process did not end."
        if code > 0:
            return f"The collector process ended unexpectedly with exit code {code}."
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            return f"The collector process was ended by the signal {name}."
        return f"The collector process was ended by signal {-code}."

    def error_output(self) -> list[str]:
        """The last lines of the child's stderr, cleaned."""
        if self._process.poll() is not None:
            self._error_reader.join(timeout=1)  # its last words may still be on their way
        return list(self._error_lines)

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """End the whole group: asked first, killed after `grace_seconds`. Harmless when it has ended."""
        self._is_stopping.set()
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
        self._signal(signal.SIGKILL)  # also whatever the leader has left behind
        self._process.wait()
        for reader in (self._event_reader, self._error_reader):
            reader.join(timeout=1)
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _is_reading_on(self) -> bool:
        """Whether the end of the child's output, or more of it, has come within a second."""
        self._event_reader.join(timeout=1)
        return not self._events.empty()

    def _start_reader(self, read: Callable[[IO[bytes]], None], stream: IO[bytes] | None) -> threading.Thread:
        reader = threading.Thread(target=read, args=(stream,), name=read.__name__, daemon=True)
        reader.start()
        return reader

    def _read_events(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_MAX_LINE_BYTES):
                self._put(parse_event(line, self._event_cleaner))
        self._put(None)

    def _put(self, event: Event | None) -> None:
        while not self._is_stopping.is_set():
            with contextlib.suppress(queue.Full):
                self._events.put(event, timeout=0.5)
                return

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_MAX_LINE_BYTES):
                if text := self._error_cleaner.text(line.decode("utf-8", "replace")).rstrip():
                    self._error_lines.append(text)
