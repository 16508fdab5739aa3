"""One running Muster and real sources for all attacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.security.canaries import Secret, canary
from tests.security.recording import RecordingApi
from tests.security.throwaway import throwaway_stack
from tests.sources import MariaDbServer, PostgresServer, mariadb_server, postgres_server
from tests.stack import RunningStack, short_folder

VARIABLE = "SHOP_PASSWORD"


@pytest.fixture(scope="package")
def file_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="package")
def temporary_folder() -> Iterator[Path]:
    """Where the stack puts what it needs for a moment."""
    with short_folder() as folder:
        folder.chmod(0o777)  # the embedded database has a system account of its own
        yield folder


@dataclass(frozen=True)
class Referred:
    """Secrets that Muster is given by reference, and the references."""

    variable: Secret
    file: Secret
    file_reference: str
    variable_reference: str = f"env:{VARIABLE}"


@pytest.fixture(scope="package")
def referred(tmp_path_factory: pytest.TempPathFactory) -> Referred:
    file = canary("file: reference")
    path = tmp_path_factory.mktemp("secrets") / "password"
    path.write_text(file.value)
    return Referred(canary("env: reference"), file, f"file:{path}")


@pytest.fixture(scope="package")
def stack(file_root: Path, temporary_folder: Path, referred: Referred) -> Iterator[RunningStack]:
    environment = {
        "TMPDIR": str(temporary_folder),
        VARIABLE: referred.variable.value,
        "MUSTER_SECRET_FILE_ROOTS": str(Path(referred.file_reference.removeprefix("file:")).parent),
    }
    with throwaway_stack(file_root, **environment) as running:
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
