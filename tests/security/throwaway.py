"""A running Muster that may be treated badly."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stack import RunningStack, running_stack


@contextmanager
def throwaway_stack(file_root: Path, **env: str) -> Iterator[RunningStack]:
    """A stack of its own that allows files under `file_root` and any number of requests."""
    settings = {
        "MUSTER_FILE_ROOTS": str(file_root),
        # a source that never answers is given up on soon
        "MUSTER_CONNECT_TIMEOUT_SECONDS": "2",
        "MUSTER_RATE_LIMIT": "1000000 per minute",
        "MUSTER_SIGN_IN_RATE_LIMIT": "100000 per minute",
    }
    with running_stack(**settings, **env) as running:
        yield running
