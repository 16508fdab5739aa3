"""`muster up` as a user meets it: starts, refuses, survives, and leaves nothing behind."""

import asyncio
import http.client
import signal
import socket
import stat
import subprocess
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from cryptography.fernet import Fernet
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleSpec,
)

from app.cli.embedded_postgres import ROLES, EmbeddedPostgres
from app.cli.embedded_temporal import FRONTEND_PORT, EmbeddedTemporal
from app.cli.logs import is_clean_exit
from app.core.config import DataFiles
from tests.stack import MUSTER, RunningStack, muster_environment, quiet, running_stack, wait_until

DEFAULT_PORT = 8000
GIVEN_SECRETS = {"MUSTER_SECRET_KEYS": Fernet.generate_key().decode(), "MUSTER_ADMIN_TOKEN": "t" * 32}


def status_of(url: str) -> int:
    """The status of GET /readyz; 0 when nobody answers."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def run_muster(command: str, data_dir: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MUSTER, command],
        env=muster_environment(data_dir, env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_ready_stack_says_where_it_is(stack: RunningStack) -> None:
    output = stack.output()
    assert stack.url in output
    assert f"{stack.url}/auth/link/" in output
    assert str(DataFiles(stack.data_dir).admin_token) in output
    assert stack.token not in stack.output_file.read_text(encoding="utf-8")
    assert "Temporal UI" in output
    wait_until(lambda: status_of(stack.url) == 200, 30)


def test_no_secret_in_any_command_line_or_environment(stack: RunningStack) -> None:
    files = DataFiles(stack.data_dir)
    postgres = EmbeddedPostgres(stack.data_dir / "postgres", quiet)
    secrets = {
        files.admin_token.read_text(encoding="utf-8").strip(),
        files.secret_keys.read_text(encoding="utf-8").strip(),
        *(postgres.password(role) for role in ROLES),
    }
    processes = stack.processes()
    assert {"postgres", "temporal"} <= {process.name() for process in processes}
    for process in processes:
        visible = "\n".join([*process.cmdline(), *process.environ().values()])
        assert not [secret for secret in secrets if secret in visible], process.name()


def test_data_is_readable_for_nobody_else(stack: RunningStack) -> None:
    def open_to_others(path: Path) -> bool:
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            # a folder may be passable for the system user that PostgreSQL runs as
            return bool(mode & 0o077 & ~stat.S_IXOTH)
        return stat.S_ISREG(mode) and bool(mode & 0o077)

    paths = [stack.data_dir, *stack.data_dir.rglob("*")]
    assert DataFiles(stack.data_dir).admin_token in paths
    assert [path for path in paths if open_to_others(path)] == []


def test_second_up_on_the_same_data_is_refused(stack: RunningStack) -> None:
    refused = run_muster("up", stack.data_dir)
    assert refused.returncode == 1
    assert f"already running on {stack.data_dir} (process {stack.supervisor.pid})" in refused.stderr
    wait_until(lambda: status_of(stack.url) == 200, 30)


@pytest.mark.parametrize("command", ["up", "web"])
def test_given_port_that_is_taken_is_refused(stack: RunningStack, tmp_path: Path, command: str) -> None:
    bind = stack.url.removeprefix("http://")
    keys = DataFiles(stack.data_dir).secret_keys.read_text(encoding="utf-8").strip()
    refused = run_muster(
        command, tmp_path, MUSTER_BIND=bind, DATABASE_URL=stack.database_url, MUSTER_SECRET_KEYS=keys
    )
    assert refused.returncode == 1
    assert f"MUSTER_BIND {bind} cannot be used" in refused.stderr


@pytest.mark.parametrize("name", ["worker", "web", "postgres", "temporal"])
def test_child_that_dies_is_started_again(stack: RunningStack, name: str) -> None:
    killed = stack.pid(name)
    psutil.Process(killed).kill()
    wait_until(lambda: stack.pid(name) != killed, 20)
    wait_until(lambda: status_of(stack.url) == 200, 60)


def test_parts_run_alone_beside_the_stack(stack: RunningStack, tmp_path: Path) -> None:
    keys = DataFiles(stack.data_dir).secret_keys.read_text(encoding="utf-8").strip()
    parts = {
        "DATABASE_URL": stack.database_url,
        "TEMPORAL_ADDRESS": stack.temporal_address,
        "MUSTER_SECRET_KEYS": keys,
        "MUSTER_ADMIN_TOKEN": stack.token,
    }
    migrated = run_muster("migrate", tmp_path, **parts)
    assert (migrated.returncode, migrated.stdout) == (0, "The database is up to date.\n")
    env = muster_environment(tmp_path, parts)
    url = f"http://{env['MUSTER_BIND']}"
    for command, is_up in (
        ("web", lambda log: status_of(url) == 200),
        ("worker", lambda log: "worker_started" in log.read_text(encoding="utf-8")),
    ):
        log = tmp_path / command
        with log.open("wb") as output:
            process = subprocess.Popen([MUSTER, command], env=env, stdout=output, stderr=output)
        try:
            wait_until(partial(is_up, log), 60)
        finally:
            process.terminate()
            exit_code = process.wait(60)
        assert is_clean_exit(exit_code, signal.SIGTERM, log)


def test_given_database_and_temporal_are_used(database: str, temporal_server: EmbeddedTemporal) -> None:
    given = {
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": temporal_server.address,
        "MUSTER_SECRET_KEYS": Fernet.generate_key().decode(),
    }
    with running_stack(**given) as stack:
        wait_until(lambda: status_of(stack.url) == 200, 30)
        records = {path.stem for path in (stack.data_dir / "run").glob("*.json")}
        assert records == {"web", "worker"}
        assert not DataFiles(stack.data_dir).secret_keys.exists()


def test_kill_9_of_the_supervisor_loses_nothing(stack: RunningStack) -> None:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    asyncio.run(_create_schedule(stack.temporal_address))
    token, before = stack.token, stack.processes()
    stack.kill_supervisor()
    stack.start()
    wait_until(lambda: status_of(stack.url) == 200, 30)
    assert [process for process in before if process.is_running()] == []
    assert stack.token == token
    with psycopg.connect(stack.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    asyncio.run(_find_schedule(stack.temporal_address))


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
def test_stop_leaves_no_process(stack: RunningStack, stop_signal: signal.Signals) -> None:
    processes = stack.processes()
    assert stack.stop(stop_signal) == 0
    assert [process for process in processes if process.is_running()] == []
    assert stack.output().rstrip().endswith("Stopped.")
    assert list((stack.data_dir / "run").glob("*.json")) == []


def test_default_ports_that_are_taken_move_on_and_say_so() -> None:
    with ExitStack() as held:
        for port in (DEFAULT_PORT, FRONTEND_PORT):
            _hold(held, port)
        stack = held.enter_context(running_stack(MUSTER_BIND=""))
        output = stack.output()
        assert f"Port {DEFAULT_PORT} is taken: using" in output
        assert f"Temporal's port {FRONTEND_PORT} is taken: using" in output
        wait_until(lambda: status_of(stack.url) == 200, 30)


@pytest.mark.parametrize("command", ["up", "web", "worker"])
def test_own_database_without_secret_keys_is_refused(tmp_path: Path, command: str) -> None:
    refused = run_muster(command, tmp_path, DATABASE_URL="postgresql://user:s3cret@127.0.0.1:1/muster")
    assert refused.returncode == 2
    assert refused.stderr.startswith("MUSTER_SECRET_KEYS is required")
    assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "secret-keys").exists()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("MUSTER_BIND", "8000"),
        ("MUSTER_BIND", "127.0.0.1:70000"),
        ("MUSTER_WEB_PROCESSES", "many"),
        ("MUSTER_WEB_THREADS", "0"),
        ("MUSTER_RECONCILE_INTERVAL_SECONDS", "0"),
        ("MUSTER_LOG_LEVEL", "LOUD"),
        ("MUSTER_SECRET_KEYS", "not-a-fernet-key"),
        ("DATABASE_URL", "mysql://localhost/muster"),
        ("TEMPORAL_PROFILE", "there-is-none"),
    ],
)
def test_unusable_setting_is_refused_by_name(tmp_path: Path, setting: str, value: str) -> None:
    refused = run_muster("up", tmp_path, **{setting: value})
    assert refused.returncode == 2
    assert setting in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = run_muster("up", tmp_path, MUSTER_DATA_DIR=str(tmp_path / "file" / "var"), **GIVEN_SECRETS)
    assert refused.returncode == 1
    assert refused.stderr.startswith("MUSTER_DATA_DIR ")
    assert len(refused.stderr.splitlines()) == 1


def _hold(held: ExitStack, port: int) -> None:
    try:
        held.enter_context(socket.create_server(("127.0.0.1", port)))
    except OSError:
        # somebody else has it: just as taken
        held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))


async def _create_schedule(address: str) -> None:
    client = await Client.connect(address)
    action = ScheduleActionStartWorkflow("Nothing", id="scheduled", task_queue="nobody")
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1))])
    await client.create_schedule("kept", Schedule(action=action, spec=spec))


async def _find_schedule(address: str) -> None:
    client = await Client.connect(address)
    described = await client.get_schedule_handle("kept").describe()
    assert described.schedule.spec.intervals[0].every == timedelta(days=1)
