"""The real stack for tests: `muster up` as a user starts it, and its PostgreSQL and Temporal alone.

Everything is started in a folder of its own, on free ports, and is gone when the context manager is left.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from app.cli.api_client import ApiClient
from app.cli.embedded_postgres import EmbeddedPostgres
from app.cli.embedded_temporal import EmbeddedTemporal
from app.cli.ports import any_free_port
from app.cli.processes import Child, stop_orphan
from app.cli.stack import STOP_ORDER, address_file
from app.core.config import DataFiles

MUSTER = Path(sys.executable).with_name("muster")
START_SECONDS = 90.0
STOP_SECONDS = 60.0
POLL_SECONDS = 0.05
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
# a cluster that lives as long as a test run need not survive a power cut
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class RunningStack:
    """One `muster up` on one data directory; may be stopped, killed and started again."""

    def __init__(self, data_dir: Path, env: Mapping[str, str]) -> None:
        self.data_dir = data_dir
        self._env = muster_environment(data_dir, env)
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until ready. Raises AssertionError with the output when it does not get there."""
        address_file(self.data_dir).unlink(missing_ok=True)
        with self.output_file.open("ab") as output:
            self._popen = subprocess.Popen(
                [MUSTER, "up"], env=self._env, stdout=output, stderr=output, start_new_session=True
            )
        popen = self._popen
        wait_until(lambda: address_file(self.data_dir).exists() or popen.poll() is not None, START_SECONDS)
        assert popen.poll() is None, self.output()

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        """The `muster up` process."""
        assert self._popen is not None, "the stack has not been started"
        return self._popen

    @property
    def output_file(self) -> Path:
        return self.data_dir.parent / "output"

    def output(self) -> str:
        """Everything that `muster up` printed, without the token."""
        text = self.output_file.read_text(encoding="utf-8")
        files = DataFiles(self.data_dir)
        return text.replace(self.token, "…") if files.admin_token.exists() else text

    @property
    def url(self) -> str:
        return address_file(self.data_dir).read_text(encoding="utf-8").strip()

    @property
    def token(self) -> str:
        given = self._env.get("MUSTER_ADMIN_TOKEN")
        return given or DataFiles(self.data_dir).admin_token.read_text(encoding="utf-8").strip()

    @property
    def database_url(self) -> str:
        given = self._env.get("DATABASE_URL")
        return given or DataFiles(self.data_dir).database_url.read_text(encoding="utf-8").strip()

    @property
    def temporal_address(self) -> str:
        return psutil.Process(self.pid("worker")).environ()["TEMPORAL_ADDRESS"]

    def pid(self, name: str) -> int:
        """The process id of `web`, `worker`, `temporal` or `postgres`."""
        record = self.data_dir / "run" / f"{name}.json"
        return int(json.loads(record.read_text(encoding="utf-8"))["pid"])

    def processes(self) -> list[psutil.Process]:
        """The supervisor and all its descendants."""
        supervisor = psutil.Process(self.supervisor.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def environment(self) -> dict[str, str]:
        """What another `muster` command needs in order to work on this stack; holds no secret."""
        return dict(self._env)

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer's data. Raises app.cli.api_client.ApiError with code and extra."""
        return ApiClient(self.url, self.token).execute(query, variables)

    def stop(self, stop_signal: signal.Signals = signal.SIGINT) -> int:
        """Stop as Ctrl-C does; the exit code."""
        self.supervisor.send_signal(stop_signal)
        return self.supervisor.wait(STOP_SECONDS)

    def kill_supervisor(self) -> None:
        """kill -9 of `muster up` alone."""
        self.supervisor.kill()
        self.supervisor.wait(STOP_SECONDS)

    def clean_up(self) -> None:
        """Leave no process, whatever happened before."""
        if self._popen is not None and self._popen.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill_supervisor()
        for name in STOP_ORDER:
            stop_orphan(self.data_dir / "run", name)


@contextmanager
def running_stack(**env: str) -> Iterator[RunningStack]:
    """A started stack on an empty data directory; `env` adds to its environment or replaces parts of it."""
    with short_folder() as folder:
        stack = RunningStack(folder / "data", env)
        try:
            stack.start()
            yield stack
        finally:
            stack.clean_up()


@contextmanager
def running_postgres() -> Iterator[EmbeddedPostgres]:
    """An embedded cluster alone, with Muster's empty database."""
    with short_folder() as folder:
        postgres = EmbeddedPostgres(folder / "postgres", quiet, FAST_AND_UNSAFE)
        with running_part(postgres, folder):
            postgres.bootstrap()
            yield postgres


@contextmanager
def running_temporal(namespace: str = "default") -> Iterator[EmbeddedTemporal]:
    """An embedded Temporal alone."""
    with short_folder() as folder:
        temporal = embedded_temporal(folder, namespace)
        with running_part(temporal, folder):
            yield temporal


def embedded_temporal(folder: Path, namespace: str = "default") -> EmbeddedTemporal:
    """A Temporal in `folder`, not started, on ports that no other test looks at."""
    temporal = EmbeddedTemporal(folder / "temporal", namespace, quiet)
    temporal.port, temporal.ui_port = any_free_port(), any_free_port()
    return temporal


def muster_environment(data_dir: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Environment of a `muster` command on `data_dir`: no setting of the caller's, no demo, a free port."""
    foreign = ("MUSTER_", "TEMPORAL_", "DATABASE_URL", "PG")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **inherited,
        "MUSTER_DATA_DIR": str(data_dir),
        "MUSTER_DEMO": "0",
        "MUSTER_BIND": f"127.0.0.1:{any_free_port()}",
        **env,
    }


def collectors(worker_pid: int) -> list[psutil.Process]:
    """The collectors that a worker has now; a forked one has its server's command line and another name."""
    found = []
    for process in psutil.Process(worker_pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.name() == "collector" or "worker.collector" in process.cmdline():
                found.append(process)
    return found


def wait_until(done: Callable[[], bool], seconds: float) -> None:
    """Wait for `done`; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(POLL_SECONDS)


@contextmanager
def running_part(part: EmbeddedPostgres | EmbeddedTemporal, folder: Path) -> Iterator[Child]:
    """The part's server process, ready; log and record in `folder`."""
    part.prepare()
    child = Child(part.spec(), log_dir=folder, run_dir=folder)
    try:
        wait_until(lambda: part.is_ready(child.pid) or child.exit_code() is not None, START_SECONDS)
        assert child.exit_code() is None, child.log.read_text(encoding="utf-8")
        yield child
    finally:
        child.stop()


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder of the test's own, with a path short enough for a socket (pytest's tmp_path is too long).

    It lies in memory where there is room: a database is 400 files, and to make them after others have been
    removed takes a file system without a journal half a second.
    """
    folder = Path(tempfile.mkdtemp(prefix="muster-", dir=in_memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_memory() -> Path | None:
    """The file system in memory, if it has room for all that tests lay there at once."""
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if has_room else None


def quiet(text: str) -> None:
    """Takes what an embedded part says while it is prepared, and drops it."""
