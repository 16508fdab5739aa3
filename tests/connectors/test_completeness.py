"""Listed = read + failed + filtered, for every connector: what does not add up is no success."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.core.domain.leaks import LeakGate
from app.core.domain.networks import NetworkRules
from app.core.domain.staged_index import StagedIndex
from tests.connectors.collecting import KEY, Collected, dataset_records, run
from tests.connectors.test_staging import Silence
from tests.sources import MariaDbServer, PostgresServer, sqlite_file
from worker.connectors import open_connector
from worker.connectors.base import DatasetStats
from worker.sources import Source
from worker.staging import StagedRun, StagingIncomplete, StagingWriter

TABLES = "CREATE TABLE kept (id int); CREATE TABLE lost (id int); CREATE VIEW v AS SELECT 1 AS one"


@pytest.fixture(params=["postgres", "mysql", "sqlite"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """Two tables and a view, alone in their schema."""
    if request.param == "postgres":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        return "postgres", postgres.create_database(f"complete_{tmp_path.name[-8:]}", TABLES)
    if request.param == "mysql":
        mariadb: MariaDbServer = request.getfixturevalue("mariadb")
        name = f"complete_{tmp_path.name[-8:]}"
        return "mysql", mariadb.create_database(name, *TABLES.split("; "))
    return "sqlite", {"path": str(sqlite_file(tmp_path / "complete.sqlite", TABLES))}


def collect_in_process(
    template_id: str,
    parameters: dict[str, Any],
    writer: StagingWriter,
    schemas: tuple[str, ...] | None = None,
) -> None:
    """What the collector process does, without a process."""
    source = Source(parameters, LeakGate([]), NetworkRules(), schemas, file_roots=None)
    with closing(open_connector(template_id, source)) as connector:
        connector.open_session()
        writer.finish(connector.collect(writer, Silence()))


def index_of(staged: StagedRun, leave_out: str | None = None) -> StagedIndex:
    """The index as the merge reads it; `leave_out` is a dataset that it does not meet."""
    index = StagedIndex()
    for each in dataset_records(staged):
        if each["name"] != leave_out:
            index.add_datasets((each["database"], each["schema"]), 1, each["columns"])
    for record in staged.findings():
        index.add(record)
    return index


def test_what_was_listed_is_read_failed_or_filtered(
    source: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    collected: Collected = run(*source, tmp_path / "staging")
    end = collected.staged.end
    assert end.datasets == 3
    assert end.listed == end.datasets + end.failed + end.filtered
    index = index_of(collected.staged)
    assert not index.is_partial
    assert [scope.is_complete for scope in index.scopes() if scope.is_confirmed] == [True]


@pytest.mark.parametrize("name", ["kept", "lost", "v"])
def test_one_that_is_not_met_makes_the_run_partial_and_proves_nothing(
    source: tuple[str, dict[str, Any]], tmp_path: Path, name: str
) -> None:
    index = index_of(run(*source, tmp_path / "staging").staged, leave_out=name)
    assert index.is_partial
    assert not any(scope.is_complete for scope in index.scopes())


class Losing(StagingWriter):
    """Loses one dataset on its way."""

    def dataset(
        self, database: str | None, schema: str, name: str, document: bytes, stats: DatasetStats
    ) -> None:
        if name != "lost":
            super().dataset(database, schema, name, document, stats)


def test_a_collector_that_loses_one_does_not_finish(
    source: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url = f"file://{tmp_path}/staging"
    with pytest.raises(StagingIncomplete, match="are accounted for"):
        collect_in_process(*source, Losing(Silence(), LeakGate([]), url, KEY))
    with pytest.raises(StagingIncomplete):
        StagedRun(url, KEY)


class Interrupted(StagingWriter):
    """Something happens at the source between its list of schemas and the reading of their objects."""

    happens: Callable[[], None]

    def filtered(self, database: str | None, schema: str, count: int) -> None:
        super().filtered(database, schema, count)
        self.happens()


@pytest.mark.parametrize(
    ("statement", "is_partial"),
    [("DROP TABLE IF EXISTS lost", True), ("CREATE TABLE IF NOT EXISTS another (id int)", False)],
)
def test_mysql_is_held_to_the_number_that_its_list_had(
    mariadb: MariaDbServer, tmp_path: Path, statement: str, is_partial: bool
) -> None:
    name = f"counted_{tmp_path.name[-8:]}"
    mariadb.create_database(f"{name}_aside", "CREATE TABLE t (id int)")
    mariadb.create_database(name, *TABLES.split("; "))
    url = f"file://{tmp_path}/staging"
    writer = Interrupted(Silence(), LeakGate([]), url, KEY)
    writer.happens = lambda: mariadb.execute(statement, database=name)
    collect_in_process("mysql", mariadb.parameters(), writer, schemas=(name,))
    index = index_of(StagedRun(url, KEY))
    assert index.is_partial is is_partial
    found = {scope.schema: scope.is_complete for scope in index.scopes()}
    assert found[name] is not is_partial
    if is_partial:
        [failure] = index.failures
        told = "3 objects were counted, 2 of them were met. The next run looks again."
        assert (failure.schema, failure.name, failure.reason) == (name, None, told)
    else:
        assert index.datasets == 4
