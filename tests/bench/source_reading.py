"""Reading a source: the collector process beside a bare COPY of the same rows."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.comparing import Comparison, Contender, Sample, Setting
from tests.bench.fresh_process import run_module
from tests.connectors.collecting import request

LIBPQ_NAMES = {"username": "user", "database": "dbname"}


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """One comparison for each number of tables."""
    yield [
        _comparison(tables, parameters, setting.folder) for tables, parameters in setting.databases.items()
    ]


def collect(parameters: dict[str, Any], tables: int, staging: Path) -> Sample:
    """Run the collector over a database, leaving its staged run in the folder `staging`."""
    staging.mkdir(exist_ok=True)
    sample, told = run_module("worker.collector", request("postgres", parameters, staging), staging)
    result = json.loads(told)
    assert (result["event"], result.get("datasets")) == ("result", tables), told
    return sample


def _comparison(tables: int, parameters: dict[str, Any], folder: Path) -> Comparison:
    def copy() -> Sample:
        connection = {LIBPQ_NAMES.get(name, name): value for name, value in parameters.items()}
        order = {"connection": connection, "output": str(folder / "copied")}
        sample, size = run_module("tests.bench.bare_copy", order, folder)
        assert int(size) > tables
        return sample

    return Comparison(
        f"Collect {tables:,} PostgreSQL tables × 12 columns, fresh process",
        [
            Contender("bare COPY of the same query to a file", copy),
            Contender(
                "Muster's collector, to staged records",
                lambda: collect(parameters, tables, folder / "staged"),
            ),
        ],
    )
