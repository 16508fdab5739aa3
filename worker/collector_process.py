"""The parent's side of a collector process: starting it, listening to it, watching it, ending it.

The child reads its configuration, secrets included, from stdin, which stays open: when the parent dies the
child reads the end of it and leaves. It runs in a session of its own, so that one signal reaches all of it.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import IO, Any, Literal, Self, cast

import psutil

from worker.children import Start
from worker.collector_events import Cleaner, Event, parse_event

GRACE_SECONDS = 5.0
_MAX_LINE_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 16
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
        self._cleaner = Cleaner(secrets)
        self._error_lines: deque[str] = deque(maxlen=_KEPT_ERROR_LINES)
        self._process = start()
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._output = _Lines(cast("IO[bytes]", self._process.stdout))
        self._errors = _Lines(cast("IO[bytes]", self._process.stderr))
        self._readable = select.poll()
        for lines in (self._output, self._errors):
            self._readable.register(lines, select.POLLIN)
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
        return self._cleaner.redactions

    def events(self, tick_seconds: float) -> Iterator[Event | None]:
        """Events in order, to be asked for once; None whenever `tick_seconds` pass without one. Ends when the
        child has ended."""
        has_ended = False
        tick = time.monotonic() + tick_seconds
        while not self._output.are_over:
            lines = self._hear(tick - time.monotonic())
            for line in lines:
                yield parse_event(line, self._cleaner)
            if not lines and time.monotonic() < tick:
                continue
            if not lines:
                # A grandchild may hold the pipe open for ever: the child's own end counts.
                if has_ended:
                    return
                has_ended = self._process.poll() is not None
                yield None
            tick = time.monotonic() + tick_seconds
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)

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
        self._hear_errors()
        return list(self._error_lines)

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """End the whole group: asked first, killed after `grace_seconds`. Harmless when it has ended."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
        self._signal(signal.SIGKILL)  # also whatever the leader has left behind
        self._process.wait()
        self._hear_errors()
        for lines in (self._output, self._errors):
            lines.close()
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _hear(self, seconds: float) -> list[bytes]:
        """Wait for what the child says next; the lines of its stdout."""
        ready = {descriptor for descriptor, _ in self._readable.poll(max(seconds, 0) * 1000)}
        if self._errors.fileno() in ready:
            self._hear_errors()
            if self._errors.are_over:
                self._readable.unregister(self._errors)
        return self._output.read() if self._output.fileno() in ready else []

    def _hear_errors(self) -> None:
        for line in self._errors.read():
            if text := self._cleaner.text(line.decode("utf-8", "replace")).rstrip():
                self._error_lines.append(text)


class _Lines:
    """What a pipe brings, line by line; longer lines are cut at about _MAX_LINE_BYTES."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.are_over = False
        self._pipe = pipe
        self._begun = b""
        os.set_blocking(pipe.fileno(), False)

    def fileno(self) -> int:
        return self._pipe.fileno()

    def read(self) -> list[bytes]:
        """The lines that are there by now, at most about _MAX_LINE_BYTES of them: a child that floods the
        pipe does not keep its reader from all else."""
        lines: list[bytes] = []
        left = _MAX_LINE_BYTES
        while left > 0 and not self.are_over:
            try:
                part = os.read(self.fileno(), _BLOCK_BYTES)
            except BlockingIOError:
                break
            left -= len(part)
            self.are_over = not part
            *whole, self._begun = (self._begun + part).split(b"\n")
            lines.extend(whole)
        if self._begun and (self.are_over or len(self._begun) >= _MAX_LINE_BYTES):
            lines.append(self._begun)
            self._begun = b""
        return lines

    def close(self) -> None:
        self.are_over = True
        self._pipe.close()
