"""Children of the supervisor: recorded, stopped with all they started, found again after a kill -9."""

import json
import signal
import sys
from pathlib import Path

import psutil
import pytest

from app.cli.processes import Child, ChildSpec, StopPlan, listens_on, stop_orphan
from tests.stack import wait_until

# starts a grandchild that ignores polite requests, says its pid, and waits
PARENT = """
import subprocess, sys, time
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", deaf])
print(child.pid, flush=True)
time.sleep(600)
"""
# deaf to the polite signal; what it does after the force signal takes a moment
ORDERLY = """
import signal, sys, time
def leave(number, frame):
    time.sleep(0.5)
    sys.exit(9)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGQUIT, leave)
print("up", flush=True)
time.sleep(600)
"""
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
LISTENER = """
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
time.sleep(600)
"""


def start(folder: Path, program: str, stop: StopPlan | None = None) -> Child:
    spec = ChildSpec("thing", (sys.executable, "-c", program), {}, folder, stop or StopPlan())
    child = Child(spec, log_dir=folder, run_dir=folder)
    wait_until(lambda: child.log.read_text(encoding="utf-8").endswith("\n"), 20)
    return child


def said(child: Child) -> str:
    return child.log.read_text(encoding="utf-8").strip()


def test_stop_ends_the_whole_family(tmp_path: Path) -> None:
    child = start(tmp_path, PARENT)
    grandchild = psutil.Process(int(said(child)))
    assert child.stop() == -signal.SIGTERM
    wait_until(lambda: not grandchild.is_running(), 10)
    assert not (tmp_path / "thing.json").exists()


def test_stop_forces_what_does_not_listen(tmp_path: Path) -> None:
    child = start(tmp_path, STUBBORN, StopPlan(seconds=0.2))
    assert child.stop() == -signal.SIGKILL


def test_a_second_request_cuts_the_wait_short(tmp_path: Path) -> None:
    child = start(tmp_path, STUBBORN, StopPlan(seconds=3600))
    assert child.stop(hurried=lambda: True) == -signal.SIGKILL


def test_hurry_leaves_the_force_signal_its_time(tmp_path: Path) -> None:
    child = start(tmp_path, ORDERLY, StopPlan(seconds=3600, force=signal.SIGQUIT))
    assert child.stop(hurried=lambda: True) == 9


def test_stop_of_a_child_that_has_ended_gives_its_exit_code(tmp_path: Path) -> None:
    child = start(tmp_path, "print('bye', flush=True); raise SystemExit(7)")
    wait_until(lambda: child.exit_code() is not None, 10)
    assert child.stop() == 7


def test_orphan_is_found_by_its_record_and_ended(tmp_path: Path) -> None:
    child = start(tmp_path, PARENT)
    assert stop_orphan(tmp_path, "thing") == child.pid
    assert child.exit_code() == -signal.SIGTERM
    assert stop_orphan(tmp_path, "thing") is None


def test_process_that_has_taken_over_a_recorded_pid_is_left_alone(tmp_path: Path) -> None:
    child = start(tmp_path, STUBBORN, StopPlan(seconds=0.2))
    path = tmp_path / "thing.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "started": record["started"] - 3600}), encoding="utf-8")
    assert stop_orphan(tmp_path, "thing") is None
    assert child.exit_code() is None
    child.stop()


@pytest.mark.parametrize("record", ["", "{}", '{"pid": "x"}', '{"pid": 1}'])
def test_unreadable_record_is_dropped(tmp_path: Path, record: str) -> None:
    path = tmp_path / "thing.json"
    path.write_text(record, encoding="utf-8")
    assert stop_orphan(tmp_path, "thing") is None
    assert not path.exists()


def test_listener_is_told_from_another_program_on_the_port(tmp_path: Path) -> None:
    child = start(tmp_path, LISTENER)
    port = int(said(child))
    assert listens_on(child.pid, port)
    assert not listens_on(psutil.Process().pid, port)
    child.stop()
    assert not listens_on(child.pid, port)
