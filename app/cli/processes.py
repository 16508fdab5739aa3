"""Child processes of `muster up`: how one is started, recorded on disk, and stopped."""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import psutil

from app.cli.accounts import Account, run_as

KILL_WAIT_SECONDS = 5.0
DESCENDANT_WAIT_SECONDS = 1.0
POLL_SECONDS = 0.05
# Two readings of one process's start time differ by clock ticks, never by more.
START_TIME_TOLERANCE_SECONDS = 2.0
LOG_ROTATION_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class StopPlan:
    """How a process is asked to go: `signal`, then after `seconds` the `force` signal, then SIGKILL."""

    signal: Signals = SIGTERM
    seconds: float = 10.0
    force: Signals = SIGKILL


@dataclass(frozen=True)
class ChildSpec:
    """A process to run. `account` is the system user it runs as, when that is not the caller.

    Lines of its log that match `alarm` are shown on the terminal.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    stop: StopPlan = field(default_factory=StopPlan)
    account: Account | None = None
    pass_fds: tuple[int, ...] = ()
    alarm: str = r"\b(?:WARNING|ERROR|CRITICAL)\b"


class Child:
    """One running process of a ChildSpec, with its log and its record in the data directory."""

    def __init__(self, spec: ChildSpec, *, log_dir: Path, run_dir: Path) -> None:
        self.spec = spec
        self.log = log_dir / f"{spec.name}.log"
        self._record = run_dir / f"{spec.name}.json"
        self.started_at = time.monotonic()
        _rotate(self.log)
        with self.log.open("ab") as log:
            self._popen: subprocess.Popen[bytes] = subprocess.Popen(
                spec.argv,
                env=dict(spec.env),
                cwd=spec.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone
                umask=0o077,
                pass_fds=spec.pass_fds,
                preexec_fn=_follow_parent(spec.stop.signal),  # noqa: PLW1509 - no threads run here
                **run_as(spec.account),
            )
        self._process = psutil.Process(self._popen.pid)
        _write_record(self._record, self._process, spec.stop)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._popen.poll()

    def stop(self, hurried: Callable[[], bool] = lambda: False) -> int:
        """End it and whatever it started; returns the exit code. `hurried` cuts the polite wait short."""

        _end(self._process, lambda: self._popen.poll() is not None, self.spec.stop, hurried)
        self._record.unlink(missing_ok=True)
        return self._popen.wait()


def stop_orphan(run_dir: Path, name: str) -> int | None:
    """End the process that an earlier supervisor recorded as `name` and could not stop itself.

    Returns its pid, or None when there was none. A pid that belongs to another process by now is left alone.
    """
    path = run_dir / f"{name}.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        process = psutil.Process(int(record["pid"]))
        ours = abs(process.create_time() - float(record["started"])) < START_TIME_TOLERANCE_SECONDS
        plan = StopPlan(Signals(record["signal"]), float(record["seconds"]), Signals(record["force"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, psutil.NoSuchProcess):
        path.unlink()
        return None
    if not ours or process.status() == psutil.STATUS_ZOMBIE:
        path.unlink()
        return None

    _end(process, lambda: not _is_alive(process), plan)
    path.unlink()
    return process.pid


def listens_on(pid: int, port: int) -> bool:
    """Whether this very process (and not another program) listens on the TCP port."""
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port for c in connections)


def _never() -> bool:
    return False


def _end(
    process: psutil.Process, gone: Callable[[], bool], plan: StopPlan, hurried: Callable[[], bool] = _never
) -> None:
    family: set[psutil.Process] = set()
    steps = (
        (plan.signal, plan.seconds, hurried),
        # hurry shortens politeness only: PostgreSQL's SIGQUIT is still an end of its own making
        (plan.force, KILL_WAIT_SECONDS, _never),
        (SIGKILL, KILL_WAIT_SECONDS, _never),
    )
    for step, seconds, impatient in steps:
        try:
            family.update(process.children(recursive=True))
            process.send_signal(step)
        except psutil.NoSuchProcess:
            break
        if _wait_until(gone, seconds, impatient):
            break
    _, left = psutil.wait_procs(family, timeout=DESCENDANT_WAIT_SECONDS)
    for descendant in left:
        descendant.kill()


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_until(done: Callable[[], bool], seconds: float, hurried: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline or hurried():
            return done()
        time.sleep(POLL_SECONDS)
    return True


def _write_record(path: Path, process: psutil.Process, plan: StopPlan) -> None:
    record = {
        "pid": process.pid,
        "started": process.create_time(),
        "signal": int(plan.signal),
        "seconds": plan.seconds,
        "force": int(plan.force),
    }
    # whole or not at all: a supervisor killed here must not leave a record that nobody can read
    whole = path.with_suffix(".new")
    whole.write_text(json.dumps(record), encoding="utf-8")
    whole.rename(path)


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_ROTATION_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _follow_parent(stop_signal: Signals) -> Callable[[], None] | None:
    """On Linux: the child gets its stop signal when the supervisor dies, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:
            os._exit(1)

    return arm
