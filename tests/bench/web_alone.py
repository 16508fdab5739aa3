"""Muster's web process alone, as it ships, on a full database: nothing works beside what is measured."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from app.cli.ports import any_free_port
from app.core.config import REPO_ROOT
from app.core.db.migrate import migrate
from tests.bench import plain_flask
from tests.bench.crowd import Crowd, fill
from tests.bench.http_clients import Request
from tests.stack import (
    MUSTER,
    muster_environment,
    running_postgres,
    running_temporal,
    short_folder,
    wait_until,
)

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
TOKEN = "a-token-for-measurements-0123456789"
# as `muster web` runs by default
PROCESSES, THREADS = 2, 8


@dataclass(frozen=True)
class Web:
    """The running web process, its database and its Temporal."""

    url: str
    database_url: str
    temporal_address: str
    folder: Path

    def graphql(self, body: str) -> Request:
        """A GraphQL request of the admin."""
        return Request(f"{self.url}/graphql", body, TOKEN)


@contextmanager
def running_web(crowd: Crowd) -> Iterator[Web]:
    """`muster web` on a database with the `crowd`; no worker, so that what is triggered stays queued."""
    with running_postgres() as postgres, running_temporal() as temporal, short_folder() as folder:
        migrate(postgres.url())
        fill(postgres.url(), crowd)
        port = any_free_port()
        web = Web(f"http://{HOST}:{port}", postgres.url(), temporal.address, folder)
        settings = {
            "DATABASE_URL": web.database_url,
            "TEMPORAL_ADDRESS": web.temporal_address,
            "MUSTER_BIND": f"{HOST}:{port}",
            "MUSTER_ADMIN_TOKEN": TOKEN,
            "MUSTER_SECRET_KEYS": Fernet.generate_key().decode(),
            "MUSTER_RATE_LIMIT": "100000000 per minute",
        }
        with _running([str(MUSTER), "web"], muster_environment(folder, settings), port, folder / "web"):
            yield web


@contextmanager
def running_flask(web: Web, statement: str) -> Iterator[str]:
    """The plain Flask route for `statement` on the same database, with as many processes and threads."""
    port = any_free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "tests.bench.plain_flask:make_app()"),
        *("--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--log-level", "warning"),
        *("--workers", str(PROCESSES), "--threads", str(THREADS), "--no-control-socket"),
    ]
    environment = {**os.environ, "DATABASE_URL": web.database_url, plain_flask.STATEMENT: statement}
    with _running(command, environment, port, web.folder / "flask"):
        yield f"http://{HOST}:{port}/page"


@contextmanager
def _running(command: Sequence[str], env: Mapping[str, str], port: int, output: Path) -> Iterator[None]:
    with output.open("wb") as log:
        server = subprocess.Popen(command, env=env, cwd=REPO_ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: _listens(port) or server.poll() is not None, START_SECONDS)
        assert server.poll() is None, output.read_text(encoding="utf-8")
        yield
    finally:
        server.terminate()
        server.wait(STOP_SECONDS)


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
