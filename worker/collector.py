"""The collector: a process that reads one source, once. `python -m worker.collector`.

Its first line of stdin is the request, secrets included; stdin then stays open, and its end means that
the parent is gone. stdout carries one JSON event a line; the last is a `result` or an `error`. SIGTERM, or
the end of stdin, cancels what the source is doing for us and ends the process with exit code 143.
"""

import json
import os
import select
import signal
import sys
import threading
import time
import traceback
from dataclasses import asdict
from typing import Any

from app.core.domain.leaks import LeakGate
from app.core.domain.networks import NetworkRules
from app.core.domain.runs import RunErrorCode
from app.core.domain.templates import find_template, sensitive_keys
from worker.connectors import open_connector
from worker.connectors.base import Connector, run_test
from worker.sources import STATEMENT_TIMEOUT_SECONDS, Source, SourceError

EXIT_CANCELED = 128 + signal.SIGTERM
PROGRESS_INTERVAL_SECONDS = 0.3
TEST_STATEMENT_TIMEOUT_SECONDS = 5
STOP_GRACE_SECONDS = 4.0
MAX_REQUEST_BYTES = 4 << 20
MEMORY_PROBE_BYTES = 16 << 20  # a thread's stack, or a driver's library


class Events:
    """The process's stdout, as events. A Reporter for the connector."""

    def __init__(self) -> None:
        self._phase: str | None = None
        self._next_progress = 0.0

    def emit(self, event: str, **fields: Any) -> None:
        line = json.dumps({"event": event, **fields}, separators=(",", ":"))
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def progress(self, phase: str, done: int, total: int | None, current: str | None = None) -> None:
        now = time.monotonic()
        if phase == self._phase and now < self._next_progress and done != total:
            return
        self._phase, self._next_progress = phase, now + PROGRESS_INTERVAL_SECONDS
        self.emit("progress", phase=phase, done=done, total=total, current=current)

    def log(self, level: str, message: str, **fields: Any) -> None:
        self.emit("log", level=level, message=message, fields=fields)


class Stopper:
    """Ends the process when the parent asks for it or is gone, whatever the main thread is waiting for.

    The signal reaches a thread through a pipe: the main thread may be inside a driver for minutes."""

    def __init__(self) -> None:
        self.connector: Connector | None = None
        self._is_stopping = threading.Event()
        self._has_canceled = threading.Event()
        self._wakeup, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # the pipe does the work
        threading.Thread(target=self._watch, name="stopper", daemon=True).start()

    def hold_if_stopping(self) -> None:
        """Once the process is stopping, its main thread has nothing more to say: an interrupted statement is
        no error of the source."""
        if self._is_stopping.is_set():
            time.sleep(STOP_GRACE_SECONDS)
            os._exit(EXIT_CANCELED)

    def _watch(self) -> None:
        stdin = sys.stdin.fileno()
        while True:
            ready, _, _ = select.select([stdin, self._wakeup], [], [])
            if self._wakeup in ready or not os.read(stdin, 4096):
                break
        self._is_stopping.set()
        # The source may be as stuck as we are: ask it to stop, but do not wait for ever.
        threading.Thread(target=self._cancel, name="canceler", daemon=True).start()
        self._has_canceled.wait(STOP_GRACE_SECONDS)
        os._exit(EXIT_CANCELED)

    def _cancel(self) -> None:
        try:
            if self.connector is not None:
                self.connector.cancel()
        finally:
            self._has_canceled.set()


def main() -> int:
    """Read the request, do it, report. Returns the exit code: 0, as a result or an error has been told."""
    events = Events()
    try:
        request = _read_request()
    except (ValueError, TypeError):
        events.emit("error", code=RunErrorCode.BAD_CONFIG, message="The request is malformed.", hint=None)
        return 0
    stopper = Stopper()
    memory_mb = request.get("memory_mb")
    try:
        if memory_mb is not None:
            _limit_memory(int(memory_mb))
        _serve(request, events, stopper)
    except SourceError as error:
        stopper.hold_if_stopping()
        events.emit("error", code=error.code, message=error.message, hint=error.hint, field=error.field)
    except Exception as error:  # noqa: BLE001 - the last resort of a process: told, and where it happened
        stopper.hold_if_stopping()
        if isinstance(error, MemoryError) or _is_short_of_memory():
            events.emit(
                "error",
                code=RunErrorCode.MEMORY_LIMIT,
                message=f"The collector needed more than {memory_mb} MB of memory.",
                hint="Collect fewer schemas at once, or raise MUSTER_COLLECTOR_MEMORY_MB.",
            )
        else:
            _report_unforeseen(error, events)
    return 0


def _serve(request: dict[str, Any], events: Events, stopper: Stopper) -> None:
    is_test = request["mode"] == "test"
    schemas, roots = request.get("schemas"), request.get("file_roots")
    default_seconds = TEST_STATEMENT_TIMEOUT_SECONDS if is_test else STATEMENT_TIMEOUT_SECONDS
    gate = LeakGate(_secrets(request))
    source = Source(
        parameters=request["parameters"],
        gate=gate,
        networks=NetworkRules.from_texts(request["networks"]),
        schemas=tuple(schemas) if schemas else None,
        file_roots=tuple(roots) if roots is not None else None,
        connect_timeout_seconds=float(request.get("connect_timeout_seconds") or 10),
        statement_timeout_seconds=int(request.get("statement_seconds") or default_seconds),
        pause_seconds=float(request.get("pause_seconds") or 0),
        application_name=str(request.get("application_name") or "muster"),
    )
    connector = open_connector(request["template_id"], source)
    stopper.connector = connector
    try:
        result = (
            _test(connector, events, stopper)
            if is_test
            else _collect(connector, request, gate, events, stopper)
        )
    finally:
        # Here, because a result or an error must be the last that is said.
        if not is_test:
            events.emit("cost", **asdict(connector.meter.cost()))
        if gate.redactions:
            events.emit("redactions", count=gate.redactions)
        stopper.connector = None
        connector.close()
    events.emit("result", **result)


def _secrets(request: dict[str, Any]) -> list[str]:
    """The values of the parameters that the template calls secret; what is no text is none."""
    template = find_template(request["template_id"])
    keys = sensitive_keys(template) if template else ()
    return [value for key in keys if isinstance(value := request["parameters"].get(key), str)]


def _test(connector: Connector, events: Events, stopper: Stopper) -> dict[str, Any]:
    """Walk through the test's steps. Returns what the result event says."""
    result = run_test(connector)
    stopper.hold_if_stopping()
    for diagnostic in result.diagnostics:
        events.emit("diagnostic", **diagnostic.as_dict())
    return {"ok": result.ok, "version": result.detected_version, "statements": connector.meter.statements}


def _collect(
    connector: Connector, request: dict[str, Any], gate: LeakGate, events: Events, stopper: Stopper
) -> dict[str, Any]:
    """Read the source into the staging area. Returns what the result event says."""
    from worker.staging import JsonLinesWriter, RecordWriter, StagingFailed, StagingIncomplete, StagingWriter

    try:
        output = request.get("output_fd")
        writer: RecordWriter = (
            JsonLinesWriter(events, gate, output)
            if output is not None
            else StagingWriter(
                events,
                gate,
                request["staging_url"],
                request["staging_key"],
                request.get("fingerprint_scope"),
            )
        )
        events.progress("connecting", 0, None)
        connector.open_session()
        fingerprint = connector.fingerprint() if request.get("fingerprint_scope") else None
        known = request.get("known_fingerprint")
        is_unchanged = fingerprint is not None and fingerprint == known
        if fingerprint is not None and is_unchanged and isinstance(writer, StagingWriter):
            events.log(
                "INFO", "The source is what it was when it was last read: nothing more was asked of it."
            )
            writer.finish_unchanged(fingerprint)
        else:
            writer.finish(connector.collect(writer, events), fingerprint)
    except StagingFailed as error:
        raise SourceError(RunErrorCode.STAGING_FAILED, str(error)) from error
    except StagingIncomplete as error:
        raise SourceError(RunErrorCode.STAGING_INCOMPLETE, str(error)) from error
    stopper.hold_if_stopping()
    return {
        "ok": True,
        "version": connector.version,
        "statements": connector.meter.statements,
        "is_unchanged": is_unchanged,
        **vars(writer.tally),
    }


def _read_request() -> dict[str, Any]:
    """The first line of stdin, byte by byte past no line end: what follows belongs to the stopper."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(sys.stdin.fileno(), 65536)
        if not part or len(line) > MAX_REQUEST_BYTES:
            raise ValueError("no request")
        line += part
    request = json.loads(line)
    if not isinstance(request, dict) or not isinstance(request.get("parameters"), dict):
        raise TypeError("a request is an object with parameters")
    return request


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on every system; the parent watches as well
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = megabytes << 20
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _is_short_of_memory() -> bool:
    """Whether the limit is reached: a library that cannot be loaded, or a thread that cannot be started for
    want of memory, says so as some other error."""
    try:
        bytearray(MEMORY_PROBE_BYTES)
    except MemoryError:
        return True
    return False


def _report_unforeseen(error: Exception, events: Events) -> None:
    """Told without the error's own text, which nobody has vouched for: it might quote a secret."""
    where = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    events.log(
        "ERROR", "The collector met an error it does not know.", type=type(error).__name__, where=where
    )
    events.emit(
        "error",
        code=RunErrorCode.INTERNAL,
        message=f"The collector met an error it does not know ({type(error).__name__}).",
        hint=None,
    )


if __name__ == "__main__":
    sys.exit(main())
