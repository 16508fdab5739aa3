"""Reading a source: the collector process beside a bare COPY of the same rows, and beside its peers."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.comparing import Comparison, Contender, Sample, Setting
from tests.bench.forked_collector import run_forked
from tests.bench.fresh_process import CHECKOUT, run_module
from tests.bench.results import Kind, Reach
from tests.connectors.collecting import request
from worker.children import Start, collectors

LIBPQ_NAMES = {"username": "user", "database": "dbname"}
# made by `make bench`, each from its lock
PEERS = CHECKOUT / ".bench"
COPY = "bare COPY of the same query to a file"
SQLALCHEMY = "SQLAlchemy's get_multi_*, kept in memory"
DATAHUB = "DataHub's PostgreSQL source, to a file"
REACHES = {
    1_000: (Reach(Kind.TIMES_AS_FAST, 25, DATAHUB), Reach(Kind.PEAK_MB, 60)),
    10_000: (
        Reach(Kind.TIMES_AS_LONG, 1.5),
        Reach(Kind.TIMES_AS_FAST, 5, SQLALCHEMY),
        Reach(Kind.TIMES_AS_FAST, 60, DATAHUB),
        Reach(Kind.PEAK_MB, 60),
    ),
}


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """One comparison for each number of tables."""
    with collectors() as start:
        yield [
            _comparison(tables, setting.databases[tables], setting.folder, start)
            for tables in setting.sizes.tables
        ]


def collect(parameters: dict[str, Any], tables: int, staging: Path, start: Start | None = None) -> Sample:
    """Run a collector over a database, leaving its staged run in the folder `staging`. Without `start` it is
    a fresh process."""
    staging.mkdir(exist_ok=True)
    order = request("postgres", parameters, staging)
    sample, told = run_forked(start, order) if start else run_module("worker.collector", order, staging)
    result = json.loads(told)
    assert (result["event"], result.get("datasets")) == ("result", tables), told
    return replace(sample, statements=result["statements"])


def _comparison(tables: int, parameters: dict[str, Any], folder: Path, start: Start) -> Comparison:
    def copy() -> Sample:
        connection = {LIBPQ_NAMES.get(name, name): value for name, value in parameters.items()}
        order = {"connection": connection, "output": str(folder / "copied")}
        sample, size = run_module("tests.bench.bare_copy", order, folder)
        assert int(size) > tables
        return sample

    def peer(name: str) -> Callable[[], Sample]:
        return lambda: _read_with(name, parameters, tables, folder)

    return Comparison(
        f"Collect {tables:,} PostgreSQL tables × 12 columns",
        [
            Contender(COPY, copy),
            Contender(
                "Muster's collector to staged records, as a run starts it",
                lambda: collect(parameters, tables, folder / "staged", start),
                REACHES.get(tables, ()),
            ),
            Contender(
                "Muster's collector to staged records, a fresh process",
                lambda: collect(parameters, tables, folder / "staged"),
                REACHES.get(tables, ()),
            ),
            Contender(SQLALCHEMY, peer("sqlalchemy")),
            Contender(DATAHUB, peer("datahub")),
        ],
    )


def _read_with(name: str, parameters: dict[str, Any], tables: int, folder: Path) -> Sample:
    """Read a database with a peer, in its own virtual environment. Raises FileNotFoundError without it."""
    python = PEERS / name / "bin/python"
    if not python.exists():
        raise FileNotFoundError(f"{python} is missing: `make bench-peers` makes it")
    order = {"parameters": parameters, "folder": str(folder)}
    sample, told = run_module(f"tests.bench.peers.reading_with_{name}", order, folder, str(python))
    found = json.loads(told)
    assert found["datasets"] == tables, told
    return replace(sample, statements=found["statements"])
