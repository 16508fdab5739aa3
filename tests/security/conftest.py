"""One running Muster and real sources for all attacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.recording import RecordingApi
from tests.sources import MariaDbServer, PostgresServer, mariadb_server, postgres_server
from tests.stack import RunningStack, running_stack, short_folder


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
    settings = {
        "TMPDIR": str(temporary_folder),
        "MUSTER_FILE_ROOTS": str(file_root),
        # a source that never answers is given up on soon
        "MUSTER_CONNECT_TIMEOUT_SECONDS": "2",
        # attacks are many requests
        "MUSTER_RATE_LIMIT": "1000000 per minute",
        "MUSTER_SIGN_IN_RATE_LIMIT": "100000 per minute",
    }
    with running_stack(**settings) as running:
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
