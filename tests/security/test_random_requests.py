"""Random requests, the same ones each time; `make fuzz` makes others, for longer.

They leave endpoints behind: this file comes after those whose tests count what there is.
"""

from pathlib import Path

from tests.acceptance.api import Api
from tests.security.fuzzing import EXAMPLES, Fuzzer
from tests.sources import sqlite_file

SEED = 20_261_123
SECONDS = 40
OPERATIONS = 28


def test_no_request_makes_muster_stumble(api: Api, file_root: Path) -> None:
    database = sqlite_file(file_root / "fuzz.db", "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    report = Fuzzer(api, database, SEED).run(SECONDS, rounds=1)
    print(f"\n{report.table()}")
    assert report.findings == {}
    assert len(report.codes) >= OPERATIONS
    assert report.requests >= OPERATIONS * sum(EXAMPLES.values()) / 2
