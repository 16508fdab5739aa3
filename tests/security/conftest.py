"""One running Muster and real sources for all attacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.recording import RecordingApi
from tests.security.throwaway import throwaway_stack
from tests.sources import MariaDbServer, PostgresServer, mariadb_server, postgres_server
from tests.stack import RunningStack, short_folder


@pytest.fixture(scope="package")
def file_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="package")
def temporary_folder() -> Iterator[Path]:
    """Where the stack puts what it needs for a moment."""
    with short_folder() as folder:
        folder.chmod(0o777)  # the embedded database has a system account of its own
        yield folder


@pytest.fixture(scope="package")
def stack(file_root: Path, temporary_folder: Path) -> Iterator[RunningStack]:
    with throwaway_stack(file_root, TMPDIR=str(temporary_folder)) as running:
        yield running


@pytest.fixture(scope="package")
def api(stack: RunningStack) -> RecordingApi:
    """The administrator."""
    return RecordingApi(stack.url, stack.token)


@pytest.fixture(scope="package")
def source() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="package")
def mariadb() -> Iterator[MariaDbServer]:
    with mariadb_server() as server:
        yield server
