"""Random requests, the same ones each time; `make fuzz` makes others, for longer.

They leave endpoints behind: this file comes after those whose tests count what there is.
"""

from pathlib import Path

import pytest

from tests.security.fuzzing import EXAMPLES, MODES, Fuzzer
from tests.sources import sqlite_file
from tests.stack import RunningStack

SEED = 20_261_123
SECONDS = 40
OPERATIONS = 28


def test_no_request_makes_muster_stumble(
    stack: RunningStack, file_root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    database = sqlite_file(file_root / "fuzz.db", "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    report = Fuzzer(stack.url, stack.token, database, SEED).run(SECONDS, rounds=1)
    with capfd.disabled():
        print(f"\n{report.table()}")
    assert report.findings == {}
    assert len(report.codes) >= OPERATIONS
    assert report.requests >= OPERATIONS * len(MODES) * EXAMPLES / 2
