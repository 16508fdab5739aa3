"""The children's log files: new lines worth a person's attention, and the last ones when a child dies."""

import re
from pathlib import Path

LAST_LINES_BYTES = 20_000
LINES_AT_ONCE = 10
# Printed by the Temporal SDK's threads when Python ends under them; the work was finished before.
HARMLESS_AT_EXIT = "PyGILState_Release"


class LogTail:
    """Follows one log file from its present end, for lines that match `alarm`."""

    def __init__(self, path: Path, alarm: str) -> None:
        self._path = path
        self._alarm = re.compile(alarm)
        self._offset = path.stat().st_size if path.exists() else 0

    def important_lines(self) -> list[str]:
        """The complete new lines that tell of trouble, at most ten and a count of the others."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        lines = [line for line in whole.decode(errors="replace").splitlines() if self._alarm.search(line)]
        more = len(lines) - LINES_AT_ONCE
        return (
            lines if more <= 0 else [*lines[:LINES_AT_ONCE], f"… and {more} more such lines in {self._path}"]
        )


def last_lines(path: Path, count: int) -> list[str]:
    """The last `count` non-empty lines of a log."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LAST_LINES_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-count:]


def is_clean_exit(exit_code: int, stop_signal: int, log: Path) -> bool:
    """Whether a child that was asked to stop ended as it should."""
    if exit_code in (0, -stop_signal):
        return True
    return any(HARMLESS_AT_EXIT in line for line in last_lines(log, 200))
