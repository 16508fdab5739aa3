"""Small decisions of the supervisor: how long to wait, which log lines to show, which exits are clean."""

import signal
from pathlib import Path

import pytest

from app.cli.logs import LogTail, is_clean_exit, last_lines
from app.cli.supervisor import Backoff

ALARM = r"\b(?:WARNING|ERROR)\b"


def test_backoff_doubles_up_to_half_a_minute_and_starts_afresh_after_a_healthy_minute() -> None:
    backoff = Backoff()
    assert [backoff.after(0.1) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert backoff.after(61) == 1


def test_log_tail_shows_new_complete_lines_that_tell_of_trouble(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("ERROR of an earlier start\n", encoding="utf-8")
    tail = LogTail(log, ALARM)
    with log.open("a", encoding="utf-8") as file:
        file.write("INFO fine\nERROR one\nTERRORS\nWARNING half")
        file.flush()
        assert tail.important_lines() == ["ERROR one"]
        file.write(" and whole\n")
        file.flush()
        assert tail.important_lines() == ["WARNING half and whole"]
        assert tail.important_lines() == []


def test_log_tail_counts_what_would_flood_the_terminal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tail = LogTail(log, ALARM)
    log.write_text("ERROR again\n" * 25, encoding="utf-8")
    lines = tail.important_lines()
    assert lines[:10] == ["ERROR again"] * 10
    assert lines[10:] == [f"… and 15 more such lines in {log}"]


def test_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {n}\n" for n in range(5000)), encoding="utf-8")
    assert last_lines(log, 2) == ["line 4998", "line 4999"]


@pytest.mark.parametrize(
    ("exit_code", "text", "clean"),
    [
        pytest.param(0, "", True, id="ended by itself"),
        pytest.param(-signal.SIGTERM, "", True, id="ended by the signal it was sent"),
        pytest.param(
            1, "Fatal Python error: PyGILState_Release: x\n", True, id="known end of Temporal's SDK"
        ),
        pytest.param(1, "Traceback\n", False, id="failed"),
        pytest.param(-signal.SIGKILL, "", False, id="had to be killed"),
    ],
)
def test_clean_exit(tmp_path: Path, exit_code: int, text: str, clean: bool) -> None:
    log = tmp_path / "log"
    log.write_text(text, encoding="utf-8")
    assert is_clean_exit(exit_code, signal.SIGTERM, log) is clean
