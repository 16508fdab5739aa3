"""Keeps the children of `muster up` running, and ends them in order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.cli.errors import StartError
from app.cli.logs import LogTail, is_clean_exit, last_lines
from app.cli.private_files import private_folder
from app.cli.processes import Child, ChildSpec, stop_orphan
from app.cli.signals import StopSignals
from app.cli.terminal import Terminal

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0
ESSENTIAL_FAILURES = 6
TEND_SECONDS = 0.5
READY_POLL_SECONDS = 0.1


class StopRequested(Exception):
    """Somebody asked to stop while the start was still under way."""


@dataclass
class Backoff:
    """How long to wait before the next start of a child that ends on its own."""

    failures: int = 0

    def after(self, lived_seconds: float) -> float:
        """Seconds to wait now; doubles with each early end, starts afresh after a healthy minute."""
        self.failures = 1 if lived_seconds > HEALTHY_AFTER_SECONDS else self.failures + 1
        return min(FIRST_DELAY_SECONDS * 2.0 ** (self.failures - 1), LONGEST_DELAY_SECONDS)


@dataclass
class _Managed:
    spec: ChildSpec
    essential: bool
    child: Child
    tail: LogTail
    backoff: Backoff = field(default_factory=Backoff)
    restart_at: float | None = None


class Supervisor:
    """Runs children. `essential` ones may not keep failing: without them the others are of no use."""

    def __init__(self, data_dir: Path, signals: StopSignals, terminal: Terminal) -> None:
        self._log_dir = private_folder(data_dir / "logs")
        self._run_dir = private_folder(data_dir / "run")
        self._signals = signals
        self._terminal = terminal
        self._managed: list[_Managed] = []

    def stop_orphans(self, names: tuple[str, ...]) -> None:
        """End what a killed supervisor left behind, in this order."""
        for name in names:
            pid = stop_orphan(self._run_dir, name)
            if pid is not None:
                self._terminal.say(f"Stopped {name} (process {pid}), left over from a start that was killed.")

    def start(self, spec: ChildSpec, *, essential: bool = False) -> Child:
        """Start a child and keep it running from now on."""
        tail = LogTail(self._log_dir / f"{spec.name}.log", spec.alarm)
        child = self._launch(spec)
        self._managed.append(_Managed(spec, essential, child, tail))
        return child

    def discard(self, child: Child) -> None:
        """Stop a child and forget it."""
        self._managed = [managed for managed in self._managed if managed.child is not child]
        child.stop()

    def wait_for(self, child: Child, ready: Callable[[], bool], seconds: float) -> bool:
        """Wait until `ready`; False when the child ended or the time is over. Raises StopRequested."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self._signals.stop_requested:
                raise StopRequested
            if child.exit_code() is not None or time.monotonic() > deadline:
                return False
            self._signals.wait(READY_POLL_SECONDS)
        return True

    def watch(self) -> None:
        """Restart what ends and show what the logs complain of, until asked to stop.

        Raises StartError when an essential child ends again and again.
        """
        while not self._signals.stop_requested:
            self._signals.wait(TEND_SECONDS)
            if not self._signals.stop_requested:
                for managed in self._managed:
                    self._tend(managed)

    def failure(self, child: Child, what: str) -> StartError:
        """An error that tells how the child's start went, with the end of its log."""
        code = child.exit_code()
        ending = "is not ready" if code is None else _describe(code)
        log = "\n".join(f"  {line}" for line in last_lines(child.log, 8))
        return StartError(f"{what}: {child.spec.name} {ending}. The end of {child.log}:\n{log}")

    def stop_all(self) -> None:
        """End all children, the youngest first; returns when none is left."""
        while self._managed:
            managed = self._managed.pop()
            spec, child = managed.spec, managed.child
            if managed.restart_at is None and child.exit_code() is None:
                code = child.stop(lambda: self._signals.hurried)
                if not is_clean_exit(code, spec.stop.signal, child.log):
                    self._terminal.warn(f"{spec.name} {_describe(code)} while stopping; see {child.log}")
            else:
                child.stop()

    def _launch(self, spec: ChildSpec) -> Child:
        return Child(spec, log_dir=self._log_dir, run_dir=self._run_dir)

    def _tend(self, managed: _Managed) -> None:
        name, child = managed.spec.name, managed.child
        for line in managed.tail.important_lines():
            self._terminal.log_line(name, line)
        now = time.monotonic()
        if managed.restart_at is not None:
            if now >= managed.restart_at:
                managed.restart_at = None
                managed.child = self._launch(managed.spec)
        elif (code := child.exit_code()) is not None:
            delay = managed.backoff.after(now - child.started_at)
            if managed.essential and managed.backoff.failures >= ESSENTIAL_FAILURES:
                raise self.failure(child, f"{name} keeps ending")
            self._terminal.warn(
                f"{name} {_describe(code)}; starting it again in {delay:.0f} s. Log: {child.log}"
            )
            managed.restart_at = now + delay


def _describe(exit_code: int) -> str:
    if exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"
