"""A Muster whose processes a test starts and kills one by one."""

import json
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
import requests
from cryptography.fernet import Fernet

from tests.acceptance.conftest import Endpoint
from tests.api.seed import Seed
from tests.stack import (
    MUSTER,
    START_SECONDS,
    STOP_SECONDS,
    embedded_temporal,
    muster_environment,
    running_part,
    wait_until,
)

Part = Literal["web", "worker"]


class Parts:
    """Muster on a given database, without a Temporal, a web process or a worker until they are started."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.token = secrets.token_hex()
        self._temporal = embedded_temporal(folder)
        self._environment = muster_environment(
            folder,
            {
                "DATABASE_URL": database_url,
                "TEMPORAL_ADDRESS": self._temporal.address,
                "MUSTER_SECRET_KEYS": Fernet.generate_key().decode(),
                "MUSTER_ADMIN_TOKEN": self.token,
                "MUSTER_FILE_ROOTS": str(folder),
                "MUSTER_RECONCILE_INTERVAL_SECONDS": "1",
            },
        )
        self._processes: dict[Part, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://{self._environment['MUSTER_BIND']}"

    @contextmanager
    def temporal(self) -> Iterator[None]:
        """While this lasts there is a Temporal, and it answers."""
        with running_part(self._temporal, self.folder):
            yield

    def start(self, part: Part) -> None:
        """Start a process; the web process answers when this returns."""
        with (self.folder / f"{part}.log").open("ab") as log:
            process = subprocess.Popen(
                [MUSTER, part], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        self._processes[part] = process
        if part == "web":
            wait_until(self._answers, START_SECONDS)

    def kill(self, part: Part) -> None:
        """kill -9 of a process and all that it started."""
        process = self._processes.pop(part)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """End what is running."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(STOP_SECONDS)
        self._processes.clear()

    def insert_endpoint(self, name: str, file: Path) -> Endpoint:
        """An endpoint on a SQLite file with its collection, written straight into the database."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            seed = Seed(connection)
            endpoint = seed.endpoint(
                name,
                template_id="sqlite",
                url=f"sqlite://{file}",
                parameters=json.dumps({"path": str(file)}),
                secrets="{}",
            )
            return Endpoint(str(endpoint), str(seed.collection(endpoint)))

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/auth/session", timeout=STOP_SECONDS).ok
        except requests.ConnectionError:
            return False
