"""Whether everything that Muster needs is there."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

OK = "ok"
NOT_ANSWERED_YET = "has not answered yet"
CHECK_SECONDS = 2.0
KEEP_SECONDS = 1.0
# Who only glances waits this long for what is not known; a part that is there answers far sooner.
GLANCE_SECONDS = 0.25
# What a part that is slow now said longer ago than this says nothing of how it is.
STALE_SECONDS = 5.0

Check = Callable[[], str]
"""Says OK, or in a few words what is wrong; raises when it cannot tell."""


class ServiceState(StrEnum):
    """UNKNOWN: it has not answered yet, and has not been asked for long."""

    OK = "OK"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class ServiceHealth:
    """A part and its state; `message` says in a few words what is wrong."""

    name: str
    state: ServiceState
    message: str | None


@dataclass(frozen=True)
class Report:
    """The state of each part, by name."""

    parts: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        return all(state == OK for state in self.parts.values())

    @property
    def services(self) -> list[ServiceHealth]:
        return [_health(name, state) for name, state in self.parts.items()]


class Readiness:
    """Runs the checks side by side; an answer serves for KEEP_SECONDS."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._probes = {name: _Probe(name, check) for name, check in checks.items()}

    def report(self) -> Report:
        """The state of all parts, not older than KEEP_SECONDS. Waits at most CHECK_SECONDS for it."""
        return self._report(CHECK_SECONDS)

    def glance(self) -> Report:
        """The state of all parts as it was found last, after asking again when that is long ago.

        Waits at most GLANCE_SECONDS: a part that takes longer keeps the state it had, until that is
        STALE_SECONDS old and it is said not to have answered yet, or until it has taken CHECK_SECONDS and
        is said not to answer.
        """
        return self._report(GLANCE_SECONDS)

    def _report(self, wait_seconds: float) -> Report:
        for probe in self._probes.values():
            probe.begin()
        deadline = time.monotonic() + wait_seconds
        return Report({name: probe.state(deadline) for name, probe in self._probes.items()})


def _health(name: str, state: str) -> ServiceHealth:
    if state == OK:
        return ServiceHealth(name, ServiceState.OK, None)
    unknown = state == NOT_ANSWERED_YET
    return ServiceHealth(name, ServiceState.UNKNOWN if unknown else ServiceState.DOWN, state)


class _Probe:
    """One check on a thread of its own: what hangs there holds up nobody, and is not begun a second time."""

    def __init__(self, name: str, check: Check) -> None:
        self._name = name
        self._check = check
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._began_at = 0.0
        self._state = NOT_ANSWERED_YET
        self._found_at = 0.0

    def begin(self) -> None:
        """Ask, unless that is being done or was begun less than KEEP_SECONDS ago."""
        with self._lock:
            if self._thread is not None and (
                self._thread.is_alive() or time.monotonic() - self._began_at <= KEEP_SECONDS
            ):
                return
            self._began_at = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=f"readiness-{self._name}", daemon=True)
            self._thread.start()

    def state(self, deadline: float) -> str:
        """What the check found last, waiting until `deadline` (monotonic seconds) for what it finds now."""
        with self._lock:
            thread, began_at = self._thread, self._began_at
        if thread is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                now = time.monotonic()
                if now - began_at >= CHECK_SECONDS:
                    return "does not answer"
                if now - self._found_at > STALE_SECONDS:
                    return NOT_ANSWERED_YET
        return self._state

    def _run(self) -> None:
        try:
            self._state = self._check()
        except Exception as error:  # noqa: BLE001 - not being reachable is this check's finding
            self._state = f"not reachable ({type(error).__name__})"
        self._found_at = time.monotonic()
