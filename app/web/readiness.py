"""Whether everything that Muster needs is there."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

OK = "ok"
CHECK_SECONDS = 2.0
KEEP_SECONDS = 1.0

Check = Callable[[], str]
"""Says OK, or in a few words what is wrong; raises when it cannot tell."""


@dataclass(frozen=True)
class Report:
    """The state of each part, by name."""

    parts: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        return all(state == OK for state in self.parts.values())


class Readiness:
    """Runs the checks side by side, each at most CHECK_SECONDS; an answer serves for KEEP_SECONDS."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._probes = {name: _Probe(name, check) for name, check in checks.items()}
        self._lock = threading.Lock()
        self._report: Report | None = None
        self._asked_at = 0.0

    def report(self) -> Report:
        """The state of all parts, not older than KEEP_SECONDS."""
        with self._lock:
            if self._report is None or time.monotonic() - self._asked_at > KEEP_SECONDS:
                self._asked_at = time.monotonic()
                self._report = self._ask()
            return self._report

    def _ask(self) -> Report:
        for probe in self._probes.values():
            probe.begin()
        deadline = time.monotonic() + CHECK_SECONDS
        return Report({name: probe.state(deadline) for name, probe in self._probes.items()})


class _Probe:
    """One check on a thread of its own: what hangs there holds up nobody, and is not begun a second time."""

    def __init__(self, name: str, check: Check) -> None:
        self._name = name
        self._check = check
        self._thread: threading.Thread | None = None
        self._state = ""

    def begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name=f"readiness-{self._name}", daemon=True)
            self._thread.start()

    def state(self, deadline: float) -> str:
        """What the check found, or that it has not answered by `deadline` (monotonic seconds)."""
        if self._thread is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
            if self._thread.is_alive():
                return "does not answer"
        return self._state

    def _run(self) -> None:
        try:
            self._state = self._check()
        except Exception as error:  # noqa: BLE001 - not being reachable is this check's finding
            self._state = f"not reachable ({type(error).__name__})"
